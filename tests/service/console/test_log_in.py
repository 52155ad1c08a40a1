"""Who gets in at the pages, for how long, and what a form must carry."""

import asyncio

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.console.authentication import log_in
from services.console.passwords import Passwords
from services.console.store import operators
from services.console.store.sessions import MOST_BY_ADDRESS, MOST_FOR_ONE_NAME
from shared.runtime.database import Database
from tests.runtime.trial import until
from tests.service.console.api_client import KEY, outbox_rows
from tests.service.console.console_app import Operator

WAITS = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""
AGAIN = {"Authorization": f"Bearer {KEY}"}


async def test_name_and_password_open_the_pages(operator: Operator) -> None:
    assert (await operator.log_in()).page == "overview"
    assert (await operator.get("/waves")).page == "waves"


async def test_whoever_came_for_a_page_is_led_there_after_the_log_in(operator: Operator) -> None:
    shown = await operator.get("/set-aside?reason=too_old")
    assert 'name="then" value="/set-aside?reason=too_old"' in shown.text
    assert (await operator.log_in(then="/set-aside?reason=too_old")).address == "/set-aside?reason=too_old"


@pytest.mark.parametrize(
    "then", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\tx", "x", "/%\r\nA:b"]
)
async def test_nobody_is_led_elsewhere(operator: Operator, then: str) -> None:
    assert (await operator.log_in(then=then)).address == "/"


