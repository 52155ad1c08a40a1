"""Who gets in at the pages, for how long, and what a form must carry."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.console.log_in import log_in
from services.console.passwords import Passwords
from services.console.store import operators
from services.console.store.sessions import MOST_BY_ADDRESS, MOST_FOR_ONE_NAME
from shared.runtime.database import Database
from tests.runtime.trial import until
from tests.service.console.asking import KEY, told
from tests.service.console.desk import Desk

WAITS = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""
AGAIN = {"Authorization": f"Bearer {KEY}"}


async def test_name_and_password_open_the_pages(desk: Desk) -> None:
    assert (await desk.log_in()).page == "overview"
    assert (await desk.get("/waves")).page == "waves"


async def test_whoever_came_for_a_page_is_led_there_after_the_log_in(desk: Desk) -> None:
    shown = await desk.get("/set-aside?reason=too_old")
    assert 'name="then" value="/set-aside?reason=too_old"' in shown.text
    assert (await desk.log_in(then="/set-aside?reason=too_old")).address == "/set-aside?reason=too_old"


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\tx", "x", "/%\r\nA:b"]
)
async def test_nobody_is_led_elsewhere(desk: Desk, then: str) -> None:
    assert (await desk.log_in(then=then)).address == "/"


@pytest.mark.parametrize(("name", "password"), [("admin", "wrong"), ("admin", ""), ("nobody", "wrong"), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(desk: Desk, name: str, password: str) -> None:
    shown = await desk.log_in(name, password)
    assert (shown.status, shown.page) == (401, "log-in")
    assert "The name or the password is wrong" in shown.text
    assert (await desk.get("/")).page == "log-in"


async def test_the_password_is_kept_as_an_argon2id_hash(desk: Desk) -> None:
    async with desk.kept.transaction() as tx:
        kept = await tx.fetchval("SELECT password FROM operator WHERE name = 'admin'")
    assert kept.startswith("$argon2id$v=19$m=65536,t=2,p=1$")


async def test_after_too_many_tries_for_a_name_the_right_password_must_wait_too(desk: Desk) -> None:
    await _tried(desk, MOST_FOR_ONE_NAME, "admin", "127.0.0.1")
    assert (await desk.log_in()).status == 429


async def test_a_stranger_who_fails_under_a_name_keeps_nobody_of_that_name_out(desk: Desk) -> None:
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::/64"):
        await _tried(desk, MOST_BY_ADDRESS, "admin", address)
    assert (await desk.log_in()).status == 200


async def test_after_too_many_tries_from_an_address_every_name_must_wait(desk: Desk) -> None:
    await _tried(desk, MOST_BY_ADDRESS, "somebody", "127.0.0.1")
    assert (await desk.log_in()).status == 429


async def test_tries_are_forgotten_after_a_while(desk: Desk) -> None:
    await _tried(desk, MOST_FOR_ONE_NAME, "admin", "127.0.0.1", "16 minutes")
    assert (await desk.log_in()).status == 200


async def test_each_wrong_password_is_a_try(desk: Desk) -> None:
    await _tried(desk, MOST_FOR_ONE_NAME - 1, "admin", "127.0.0.1")
    assert (await desk.log_in(password="wrong")).status == 401
    assert (await desk.log_in()).status == 429


async def test_whoever_gets_in_starts_anew(desk: Desk) -> None:
    await _tried(desk, MOST_FOR_ONE_NAME - 1, "admin", "127.0.0.1")
    assert [(await desk.log_in()).status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(("column", "passed"), [("seen_at", "31 minutes"), ("begun_at", "13 hours")])
async def test_a_session_ends_by_itself(desk: Desk, column: str, passed: str) -> None:
    await desk.log_in()
    await desk.later(column, passed)
    assert (await desk.get("/waves")).page == "log-in"


async def test_a_session_that_is_used_goes_on(desk: Desk) -> None:
    await desk.log_in()
    for _ in range(2):
        await desk.later("seen_at", "20 minutes")
        assert (await desk.get("/waves")).page == "waves"


async def test_the_token_is_in_the_browser_only(desk: Desk) -> None:
    await desk.log_in()
    (cookie,) = desk.browser.cookie_jar
    async with desk.kept.transaction() as tx:
        assert cookie.value.encode() not in await tx.fetchval("SELECT token_hash FROM session")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")


async def test_logging_out_ends_the_session_wherever_its_cookie_is(desk: Desk) -> None:
    await desk.log_in()
    (cookie,) = desk.browser.cookie_jar
    assert (await desk.post("/log-out")).page == "log-in"
    desk.browser.cookie_jar.update_cookies({cookie.key: cookie.value})
    assert (await desk.get("/waves")).page == "log-in"


async def test_a_new_password_ends_every_session(desk: Desk) -> None:
    await desk.log_in()
    password = await _new_password(desk)
    assert (await desk.get("/waves")).page == "log-in"
    assert (await desk.log_in(password=password)).page == "overview"


async def test_a_new_password_forgives_what_was_tried_in_vain(desk: Desk) -> None:
    await _tried(desk, MOST_FOR_ONE_NAME, "admin", "127.0.0.1")
    assert (await desk.log_in()).status == 429
    assert (await desk.log_in(password=await _new_password(desk))).page == "overview"


@pytest.mark.parametrize(("name", "said"), [("admin", "admin"), ("hunter2", None), ("2512489996", None)])
async def test_a_log_in_that_fails_is_logged_with_its_name_only_where_that_is_an_account(
    desk: Desk, name: str, said: str | None
) -> None:
    with capture_logs() as lines:
        await desk.log_in(name, "a wrong one")
    expected = {"event": "a log-in was refused", "log_level": "warning", "operator": said, "address": "127.0.0.1"}
    assert [line for line in lines if "log-in" in line["event"]] == [expected]


@pytest.mark.parametrize(
    ("client", "counted"),
    [("2001:db8:1:2::3", "2001:db8:1:2::/64"), ("::ffff:192.0.2.7", "192.0.2.7"), ("", "unknown")],
)
@pytest.mark.usefixtures("kept")
async def test_whoever_has_many_addresses_tries_from_one(client: str, counted: str) -> None:
    with capture_logs() as lines:
        assert await log_in(Passwords(), "anna", "a wrong one", client) is None
    assert [line["address"] for line in lines] == [counted]


async def test_log_ins_that_fail_are_counted_with_those_that_came_too_often(desk: Desk) -> None:
    before = _refused()
    await desk.log_in(password="wrong")
    await _tried(desk, MOST_BY_ADDRESS, "somebody", "127.0.0.1")
    await desk.log_in()
    assert _refused() == {because: number + 1 for because, number in before.items()}


async def test_an_operator_who_is_removed_is_logged_in_nowhere(desk: Desk) -> None:
    await desk.log_in()
    async with desk.browser.delete(f"{desk.url}/api/operators/admin", headers=AGAIN) as answer:
        assert answer.status == 200
    assert (await desk.get("/waves")).page == "log-in"
    assert (await desk.log_in()).status == 401


async def test_the_first_account_is_made_once(desk: Desk) -> None:
    async with desk.browser.post(f"{desk.url}/api/operators", headers=AGAIN) as answer:
        assert await answer.json() == {"name": "admin", "password": None}
    assert (await desk.log_in()).page == "overview"


async def test_of_two_who_make_the_first_account_at_once_one_makes_it(kept: Database, address: str) -> None:
    async def made(password: str) -> bool:
        async with kept.transaction() as tx:
            return await operators.add_first(tx, "admin", password)

    watching = Database(address, connections=1)
    async with kept.transaction() as tx:
        assert await operators.add_first(tx, "admin", "the first")
        second = asyncio.create_task(made("the second"))
        await until(lambda: _waits(watching), "the second to wait for the first")
    assert not await second
    await watching.close()


async def _waits(database: Database) -> bool:
    async with database.transaction() as tx:
        return await tx.fetchval(WAITS)


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_form_without_its_token_does_nothing(desk: Desk, token: str) -> None:
    await desk.log_in()
    shown = await desk.post("/waves/request/confirm", survey="lup-somatik", month="2026-09", form_token=token)
    assert (shown.status, shown.page) == (403, "forged")
    assert await told(desk.kept) == []


@pytest.mark.parametrize(
    "says", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_a_form_of_another_site_does_nothing(desk: Desk, says: dict[str, str]) -> None:
    fields = {"name": "admin", "password": desk.password}
    async with desk.browser.post(f"{desk.url}/log-in", data=fields, headers=says) as answer:
        assert answer.status == 403
    await desk.log_in()
    fields = {"form_token": await desk.form_token(), "survey": "lup-somatik", "month": "2026-09"}
    async with desk.browser.post(f"{desk.url}/waves/request/confirm", data=fields, headers=says) as answer:
        assert answer.status == 403
    assert await told(desk.kept) == []


async def test_a_post_larger_than_any_form_is_not_read(desk: Desk) -> None:
    assert (await desk.log_in(more="x" * 300_000)).page == "unreadable"


async def test_every_page_says_what_a_browser_may_do_with_it(desk: Desk) -> None:
    headers = (await desk.log_in()).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def _new_password(desk: Desk) -> str:
    async with desk.browser.put(f"{desk.url}/api/operators/admin", headers=AGAIN) as answer:
        return (await answer.json())["password"]


def _refused() -> dict[str, float]:
    """How many log-ins were refused so far, by why."""
    reasons = ("wrong_name_or_password", "too_many_tries")
    return {one: REGISTRY.get_sample_value("puls_log_ins_refused_total", {"because": one}) or 0 for one in reasons}


async def _tried(desk: Desk, times: int, name: str, address: str, ago: str = "1 minute") -> None:
    """As if somebody had tried in vain so often."""
    async with desk.kept.transaction() as tx:
        await tx.execute(
            "INSERT INTO log_in_attempt (name_hash, address, tried_at)"
            " SELECT sha256($1::text::bytea), $2, clock_timestamp() - $3::text::interval FROM generate_series(1, $4)",
            name,
            address,
            ago,
            times,
        )


async def test_a_name_with_a_character_that_no_text_can_hold_is_not_read(desk: Desk) -> None:
    assert (await desk.log_in("a\0b")).page == "unreadable"
