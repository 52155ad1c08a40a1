"""Where we are wrong nothing more leaves: on a real database, before a server that will not have us."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from nacl.public import PrivateKey
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.dispatch import startup
from services.dispatch.composer import Composer
from services.dispatch.digital_post import DigitalPostClient, ErrorCodes
from services.dispatch.handlers import Handlers
from services.dispatch.letter_pdf import LetterPrinter
from services.dispatch.pages import pages
from services.dispatch.person_register import PersonRegister
from services.dispatch.rounds import hand_over
from services.dispatch.store import claims, endings
from services.dispatch.submission import LetterSubmitter
from services.dispatch.throttle import Throttle
from shared import surveys
from shared.privacy import LinkCodes, Opener, Sealer
from shared.privacy.sealing import key_id
from shared.runtime import Errand, copy_id
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.pages import install
from tests.support.builders import an_invitation, cleared, danish
from tests.support.databases import Database as Copies
from tests.support.letters import ANSWER_URL
from tests.support.outside_server import outside_server
from tests.support.pages import listening
from tests.support.rounds import go

SURVEYS = surveys.load()
SLOT = danish("2026-11-05 12:00")
KEY, OTHER = PrivateKey(bytes(range(32))), PrivateKey(bytes(range(1, 33)))
PAGES_KEY = "a-key-of-this-test-alone"
TEST_PERSON = "2512489996"


@pytest.fixture
async def queue(database: Copies) -> AsyncIterator[Database]:
    """One letter waits in it."""
    opened = Database(database("dispatch"), connections=3)
    sealed = Sealer(bytes(KEY.public_key)).seal(TEST_PERSON)
    async with opened.transaction() as tx:
        heard = [cleared(an_invitation(sealed_cpr=sealed))]
        await Handlers(SURVEYS, bytes(32)).on_invitation_cleared(tx, heard)
    yield opened
    await opened.close()


def composer(answer_url: str = ANSWER_URL) -> Composer:
    return Composer(SURVEYS, LinkCodes(bytes(32)), LetterPrinter(answer_url), answer_url, "1.2")


@asynccontextmanager
async def handing_over(valkey: str, opener: Opener) -> AsyncIterator[Errand]:
    """To registers and a Digital Post that know no such API key."""
    codes = ErrorCodes.load()
    async with (
        outside_server(lambda _asked: web.Response(status=401)) as (http, _),
        Throttle(valkey, 1000, 50) as throttle,
    ):
        post, register = DigitalPostClient(http, codes), PersonRegister(http)
        submitter = LetterSubmitter(post, register, throttle, composer(), opener, codes, lambda: SLOT)
        yield hand_over("invitation", submitter, SURVEYS, at_once=10, copy=copy_id())


@pytest.fixture
async def errand(valkey: str) -> AsyncIterator[Errand]:
    async with handing_over(valkey, Opener(bytes(KEY))) as errand:
        yield errand


async def turn(url: str, **wanted: object) -> None:
    headers = {"Authorization": f"Bearer {PAGES_KEY}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.put(f"{url}/switch", json=wanted) as answer:
        assert answer.status == 200


async def test_a_refused_key_turns_the_red_switch_on_and_says_why(queue: Database, errand: Errand) -> None:
    await go(queue, errand, SLOT)
    async with queue.reading() as tx:
        switch = await endings.switch(tx)
    assert (switch["is_on"], "look at the API key" in switch["because"]) == (True, True)


async def test_a_switch_that_turns_on_by_itself_says_so_in_the_log(queue: Database, errand: Errand) -> None:
    with capture_logs() as lines:
        await go(queue, errand, SLOT)
    assert "the red switch turns on" in [line["event"] for line in lines]


async def test_who_turns_the_switch_is_in_the_log_with_why(queue: Database, tmp_path: Path) -> None:
    install(queue, SteppedClock(tmp_path / "clock"), "puls")
    with capture_logs() as lines:
        async with listening(pages(PAGES_KEY)) as url:
            await turn(url, is_on=True, because="Bo looks")
            await turn(url, is_on=False, because="Bo has looked")
    assert [(line["event"], line["because"]) for line in lines] == [
        ("the red switch is on by hand", "Bo looks"),
        ("the red switch is off by hand", "Bo has looked"),
    ]


async def test_while_the_switch_is_on_status_and_metric_say_so(queue: Database, errand: Errand) -> None:
    assert errand.held is not None
    said: list[tuple[str | None, float | None]] = []
    async with queue.transaction() as tx:
        await endings.turn_on(tx, "Bo looks")
        await errand.due(tx)
        said.append((await errand.held(tx), REGISTRY.get_sample_value("puls_red_switch")))
        await endings.turn_off(tx)
        await errand.due(tx)
        said.append((await errand.held(tx), REGISTRY.get_sample_value("puls_red_switch")))
    assert said == [("the red switch is on: Bo looks", 1.0), (None, 0.0)]


async def test_what_met_a_refused_key_is_told_to_nobody_and_waits(queue: Database, errand: Errand) -> None:
    assert await go(queue, errand, SLOT) == []
    async with queue.transaction() as tx:
        await endings.turn_off(tx)
        assert await claims.next_of(tx, "invitation", list(SURVEYS)) != {}


async def test_with_a_wrong_address_no_letter_is_due_and_status_and_log_say_so(queue: Database, errand: Errand) -> None:
    url = "http://svar.puls.example"
    guarded = startup.check(composer(url), Opener(bytes(KEY))).guard(errand)
    with capture_logs() as lines:
        async with queue.transaction() as tx:
            assert await errand.due(tx) is not None
            assert await guarded.due(tx) is None
            assert guarded.held is not None
            assert "PULS_ANSWER_URL is 'http://svar.puls.example'" in str(await guarded.held(tx))
    assert [line["event"] for line in lines] == ["nothing is handed over"]


async def test_with_nothing_wrong_at_the_start_letters_are_due(queue: Database, errand: Errand) -> None:
    guarded = startup.check(composer(), Opener(bytes(KEY))).guard(errand)
    assert guarded.held is not None
    async with queue.transaction() as tx:
        assert (await guarded.due(tx), await guarded.held(tx)) == (SLOT, None)


async def test_letters_sealed_for_another_key_end_nothing_and_turn_the_switch_on(queue: Database, valkey: str) -> None:
    async with handing_over(valkey, Opener(bytes(OTHER))) as errand:
        assert await go(queue, errand, SLOT) == []
    async with queue.transaction() as tx:
        because = (await endings.switch(tx))["because"]
        await endings.turn_off(tx)
        assert await claims.next_of(tx, "invitation", list(SURVEYS)) != {}
    sealed, held = key_id(bytes(KEY.public_key)), key_id(bytes(OTHER.public_key))
    assert because.startswith(f"a CPR number is sealed for the key {sealed}; the keys held are {held}: look at PULS_")


@pytest.mark.parametrize(
    ("opener", "is_wrong"), [(Opener(bytes(OTHER)), True), (Opener(bytes(OTHER), bytes(KEY)), False)]
)
async def test_at_the_start_the_key_is_compared_with_the_letters_that_wait(
    queue: Database, opener: Opener, is_wrong: bool
) -> None:
    async with queue.transaction() as tx:
        problem = await startup.check(composer(), opener).problem(tx)
    expected = f"expected {key_id(bytes(KEY.public_key))}, for which the waiting letters are sealed"
    assert (problem is not None, expected in str(problem)) == (is_wrong, is_wrong)
