"""Claimed letters before registers and a Digital Post that refuse a part of them, or answer oddly."""

import io
import json
import lzma
import tarfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from nacl.public import PrivateKey

from services.dispatch.composer import Composer
from services.dispatch.digital_post import DigitalPostClient, ErrorCodes
from services.dispatch.domain import LetterUpdate, QueuedLetter
from services.dispatch.handlers import Handlers
from services.dispatch.http_client import OutcomeUnknown, Rejected, Unavailable
from services.dispatch.letter_pdf import LetterPrinter
from services.dispatch.memo import message_uuid
from services.dispatch.person_register import PersonRegister
from services.dispatch.rounds import pull_receipts
from services.dispatch.store import claims, receipts
from services.dispatch.submission import LetterSubmitter
from services.dispatch.throttle import Throttle
from services.dispatch.transitions import apply
from shared import surveys
from shared.events import Invitation, Letter
from shared.privacy import LinkCodes, Opener, Sealer
from shared.runtime import Stuck, copy_id
from shared.runtime.database import Database
from tests.support.builders import a_person, an_invitation, cleared, danish
from tests.support.databases import Database as Copies
from tests.support.letters import ANSWER_URL
from tests.support.outside_server import Asked, outside_server
from tests.support.rounds import go

SURVEYS, CODES = surveys.load(), ErrorCodes.load()
SLOT = danish("2026-11-05 12:00")
KEY = PrivateKey(bytes(range(32)))
SEALER = Sealer(bytes(KEY.public_key))
NUMBERS = [f"251248{number:04}" for number in range(8)]
BAD = NUMBERS[5]
RECEIPT = {"id": "r-1", "errorCode": None, "timeStamp": "2026-11-05T11:00:00Z", "receiptStatus": "INVALID"}

Answer = Callable[[Asked], web.StreamResponse]


def invitation(number: str, person: int) -> Invitation:
    return an_invitation(person=a_person(person), sealed_cpr=SEALER.seal(number))


def claimed(numbers: Sequence[str]) -> list[QueuedLetter]:
    found = [invitation(number, person) for person, number in enumerate(numbers, 1)]
    queued = [Letter.of(about, 0) for about in found]
    return [
        QueuedLetter(letter, message_uuid(bytes(32), letter.id), about, "claimed")
        for letter, about in zip(queued, found, strict=True)
    ]


class World:
    """Both registers and Digital Post on one server. `register` answers `status` where it is asked about `BAD`."""

    def __init__(self, register: str, status: int) -> None:
        self.register, self.status = register, status
        self.messages: list[str] = []

    def answer(self, asked: Asked) -> web.StreamResponse:
        path, numbers = asked.path.removeprefix("/apis/v1"), [number for _, number in asked.query]
        if path == self.register and BAD in numbers:
            return web.Response(status=self.status)
        if path == "/persons/":
            return web.json_response([{"cprNumber": number, "status": "01"} for number in numbers])
        if path == "/contacts/":
            found = [{"cprNumber": number, "publicRegistrationStatus": "REGISTERED"} for number in numbers]
            return web.json_response(found)
        with tarfile.open(fileobj=io.BytesIO(lzma.decompress(asked.body, format=lzma.FORMAT_ALONE))) as tar:
            self.messages += tar.getnames()
        return web.json_response({"receiptStatus": "RECEIVED"}, status=201)


@asynccontextmanager
async def submitter(valkey: str, answer: Answer) -> AsyncIterator[LetterSubmitter]:
    composer = Composer(SURVEYS, LinkCodes(bytes(32)), LetterPrinter(ANSWER_URL), ANSWER_URL, "1.2")
    async with outside_server(answer) as (http, _), Throttle(valkey, 1000, 50) as throttle:
        post, register = DigitalPostClient(http, CODES), PersonRegister(http)
        yield LetterSubmitter(post, register, throttle, composer, Opener(bytes(KEY)), CODES, lambda: SLOT)


async def in_halves(submitter: LetterSubmitter, letters: Sequence[QueuedLetter]) -> list[LetterUpdate]:
    """As whoever calls it does: what is refused whole is halved until it stands alone."""
    try:
        return list((await submitter.submit(letters)).updates)
    except Rejected:
        middle = len(letters) // 2
        return [*await in_halves(submitter, letters[:middle]), *await in_halves(submitter, letters[middle:])]