@pytest.mark.parametrize(("name", "password"), [("admin", "wrong"), ("admin", ""), ("nobody", "wrong"), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_are_told_alike(operator: Operator, name: str, password: str) -> None:
    shown = await operator.log_in(name, password)
    assert (shown.status, shown.page) == (401, "log-in")
    assert "The name or the password is wrong" in shown.text
    assert (await operator.get("/")).page == "log-in"


async def test_the_password_is_kept_as_an_argon2id_hash(operator: Operator) -> None:
    async with operator.db.transaction() as tx:
        kept = await tx.fetchval("SELECT password FROM operator WHERE name = 'admin'")
    assert kept.startswith("$argon2id$v=19$m=65536,t=2,p=1$")


async def test_after_too_many_tries_for_a_name_the_right_password_must_wait_too(operator: Operator) -> None:
    await _tried(operator, MOST_FOR_ONE_NAME, "admin", "127.0.0.1")
    assert (await operator.log_in()).status == 429


async def test_a_stranger_who_fails_under_a_name_keeps_nobody_of_that_name_out(operator: Operator) -> None:
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::/64"):
        await _tried(operator, MOST_BY_ADDRESS, "admin", address)
    assert (await operator.log_in()).status == 200


async def test_after_too_many_tries_from_an_address_every_name_must_wait(operator: Operator) -> None:
    await _tried(operator, MOST_BY_ADDRESS, "somebody", "127.0.0.1")
    assert (await operator.log_in()).status == 429


async def test_tries_are_forgotten_after_a_while(operator: Operator) -> None:
    await _tried(operator, MOST_FOR_ONE_NAME, "admin", "127.0.0.1", "16 minutes")
    assert (await operator.log_in()).status == 200


async def test_each_wrong_password_is_a_try(operator: Operator) -> None:
    await _tried(operator, MOST_FOR_ONE_NAME - 1, "admin", "127.0.0.1")
    assert (await operator.log_in(password="wrong")).status == 401
    assert (await operator.log_in()).status == 429


async def test_whoever_gets_in_starts_anew(operator: Operator) -> None:
    await _tried(operator, MOST_FOR_ONE_NAME - 1, "admin", "127.0.0.1")
    assert [(await operator.log_in()).status for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(("column", "passed"), [("seen_at", "31 minutes"), ("begun_at", "13 hours")])
async def test_a_session_ends_by_itself(operator: Operator, column: str, passed: str) -> None:
    await operator.log_in()
    await operator.later(column, passed)
    assert (await operator.get("/waves")).page == "log-in"


async def test_a_session_that_is_used_goes_on(operator: Operator) -> None:
    await operator.log_in()
    for _ in range(2):
        await operator.later("seen_at", "20 minutes")
        assert (await operator.get("/waves")).page == "waves"


async def test_the_token_is_in_the_browser_only(operator: Operator) -> None:
    await operator.log_in()
    (cookie,) = operator.browser.cookie_jar
    async with operator.db.transaction() as tx:
        assert cookie.value.encode() not in await tx.fetchval("SELECT token_hash FROM session")
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/")


async def test_logging_out_ends_the_session_wherever_its_cookie_is(operator: Operator) -> None:
    await operator.log_in()
    (cookie,) = operator.browser.cookie_jar
    assert (await operator.post("/log-out")).page == "log-in"
    operator.browser.cookie_jar.update_cookies({cookie.key: cookie.value})
    assert (await operator.get("/waves")).page == "log-in"


async def test_a_new_password_ends_every_session(operator: Operator) -> None:
    await operator.log_in()
    password = await _new_password(operator)
    assert (await operator.get("/waves")).page == "log-in"
    assert (await operator.log_in(password=password)).page == "overview"


async def test_a_new_password_forgives_what_was_tried_in_vain(operator: Operator) -> None:
    await _tried(operator, MOST_FOR_ONE_NAME, "admin", "127.0.0.1")
    assert (await operator.log_in()).status == 429
    assert (await operator.log_in(password=await _new_password(operator))).page == "overview"


@pytest.mark.parametrize(("name", "said"), [("admin", "admin"), ("hunter2", None), ("2512489996", None)])
async def test_a_log_in_that_fails_is_logged_with_its_name_only_where_that_is_an_account(
    operator: Operator, name: str, said: str | None
) -> None:
    with capture_logs() as lines:
        await operator.log_in(name, "a wrong one")
    expected = {"event": "a log-in was refused", "log_level": "warning", "operator": said, "address": "127.0.0.1"}
    assert [line for line in lines if "log-in" in line["event"]] == [expected]


@pytest.mark.parametrize(
    ("client", "counted"),
    [("2001:db8:1:2::3", "2001:db8:1:2::/64"), ("::ffff:192.0.2.7", "192.0.2.7"), ("", "unknown")],
)
@pytest.mark.usefixtures("db")
async def test_whoever_has_many_addresses_tries_from_one(client: str, counted: str) -> None:
    with capture_logs() as lines:
        assert await log_in(Passwords(), "anna", "a wrong one", client) is None
    assert [line["address"] for line in lines] == [counted]


async def test_log_ins_that_fail_are_counted_with_those_that_came_too_often(operator: Operator) -> None:
    before = _refused()
    await operator.log_in(password="wrong")
    await _tried(operator, MOST_BY_ADDRESS, "somebody", "127.0.0.1")
    await operator.log_in()
    assert _refused() == {because: number + 1 for because, number in before.items()}


async def test_an_operator_who_is_removed_is_logged_in_nowhere(operator: Operator) -> None:
    await operator.log_in()
    async with operator.browser.delete(f"{operator.url}/api/operators/admin", headers=AGAIN) as answer:
        assert answer.status == 200
    assert (await operator.get("/waves")).page == "log-in"
    assert (await operator.log_in()).status == 401


async def test_the_first_account_is_made_once(operator: Operator) -> None:
    async with operator.browser.post(f"{operator.url}/api/operators", headers=AGAIN) as answer:
        assert await answer.json() == {"name": "admin", "password": None}
    assert (await operator.log_in()).page == "overview"


async def test_of_two_who_make_the_first_account_at_once_one_makes_it(db: Database, address: str) -> None:
    async def made(password: str) -> bool:
        async with db.transaction() as tx:
            return await operators.add_first(tx, "admin", password)

    watching = Database(address, connections=1)
    async with db.transaction() as tx:
        assert await operators.add_first(tx, "admin", "the first")
        second = asyncio.create_task(made("the second"))
        await until(lambda: _waits(watching), "the second to wait for the first")
    assert not await second
    await watching.close()


async def _waits(db: Database) -> bool:
    async with db.transaction() as tx:
        return await tx.fetchval(WAITS)


@pytest.mark.parametrize("token", ["", "0" * 64])
async def test_a_form_without_its_token_does_nothing(operator: Operator, token: str) -> None:
    await operator.log_in()
    shown = await operator.post("/waves/request/confirm", survey="lup-somatik", month="2026-09", form_token=token)
    assert (shown.status, shown.page) == (403, "forged")
    assert await outbox_rows(operator.db) == []


@pytest.mark.parametrize(
    "says", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_a_form_of_another_site_does_nothing(operator: Operator, says: dict[str, str]) -> None:
    fields = {"name": "admin", "password": operator.password}
    async with operator.browser.post(f"{operator.url}/log-in", data=fields, headers=says) as answer:
        assert answer.status == 403
    await operator.log_in()
    fields = {"form_token": await operator.form_token(), "survey": "lup-somatik", "month": "2026-09"}
    async with operator.browser.post(f"{operator.url}/waves/request/confirm", data=fields, headers=says) as answer:
        assert answer.status == 403
    assert await outbox_rows(operator.db) == []


async def test_a_post_larger_than_any_form_is_not_read(operator: Operator) -> None:
    assert (await operator.log_in(more="x" * 300_000)).page == "unreadable"


async def test_every_page_says_what_a_browser_may_do_with_it(operator: Operator) -> None:
    headers = (await operator.log_in()).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; img-src 'self'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def _new_password(operator: Operator) -> str:
    async with operator.browser.put(f"{operator.url}/api/operators/admin", headers=AGAIN) as answer:
        return (await answer.json())["password"]


def _refused() -> dict[str, float]:
    """How many log-ins were refused so far, by why."""
    reasons = ("wrong_name_or_password", "too_many_tries")
    return {
        reason: REGISTRY.get_sample_value("puls_log_ins_refused_total", {"because": reason}) or 0 for reason in reasons
    }


async def _tried(operator: Operator, times: int, name: str, address: str, ago: str = "1 minute") -> None:
    """As if somebody had tried in vain so often."""
    async with operator.db.transaction() as tx:
        await tx.execute(
            "INSERT INTO log_in_attempt (name_hash, address, tried_at)"
            " SELECT sha256($1::text::bytea), $2, clock_timestamp() - $3::text::interval FROM generate_series(1, $4)",
            name,
            address,
            ago,
            times,
        )


async def test_a_name_with_a_character_that_no_text_can_hold_is_not_read(operator: Operator) -> None:
    assert (await operator.log_in("a\0b")).page == "unreadable"
