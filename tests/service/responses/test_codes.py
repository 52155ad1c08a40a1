"""Codes and who may open what with them; what every page carries."""

import pytest
from redis.asyncio import Redis

from services.responses.pages import Pages
from services.responses.questionnaire import Forms
from services.responses.rate_limit import UnknownCodeLimit
from shared import surveys
from shared.privacy import shown
from shared.runtime import pages as runtime_pages
from shared.runtime.database import Database
from tests.service.responses.site import CODES, Site
from tests.support.builders import an_invitation, cleared
from tests.support.pages import listening

UNKNOWN = "/s/0000000000000000"


async def _opened(answers: Site) -> str:
    await answers.consume(cleared())
    return answers.code(an_invitation())


async def test_a_typed_code_opens_the_questionnaire(answers: Site) -> None:
    code = await _opened(answers)
    typed = f" {shown(code).lower().replace('0', 'o').replace('1', 'l')} "
    opened = await answers.post("/", code=typed)
    assert (opened.page, opened.address) == ("start", f"/s/{code}")


async def test_the_page_for_a_code_stands_at_the_root(answers: Site) -> None:
    assert (await answers.get("/")).page == "code"


@pytest.mark.parametrize("typed", ["", "1234", "æøå", "0" * 17, "<script>"])
async def test_what_cannot_be_a_code_is_said_to_be_none(answers: Site, typed: str) -> None:
    wrong = await answers.post("/", code=typed)
    assert (wrong.status, wrong.page) == (400, "code")
    assert "16 tegn" in wrong.text
    assert "<script>" not in wrong.text


async def test_an_unknown_code_is_said_to_be_unknown(answers: Site) -> None:
    for path in (UNKNOWN, f"{UNKNOWN}/1", f"{UNKNOWN}/review", "/s/nonsense"):
        unknown = await answers.get(path)
        assert (unknown.status, unknown.page) == (404, "unknown")


async def test_a_post_to_an_unknown_code_is_said_to_be_unknown(answers: Site) -> None:
    unknown = await answers.post(f"{UNKNOWN}/1", action="next")
    assert (unknown.status, unknown.page) == (404, "unknown")


async def test_whoever_tries_many_codes_is_refused_for_a_while(answers: Site) -> None:
    code = await _opened(answers)
    statuses = [(await answers.get(f"/s/{number:016d}")).status for number in range(7)]
    assert statuses == [404] * 6 + [429]
    assert (await answers.get(f"/s/{code}")).status == 429


async def test_what_cannot_be_a_code_counts_as_a_guess_too(answers: Site) -> None:
    assert [(await answers.get("/s/nonsense")).status for _ in range(7)][-1] == 429


async def test_known_codes_are_never_counted(answers: Site) -> None:
    code = await _opened(answers)
    assert {(await answers.get(f"/s/{code}")).status for _ in range(20)} == {200}


async def test_guesses_are_shared_by_all_copies_of_the_service(valkey: str) -> None:
    async with Redis.from_url(valkey) as counting:
        first, second = (UnknownCodeLimit(counting, at_most=1, seconds=60) for _ in range(2))
        for copy in (first, second):
            await copy.count("192.0.2.7")
        assert (first.refuses("192.0.2.7"), second.refuses("192.0.2.7")) == (False, True)
        await counting.delete("responses:unknown-codes:192.0.2.7")


async def test_addresses_of_one_subscriber_count_as_one(valkey: str) -> None:
    async with Redis.from_url(valkey) as counting:
        limit = UnknownCodeLimit(counting, at_most=1, seconds=60)
        await limit.count("2001:db8:1:2::1")
        await limit.count("2001:db8:1:2::2")
        assert limit.refuses("2001:db8:1:2::3")
        assert not limit.refuses("2001:db8:1:3::1")
        await counting.delete("responses:unknown-codes:2001:db8:1:2::")


async def test_an_ipv4_address_in_ipv6s_form_counts_as_itself(valkey: str) -> None:
    async with Redis.from_url(valkey) as counting:
        limit = UnknownCodeLimit(counting, at_most=0, seconds=60)
        await limit.count("::ffff:192.0.2.7")
        assert (limit.refuses("192.0.2.7"), limit.refuses("::ffff:192.0.2.8")) == (True, False)
        await counting.delete("responses:unknown-codes:192.0.2.7")


async def test_people_answer_while_valkey_is_away(answers: Site) -> None:
    code = await _opened(answers)
    async with Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.5) as away:
        pages = Pages(Forms(surveys.load()), CODES, UnknownCodeLimit(away, at_most=1, seconds=60))
        async with listening(pages.app()) as answers.url:
            assert [(await answers.get(UNKNOWN)).status for _ in range(3)] == [404] * 3
            assert (await answers.post(f"/s/{code}/1", action="next", friendly_staff="not_at_all")).status == 200
    assert (await answers.row(an_invitation()))["answers"] == {"friendly_staff": "not_at_all"}


async def test_while_the_database_is_away_the_page_says_to_try_again(answers: Site) -> None:
    code = await _opened(answers)
    runtime_pages.install(Database("postgresql://nobody:nothing@127.0.0.1:1/none"), answers.clock, "puls")
    trouble = await answers.get(f"/s/{code}")
    assert (trouble.status, trouble.page) == (503, "problem")
    assert trouble.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("path", "takes"),
    [("/", "GET, HEAD, POST"), (f"{UNKNOWN}/1", "GET, HEAD, POST"), (f"{UNKNOWN}/paused", "GET, HEAD")],
)
async def test_a_method_that_a_page_does_not_take_is_answered_with_those_that_it_does(
    answers: Site, method: str, path: str, takes: str
) -> None:
    wrong = await answers.ask(method, path)
    assert (wrong.status, wrong.page, wrong.headers["Allow"]) == (405, "problem", takes)


async def test_a_page_that_is_none_is_none_by_any_method(answers: Site) -> None:
    assert (await answers.ask("PUT", "/nowhere")).status == 404


async def test_every_page_is_kept_nowhere_and_names_its_address_to_nobody(answers: Site) -> None:
    code = await _opened(answers)
    pages = ["/", f"/s/{code}", f"/s/{code}/1", f"/s/{code}/review", f"/s/{code}/decline", "/s/x", "/nowhere"]
    for page in [await answers.get(path) for path in pages] + [await answers.post(f"/s/{code}", action="no")]:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.page


async def test_what_pages_refer_to_may_be_kept_for_ever(answers: Site) -> None:
    page = await answers.get("/")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    sheet = await answers.get(address)
    assert (sheet.status, sheet.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in sheet.headers["Cache-Control"]


async def test_no_page_refers_to_anybody_else(answers: Site) -> None:
    code = await _opened(answers)
    for path in ("/", f"/s/{code}", f"/s/{code}/1", f"/s/{code}/3", f"/s/{code}/review", UNKNOWN):
        text = (await answers.get(path)).text
        assert "http://" not in text
        assert "https://" not in text
        assert "//" not in text.replace("<!doctype html>", "")