@pytest.mark.parametrize("status", [400, 413, 422])
@pytest.mark.parametrize("register", ["/persons/", "/contacts/"])
async def test_one_number_that_a_register_refuses_stands_alone_and_all_others_get_their_letter(
    valkey: str, register: str, status: int
) -> None:
    world, queued = World(register, status), claimed(NUMBERS)
    async with submitter(valkey, world.answer) as submitting:
        updates = await in_halves(submitting, queued)
    assert LetterUpdate(queued[5].letter.id, "stuck", f"rejected.http_{status}") in updates
    assert {update.letter for update in updates if update.happening == "accepted"} == {
        letter.letter.id for letter in queued if letter is not queued[5]
    }
    assert sorted(world.messages) == sorted(
        f"{letter.message_uuid}.xml" for letter in queued if letter is not queued[5]
    )


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
async def test_while_a_register_is_away_or_slow_nobody_is_judged(valkey: str, status: int) -> None:
    world = World("/persons/", status)
    async with submitter(valkey, world.answer) as submitting:
        with pytest.raises((Unavailable, OutcomeUnknown)) as away:
            await submitting.submit(claimed(NUMBERS))
    assert f"GET persons/ was answered {status}" in away.value.in_words
    assert world.messages == []


async def test_a_number_that_cannot_be_opened_is_no_refusal_of_the_person(valkey: str) -> None:
    good, bad = claimed(NUMBERS[:2])
    altered = bad.invitation.model_copy(update={"sealed_cpr": bad.invitation.sealed_cpr[:-8] + "AAAAAAA="})
    bad = QueuedLetter(bad.letter, bad.message_uuid, altered, "claimed")
    async with submitter(valkey, World("", 0).answer) as submitting:
        result = await submitting.submit([good, bad])
    assert list(result.updates) == [
        LetterUpdate(bad.letter.id, "stuck", "number_cannot_be_opened"),
        LetterUpdate(good.letter.id, "accepted"),
    ]


@pytest.fixture
async def handed_over(database: Copies) -> AsyncIterator[Database]:
    """One letter has been handed over, and its receipt is awaited."""
    opened = Database(database("dispatch"), connections=3)
    async with opened.transaction() as tx:
        await Handlers(SURVEYS, bytes(32)).on_invitation_cleared(tx, [cleared(invitation(NUMBERS[0], 1))])
        [letter] = await claims.claim(tx, "invitation", list(SURVEYS), SLOT, 10, copy_id())
        await apply(tx, [LetterUpdate(letter.letter.id, "accepted")], SLOT, SURVEYS)
        await receipts.poll_now(tx, SLOT)
    yield opened
    await opened.close()


async def message_of(database: Database) -> str:
    async with database.reading() as tx:
        return str(await tx.fetchval("SELECT message_uuid FROM letter"))


@pytest.mark.parametrize("code", ["Not a code", "x" * 500, "a\x00b", 7])
async def test_a_receipt_with_an_odd_code_is_taken_and_fails_no_poll(handed_over: Database, code: object) -> None:
    receipt = RECEIPT | {"messageUUID": await message_of(handed_over), "errorCode": code}
    async with outside_server(lambda _: web.json_response([receipt])) as (http, _):
        errand = pull_receipts(DigitalPostClient(http, CODES), CODES, SURVEYS, every=timedelta(minutes=1))
        assert await go(handed_over, errand, SLOT) == [Stuck("r-1", "refused.unreadable_code")]


async def test_receipts_that_cannot_be_deleted_neither_hold_up_new_ones_nor_are_asked_for_without_pause(
    handed_over: Database,
) -> None:
    other = RECEIPT | {"id": "r-0", "messageUUID": None}
    completed = RECEIPT | {"messageUUID": await message_of(handed_over), "receiptStatus": "COMPLETED"}
    waiting, deleted = [other], list[str]()

    def answered(asked: Asked) -> web.Response:
        if asked.method == "DELETE":
            deleted.extend(json.loads(asked.body)["ids"])
            return web.Response(status=400)
        return web.json_response(waiting)

    async with outside_server(answered) as (http, _):
        errand = pull_receipts(DigitalPostClient(http, CODES), CODES, SURVEYS, every=timedelta(minutes=1))
        for due in (SLOT, SLOT + timedelta(minutes=1)):
            assert await go(handed_over, errand, SLOT) == []
            async with handed_over.reading() as tx:
                assert await errand.due(tx) == due
        waiting.append(completed)
        assert [type(event).__name__ for event in await go(handed_over, errand, SLOT)] == ["LetterDelivered"]
    assert deleted == ["r-0"]
