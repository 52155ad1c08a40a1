"""One mistake that concerns everybody ends nobody's letter, and one bad letter holds up no other.

The scheduler runs dispatch's work on a real database; the registers and Digital Post answer what a test says.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from nacl.public import PrivateKey

from services.dispatch import rounds
from services.dispatch.composer import Composer
from services.dispatch.digital_post import DigitalPostClient, ErrorCodes
from services.dispatch.handlers import Handlers
from services.dispatch.letter_pdf import LetterPrinter
from services.dispatch.person_register import PersonRegister
from services.dispatch.store import endings
from services.dispatch.submission import LetterSubmitter
from services.dispatch.throttle import Throttle
from shared import surveys
from shared.privacy import LinkCodes, Opener, Sealer
from shared.runtime import circuit_breaker, copy_id, stuck_work
from shared.runtime.clock import SteppedClock
from shared.runtime.database import Database
from shared.runtime.scheduler import Scheduler
from tests.runtime.trial import until
from tests.support.builders import a_person, an_invitation, cleared, danish, wave_requested
from tests.support.databases import Database as Copies
from tests.support.letters import ANSWER_URL
from tests.support.outside_server import Asked, outside_server

SURVEYS = surveys.load()
SLOT = danish("2026-11-05 12:00")
KEY, ANOTHER_KEY = PrivateKey(bytes(range(32))), PrivateKey(bytes(range(1, 33)))
COUNT = 60
WORK = "hand_over_invitation"


def a_number(number: int) -> str:
    """A CPR number of a test person, by the rule of 2007: no control digit."""
    return f"251248{9000 + number:04}"


def about(asked: Asked) -> list[str]:
    return [value for name, value in asked.query if name == "cprNumber"]


@dataclass
class World:
    """What is outside; a test replaces an answer, and mends it."""

    persons: Callable[[list[str]], web.Response] = field(
        default=lambda numbers: web.json_response([{"cprNumber": number, "status": "01"} for number in numbers])
    )
    contacts: Callable[[list[str]], web.Response] = field(
        default=lambda numbers: web.json_response(
            [{"cprNumber": number, "publicRegistrationStatus": "REGISTERED"} for number in numbers]
        )
    )
    submitted: Callable[[], web.Response] = field(default=lambda: web.json_response({}, status=201))
    receipts: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, asked: Asked) -> web.StreamResponse:
        if asked.path.endswith("/persons/"):
            return self.persons(about(asked))
        if asked.path.endswith("/contacts/"):
            return self.contacts(about(asked))
        if asked.path.endswith("/receipts-bulk/"):
            return self.bulk(asked)
        return self.submitted()

    def bulk(self, asked: Asked) -> web.Response:
        if asked.method == "GET":
            return web.json_response(self.receipts)
        gone = json.loads(asked.body)["ids"]
        self.receipts = [receipt for receipt in self.receipts if receipt["id"] not in gone]
        return web.Response(status=204)


@dataclass
class Dispatch:
    rows: Database
    world: World
    work: Any
    pull: Any

    async def run(self, scheduler: Scheduler, condition: Callable[[], Any], what: str) -> None:
        """Until the condition holds."""
        running = asyncio.create_task(scheduler.run())
        try:
            await until(condition, what)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running

    async def states(self) -> dict[str, int]:
        found = await self.fetch("SELECT state, count(*) AS n FROM letter GROUP BY state")
        return {row["state"]: row["n"] for row in found}

    async def told(self) -> dict[str, int]:
        found = await self.fetch("SELECT kind, count(*) AS n FROM runtime.outbox GROUP BY kind")
        return {row["kind"]: row["n"] for row in found}

    async def fetch(self, sql: str) -> list[Any]:
        async with self.rows.reading() as tx:
            return await tx.fetch(sql)

    async def halted(self, work: str = WORK) -> str | None:
        async with self.rows.reading() as tx:
            return await circuit_breaker.halted(tx, work)

    async def all_handed_over(self) -> bool:
        return await self.states() == {"handed_over": COUNT}

    async def resume(self) -> None:
        async with self.rows.transaction() as tx:
            await circuit_breaker.resume(tx, None, 0)


@pytest.fixture
async def rows(database: Copies) -> AsyncIterator[Database]:
    """Sixty letters wait in it."""
    opened = Database(database("dispatch"), connections=4)
    sealer = Sealer(bytes(KEY.public_key))
    heard = [
        cleared(an_invitation(person=a_person(number), sealed_cpr=sealer.seal(a_number(number))))
        for number in range(COUNT)
    ]
    async with opened.transaction() as tx:
        await Handlers(SURVEYS, bytes(32)).on_invitation_cleared(tx, heard)
    yield opened
    await opened.close()


@pytest.fixture
async def dispatch(rows: Database, valkey: str) -> AsyncIterator[Dispatch]:
    codes, world = ErrorCodes.load(), World()
    composer = Composer(SURVEYS, LinkCodes(bytes(32)), LetterPrinter(ANSWER_URL), ANSWER_URL, "1.2")
    async with outside_server(world) as (outside, _), Throttle(valkey, 1000, 50) as throttle:
        post, register = DigitalPostClient(outside, codes), PersonRegister(outside)

        def work(opener: PrivateKey = KEY) -> Any:
            submitter = LetterSubmitter(post, register, throttle, composer, Opener(bytes(opener)), codes, lambda: SLOT)
            return rounds.hand_over("invitation", submitter, SURVEYS, at_once=500, copy=copy_id())

        pull = rounds.pull_receipts(post, codes, SURVEYS, every=timedelta(minutes=1))
        yield Dispatch(rows, world, work, pull)


@pytest.fixture
def scheduler(dispatch: Dispatch, tmp_path: Path) -> Callable[..., Scheduler]:
    clock = SteppedClock(tmp_path / "clock")
    clock.move_to(SLOT)
    return lambda *work: Scheduler("dispatch", dispatch.rows, clock, "puls", work or [dispatch.work()])


Made = Callable[..., Scheduler]


async def halts_and_goes_on(dispatch: Dispatch, wrong: Scheduler, right: Made, because: str) -> None:
    """Nothing ends and all waits; what is mended goes on after the word to do so, and all leave."""
    await dispatch.run(wrong, dispatch.halted, "dispatch to halt")
    assert because in (await dispatch.halted() or "")
    assert await dispatch.states() == {"waiting": COUNT}
    assert not await dispatch.told()
    await dispatch.resume()
    await dispatch.run(right(), dispatch.all_handed_over, "all letters to leave")
    assert (await dispatch.told())["LetterSubmitted.v1"] == COUNT


async def test_numbers_that_cannot_be_opened_end_nobodys_letter(dispatch: Dispatch, scheduler: Made) -> None:
    """Sealed before the id of the key travelled with them, or altered on their way."""
    async with dispatch.rows.transaction() as tx:
        await tx.execute("UPDATE letter SET about = jsonb_set(about, '{sealed_cpr}', to_jsonb(repeat('A', 80)))")
    await dispatch.run(scheduler(), dispatch.halted, "dispatch to halt")
    assert await dispatch.halted() == "60 of the last 60 came to stuck, the latest for number_cannot_be_opened"
    assert await dispatch.states() == {"waiting": COUNT}
    assert not await dispatch.told()


async def test_another_sealing_key_turns_the_red_switch_on_and_ends_nobodys_letter(
    dispatch: Dispatch, scheduler: Made
) -> None:
    await dispatch.run(scheduler(dispatch.work(ANOTHER_KEY)), lambda: switched(dispatch), "the switch to turn")
    assert await dispatch.states() == {"waiting": COUNT}
    assert not await dispatch.told()
    async with dispatch.rows.transaction() as tx:
        await endings.turn_off(tx)
    await dispatch.run(scheduler(), dispatch.all_handed_over, "all letters to leave")


async def switched(dispatch: Dispatch) -> bool:
    async with dispatch.rows.reading() as tx:
        return (await endings.switch(tx))["is_on"]


async def test_registers_that_know_nobody_end_nobodys_letter(dispatch: Dispatch, scheduler: Made) -> None:
    right, dispatch.world.persons = dispatch.world.persons, lambda _: web.json_response([])

    def mended() -> Scheduler:
        dispatch.world.persons = right
        return scheduler()

    await halts_and_goes_on(
        dispatch, scheduler(), mended, "60 of the last 60 came to unreachable, the latest for unknown"
    )


async def test_contacts_that_know_nobody_end_nobodys_letter(dispatch: Dispatch, scheduler: Made) -> None:
    right, dispatch.world.contacts = dispatch.world.contacts, lambda _: web.json_response([])

    def mended() -> Scheduler:
        dispatch.world.contacts = right
        return scheduler()

    await halts_and_goes_on(
        dispatch, scheduler(), mended, "60 of the last 60 came to unreachable, the latest for unknown"
    )


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("nobody.knows.this", "stuck"), ("memo.invalid", "stuck"), ("recipient.not.allowed", "refused")],
)
async def test_a_refusal_of_everybody_ends_nobodys_letter(
    dispatch: Dispatch, scheduler: Made, code: str, outcome: str
) -> None:
    right = dispatch.world.submitted
    dispatch.world.submitted = lambda: web.json_response({"code": code}, status=400)

    def mended() -> Scheduler:
        dispatch.world.submitted = right
        return scheduler()

    await halts_and_goes_on(
        dispatch, scheduler(), mended, f"60 of the last 60 came to {outcome}, the latest for refused.{code}"
    )


async def test_registers_that_refuse_everybody_halt_after_twenty(dispatch: Dispatch, scheduler: Made) -> None:
    right, dispatch.world.persons = dispatch.world.persons, lambda _: web.Response(status=422)

    def mended() -> Scheduler:
        dispatch.world.persons = right
        return scheduler()

    await halts_and_goes_on(dispatch, scheduler(), mended, "of the last")


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_one_person_whom_a_register_refuses_holds_up_no_other(
    dispatch: Dispatch, scheduler: Made, status: int
) -> None:
    right, bad = dispatch.world.persons, a_number(7)
    dispatch.world.persons = lambda numbers: web.Response(status=status) if bad in numbers else right(numbers)
    await dispatch.run(scheduler(), lambda: _are(dispatch, handed_over=COUNT - 1, waiting=1), "the others")
    async with dispatch.rows.reading() as tx:
        [group] = await stuck_work.groups(tx)
    assert (group["work"], group["reason"], group["count"]) == (WORK, f"rejected.http_{status}", 1)
    dispatch.world.persons = right
    async with dispatch.rows.transaction() as tx:
        assert await stuck_work.retry(tx, WORK, None, None) == 1
    await dispatch.run(scheduler(), dispatch.all_handed_over, "the one that is tried again")


async def _are(dispatch: Dispatch, **states: int) -> bool:
    return await dispatch.states() == states


async def test_a_stuck_letter_whose_wave_is_stopped_is_told_as_stopped(dispatch: Dispatch, scheduler: Made) -> None:
    bad, right = a_number(7), dispatch.world.persons
    dispatch.world.persons = lambda numbers: web.Response(status=400) if bad in numbers else right(numbers)
    await dispatch.run(scheduler(), lambda: _are(dispatch, handed_over=COUNT - 1, waiting=1), "the others")
    await stop(dispatch)
    ending = scheduler(rounds.end_letters(SURVEYS))
    await dispatch.run(ending, lambda: _are(dispatch, handed_over=COUNT - 1, stopped=1), "the stop")
    assert (await dispatch.told())["LetterStopped.v1"] == 1
    async with dispatch.rows.reading() as tx:
        assert await stuck_work.groups(tx) == []


async def stop(dispatch: Dispatch) -> None:
    async with dispatch.rows.transaction() as tx:
        wanted = wave_requested(wanted="stopped", revision=2)
        assert await Handlers(SURVEYS, bytes(32)).on_wave_requested(tx, [wanted]) == ()


async def test_a_stop_binds_at_once_and_is_told_in_pieces(dispatch: Dispatch, scheduler: Made) -> None:
    """Nothing of the wave's size happens where the stop is heard; no letter leaves after it."""
    await stop(dispatch)
    assert await dispatch.states() == {"waiting": COUNT}
    round_ = rounds.end_letters(SURVEYS)
    async with dispatch.rows.transaction() as tx:
        assert len(await round_.claim(tx, SLOT, 25)) == 25
    await dispatch.run(scheduler(), lambda: _are(dispatch, stopped=COUNT), "each claim to read the stop")
    assert await dispatch.told() == {"LetterStopped.v1": COUNT, "InvitationUnreached.v1": COUNT}


