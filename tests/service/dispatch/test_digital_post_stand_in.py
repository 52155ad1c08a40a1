"""A letter from its words to the mailbox of the stand-in, whose judgement is its own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest

from services.dispatch import memo
from services.dispatch.digital_post import (
    DigitalPostClient,
    ErrorCodes,
    OutgoingMessage,
    ReceiptStatus,
    Registration,
    SubmitStatus,
    authorization,
)
from services.dispatch.domain import RefusalCause
from services.dispatch.http_client import HttpClient, Misconfigured
from services.dispatch.letter_pdf import LetterPrinter
from services.dispatch.person_register import PersonRegister
from tests.sandbox.client import KEY
from tests.sandbox.stand_in import Process, World, running
from tests.support.letters import ANSWER_URL, DANISH, ENGLISH
from tests.support.messages import message

CODES = ErrorCodes.load()
PRINTER = LetterPrinter(ANSWER_URL)
CODE = "7K2M9QXW4HJT3VBR"
REGISTERED, EXEMPT, DEAD, STRANGER = "2512489996", "2509479989", "0107729995", "2911829996"
PERSONS = f"""cpr,register_status,digital_post_status,nem_sms
{REGISTERED},01,REGISTERED,false
{EXEMPT},01,EXEMPT,false
{DEAD},90,CLOSED,false
"""


def letter(number: int, recipient: str = REGISTERED, version: memo.Version = "1.2") -> OutgoingMessage:
    uuid = memo.message_uuid(bytes(32), uuid5(UUID(int=0), str(number)))
    file = memo.File("Hvordan var det.pdf", "da", PRINTER.pdf((DANISH, ENGLISH), CODE))
    action = memo.Action(DANISH.link_label, PRINTER.link(CODE), datetime(2026, 12, 10, tzinfo=UTC))
    sent = message(uuid=uuid, recipient=recipient, file=file, action=action)
    return OutgoingMessage(uuid, memo.write(sent, version))


@pytest.fixture
async def stand_in(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path) as world:
        world.persons.write_text(PERSONS)
        yield world


@pytest.fixture
async def post(stand_in: World) -> AsyncIterator[DigitalPostClient]:
    async with HttpClient("Digital Post", f"{stand_in.root}/apis/v1/", authorization(KEY)) as http:
        yield DigitalPostClient(http, CODES)


async def test_letters_of_both_versions_lie_in_the_mailbox_byte_for_byte(stand_in: World, post: DigitalPostClient):
    sent = [letter(1), letter(2, version="1.1")]
    assert {result.status for result in await post.submit(sent)} == {SubmitStatus.ACCEPTED}
    assert [await stand_in.say("GET", f"/messages/{message.uuid}") for message in sent] == [
        message.xml for message in sent
    ]


async def test_receipts_tell_what_came_of_each_letter_until_they_are_deleted(post: DigitalPostClient):
    sent = [letter(1), letter(2, recipient=EXEMPT)]
    await post.submit(sent)
    receipts = {receipt.message: receipt for receipt in await post.receipts()}
    assert {uuid: (receipt.status, receipt.code) for uuid, receipt in receipts.items()} == {
        sent[0].uuid: (ReceiptStatus.COMPLETED, None),
        sent[1].uuid: (ReceiptStatus.NOT_ALLOWED, "recipient.exempt"),
    }
    await post.delete_receipts([receipt.id for receipt in receipts.values()])
    assert await post.receipts() == []


async def test_a_letter_handed_over_again_is_refused_as_one_that_was_accepted(stand_in: World, post: DigitalPostClient):
    await post.submit([letter(1)])
    await post.submit([letter(1)])
    codes = [receipt.code for receipt in await post.receipts() if receipt.code]
    assert [CODES.of(code).about for code in codes] == [RefusalCause.DUPLICATE]
    assert await stand_in.mailbox() == [str(letter(1).uuid)]


async def test_a_connection_cut_after_accepting_leaves_the_outcome_to_the_receipt(
    stand_in: World, post: DigitalPostClient
):
    await stand_in.say("PUT", "/faults", json={"share_cut_after_accepting": 1})
    (result,) = await post.submit([letter(1)])
    assert result.status is SubmitStatus.UNKNOWN
    assert [receipt.status for receipt in await post.receipts()] == [ReceiptStatus.COMPLETED]


async def test_while_it_is_unavailable_nothing_is_taken(stand_in: World, post: DigitalPostClient):
    await stand_in.say("PUT", "/faults", json={"share_503": 1})
    (result,) = await post.submit([letter(1)])
    assert result.status is SubmitStatus.NOT_TAKEN
    assert await stand_in.mailbox() == []


async def test_another_key_is_refused(stand_in: World):
    async with HttpClient("Digital Post", f"{stand_in.root}/apis/v1/", authorization("another")) as http:
        with pytest.raises(Misconfigured):
            await DigitalPostClient(http, CODES).submit([letter(1)])


async def test_the_contact_register_is_understood(post: DigitalPostClient):
    assert await post.lookup([REGISTERED, EXEMPT, DEAD, STRANGER]) == {
        REGISTERED: Registration.REGISTERED,
        EXEMPT: Registration.EXEMPT,
        DEAD: Registration.CLOSED,
        STRANGER: Registration.UNKNOWN,
    }


async def test_the_person_register_is_understood(tmp_path: Path):
    stand_in = Process(tmp_path, "deploy.sandbox.person_register")
    stand_in.persons.write_text(PERSONS)
    await stand_in.start()
    async with HttpClient("person register", stand_in.root) as http:
        assert await PersonRegister(http).statuses([REGISTERED, DEAD, STRANGER]) == {REGISTERED: "01", DEAD: "90"}
    await stand_in.stop()