async def test_a_stop_of_what_is_not_due_yet_is_told_too(dispatch: Dispatch, scheduler: Made) -> None:
    await stop(dispatch)
    async with dispatch.rows.transaction() as tx:
        await tx.execute("UPDATE letter SET not_before = not_before + interval '30 days'")
    await dispatch.run(scheduler(rounds.end_letters(SURVEYS)), lambda: _are(dispatch, stopped=COUNT), "the stop")
    async with dispatch.rows.reading() as tx:
        assert await rounds.end_letters(SURVEYS).due(tx) is None


async def test_a_stop_is_told_in_pieces_until_the_last_letter(dispatch: Dispatch, scheduler: Made) -> None:
    await stop(dispatch)
    async with dispatch.rows.transaction() as tx:
        await tx.execute("UPDATE letter SET not_before = not_before + interval '30 days'")
    in_pieces = replace(rounds.end_letters(SURVEYS), at_once=25)
    await dispatch.run(scheduler(in_pieces), lambda: _are(dispatch, stopped=COUNT), "the last letter to end")


async def test_a_stuck_letter_ends_when_its_time_is_up(dispatch: Dispatch, scheduler: Made) -> None:
    async with dispatch.rows.transaction() as tx:
        letters = await tx.fetch("SELECT id::text AS key FROM letter LIMIT 1")
        await stuck_work.add(tx, WORK, [stuck_work.Stuck(letters[0]["key"], "torn")], SLOT)
        await tx.execute("UPDATE letter SET not_after = $1 WHERE id::text = $2", SLOT, letters[0]["key"])
    await dispatch.run(scheduler(), lambda: _are(dispatch, handed_over=COUNT - 1, failed=1), "all to be done with")
    async with dispatch.rows.reading() as tx:
        assert await stuck_work.groups(tx) == []


async def received(dispatch: Dispatch, code: str | None, *, of: int = COUNT) -> None:
    """Digital Post says of so many letters that they were refused after all; or that they lie in the mailbox."""
    status = "INVALID" if code else "COMPLETED"
    found = await dispatch.fetch(f"SELECT message_uuid FROM letter ORDER BY id LIMIT {of}")
    dispatch.world.receipts = [
        {
            "id": f"{code}-{number}",
            "messageUUID": str(row["message_uuid"]),
            "receiptStatus": status,
            "errorCode": code,
            "timeStamp": SLOT.isoformat(),
        }
        for number, row in enumerate(found)
    ]


async def test_receipts_that_refuse_everybody_end_nobodys_letter(dispatch: Dispatch, scheduler: Made) -> None:
    await dispatch.run(scheduler(), dispatch.all_handed_over, "all letters to leave")
    await received(dispatch, "recipient.not.allowed")
    await dispatch.run(scheduler(dispatch.pull), lambda: dispatch.halted("pull_receipts"), "the polls to halt")
    assert (
        await dispatch.halted("pull_receipts")
        == "60 of the last 60 came to rejected, the latest for refused.recipient.not.allowed"
    )
    assert await dispatch.states() == {"handed_over": COUNT}
    await received(dispatch, None)
    await dispatch.resume()
    async with dispatch.rows.transaction() as tx:
        await circuit_breaker.halt(tx, "pull_receipts", "a person allows what was refused before")
        await circuit_breaker.resume(tx, "pull_receipts", COUNT)
    await dispatch.run(scheduler(dispatch.pull), lambda: _are(dispatch, delivered=COUNT), "delivered to beat failed")


async def test_a_receipt_with_a_code_that_nobody_knows_is_stuck_and_its_letter_ends_nowhere(
    dispatch: Dispatch, scheduler: Made
) -> None:
    await dispatch.run(scheduler(), dispatch.all_handed_over, "all letters to leave")
    await received(dispatch, "nobody.knows.this", of=3)
    await dispatch.run(scheduler(dispatch.pull), lambda: stuck(dispatch), "the receipts to be stuck")
    assert await stuck(dispatch) == [("pull_receipts", "refused.nobody.knows.this", 3)]
    assert await dispatch.states() == {"handed_over": COUNT}


async def stuck(dispatch: Dispatch) -> list[tuple[str, str, int]]:
    async with dispatch.rows.reading() as tx:
        return [(group["work"], group["reason"], group["count"]) for group in await stuck_work.groups(tx)]
