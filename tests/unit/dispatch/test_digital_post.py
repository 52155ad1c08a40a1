import io
import json
import lzma
import tarfile
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from services.dispatch.digital_post import (
    DigitalPostClient,
    ErrorCodes,
    OutgoingMessage,
    ReceiptStatus,
    Registration,
    SubmitStatus,
    authorization,
)
from services.dispatch.http_client import HttpClient, Misconfigured, Rejected, TooSlow, Unavailable
from tests.support.outside_server import Asked, CutOff, address_of_nobody, outside_server

CODES = ErrorCodes.load()
ACCEPTED = {"transmissionId": "t", "messageUUID": None, "receiptStatus": "RECEIVED"}
RECEIPT = {
    "id": "r-1",
    "transmissionId": "t",
    "messageUUID": "620c34cf-9d9b-4897-af8f-caaae42b0d9c",
    "errorCode": None,
    "errorMessage": None,
    "timeStamp": "2026-11-05T11:00:00.000000Z",
    "receiptStatus": "COMPLETED",
}


def messages(count: int) -> list[OutgoingMessage]:
    return [OutgoingMessage(uuid4(), f"<memo>{number}</memo>".encode()) for number in range(count)]


def unpacked(body: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(body, format=lzma.FORMAT_ALONE))) as tar:
        return {member.name: file.read() for member in tar if (file := tar.extractfile(member))}


def refuses(*bad: UUID, code: str = "memo.invalid"):
    """Refuses every transmission that holds one of these messages."""

    def answer(asked: Asked) -> web.Response:
        if any(f"{uuid}.xml" in unpacked(asked.body) for uuid in bad):
            return web.json_response({"code": code, "message": "", "fieldErrors": []}, status=400)
        return web.json_response(ACCEPTED, status=201)

    return answer


async def submitted(answer, sent: list[OutgoingMessage]):
    async with outside_server(answer, headers=authorization("key")) as (http, asked):
        return {each.uuid: each for each in await DigitalPostClient(http, CODES).submit(sent)}, asked


async def test_letters_go_in_one_archive_of_files_named_by_their_uuid():
    sent = messages(3)
    _, asked = await submitted(refuses(), sent)
    assert [unpacked(request.body) for request in asked] == [{f"{message.uuid}.xml": message.xml for message in sent}]


async def test_the_archive_is_announced_with_type_and_key():
    _, asked = await submitted(refuses(), messages(1))
    assert (asked[0].method, asked[0].path) == ("POST", "/apis/v1/memos/")
    assert asked[0].headers["Content-Type"] == "application/x-lzma"
    assert asked[0].headers["Authorization"] == "Basic key"
    assert asked[0].query == []


async def test_what_was_taken_is_accepted_one_outcome_a_letter():
    sent = messages(3)
    results, _ = await submitted(refuses(), sent)
    assert {uuid: result.status for uuid, result in results.items()} == {
        message.uuid: SubmitStatus.ACCEPTED for message in sent
    }


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (503, SubmitStatus.NOT_TAKEN),
        (429, SubmitStatus.NOT_TAKEN),
        (500, SubmitStatus.UNKNOWN),
        (504, SubmitStatus.UNKNOWN),
        (None, SubmitStatus.UNKNOWN),
    ],
)
async def test_without_an_answer_of_worth_all_letters_go_again(answer: int | None, status: SubmitStatus):
    results, _ = await submitted(lambda _: web.Response(status=answer) if answer else CutOff(), messages(2))
    assert {result.status for result in results.values()} == {status}


async def test_while_nobody_listens_letters_go_later():
    async with HttpClient("Digital Post", address_of_nobody()) as http:
        results = await DigitalPostClient(http, CODES).submit(messages(2))
    assert {result.status for result in results} == {SubmitStatus.NOT_TAKEN}


async def test_after_a_transmission_that_was_too_slow_the_next_ones_are_smaller():
    slow = True

    def answered(asked: Asked) -> web.StreamResponse:
        return web.Response(status=504) if slow else web.json_response(ACCEPTED, status=201)

    async with outside_server(answered) as (http, asked):
        client = DigitalPostClient(http, CODES)
        assert {result.status for result in await client.submit(messages(8))} == {SubmitStatus.UNKNOWN}
        slow = False
        for _ in range(2):
            assert {result.status for result in await client.submit(messages(8))} == {SubmitStatus.ACCEPTED}
    assert [len(unpacked(request.body)) for request in asked] == [8, 4, 4, 8]


async def test_one_bad_letter_among_many_is_refused_alone():
    sent = messages(16)
    results, asked = await submitted(refuses(sent[5].uuid), sent)
    assert results[sent[5].uuid].code == "memo.invalid"
    assert [uuid for uuid, result in results.items() if result.status is not SubmitStatus.ACCEPTED] == [sent[5].uuid]
    assert len(asked) == 9


async def test_a_refusal_of_how_we_send_stops_everything_instead_of_failing_letters():
    sent = messages(4)
    with pytest.raises(Misconfigured, match=r"archive\.invalid"):
        await submitted(refuses(*(message.uuid for message in sent), code="archive.invalid"), sent)


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_stops_everything(status: int):
    with pytest.raises(Misconfigured, match=f"answered {status}.*look at the API key"):
        await submitted(lambda _: web.Response(status=status), messages(1))


async def test_no_letters_make_no_request():
    assert await submitted(refuses(), []) == ({}, [])


async def received(*entries: object):
    async with outside_server(lambda _: web.json_response(list(entries))) as (http, asked):
        return await DigitalPostClient(http, CODES, receipts_at_once=7).receipts(), asked


async def test_a_receipt_is_read():
    (receipt,), asked = await received(RECEIPT)
    assert (receipt.id, str(receipt.message)) == ("r-1", RECEIPT["messageUUID"])
    assert receipt.status is ReceiptStatus.COMPLETED
    assert receipt.at is not None
    assert receipt.at.isoformat() == "2026-11-05T11:00:00+00:00"
    assert (asked[0].path, asked[0].query) == ("/apis/v1/receipts-bulk/", [("limit", "7")])


@pytest.mark.parametrize(
    "broken",
    [
        {"messageUUID": "no"},
        {"messageUUID": 7},
        {"receiptStatus": "ODD"},
        {"receiptStatus": []},
        {"timeStamp": None},
        {"timeStamp": "0001-01-01T00:00:00+14:00"},
    ],
)
async def test_a_receipt_that_cannot_be_read_holds_up_no_other(broken: dict[str, object]):
    (bad, good), _ = await received(RECEIPT | broken, RECEIPT)
    assert (bad.id, bad.status) == ("r-1", ReceiptStatus.UNREADABLE)
    assert good.status is ReceiptStatus.COMPLETED


@pytest.mark.parametrize("receipt_id", [None, "", 7, "r\x001", "r \ud800", "r" * 201])
async def test_a_receipt_without_a_usable_id_holds_up_no_other(receipt_id: object):
    (only,), _ = await received(RECEIPT | {"id": receipt_id}, RECEIPT)
    assert only.id == "r-1"


@pytest.mark.parametrize("code", ["Not a code", "x" * 500, "a\x00b", 7, ["memo.invalid"]])
async def test_a_code_that_is_none_is_not_passed_on(code: object):
    (receipt,), _ = await received(RECEIPT | {"receiptStatus": "INVALID", "errorCode": code})
    assert (receipt.status, receipt.code) == (ReceiptStatus.INVALID, "unreadable_code")


async def test_a_moment_without_an_offset_is_read_as_one_with():
    (receipt,), _ = await received(RECEIPT | {"timeStamp": "2026-11-05T11:00:00"})
    assert receipt.at is not None
    assert receipt.at.tzinfo is not None


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_receipts_that_are_refused_are_asked_for_in_smaller_numbers(status: int):
    def at_most_500(asked: Asked) -> web.Response:
        return web.json_response([RECEIPT]) if int(dict(asked.query)["limit"]) <= 500 else web.Response(status=status)

    async with outside_server(at_most_500) as (http, asked):
        assert len(await DigitalPostClient(http, CODES).receipts()) == 1
    assert [dict(request.query)["limit"] for request in asked] == ["2000", "1000", "500"]


async def test_receipts_that_are_always_refused_say_so():
    async with outside_server(lambda _: web.Response(status=400)) as (http, _):
        with pytest.raises(Rejected, match=r"receipts-bulk/ was answered 400 \(http_400\)"):
            await DigitalPostClient(http, CODES).receipts()


async def test_receipts_that_come_too_slowly_are_asked_for_in_smaller_numbers_next_time():
    async with outside_server(lambda _: web.Response(status=504)) as (http, asked):
        client = DigitalPostClient(http, CODES)
        for _ in range(2):
            with pytest.raises(TooSlow):
                await client.receipts()
    assert [dict(request.query)["limit"] for request in asked] == ["2000", "1000"]


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_one_receipt_that_cannot_be_deleted_holds_up_no_other(status: int):
    waiting, deleted = [f"r-{number:03}" for number in range(200)], set[str]()

    def answered(asked: Asked) -> web.Response:
        ids = json.loads(asked.body)["ids"]
        if "r-077" in ids:
            return web.Response(status=status)
        deleted.update(ids)
        return web.Response(status=204)

    async with outside_server(answered) as (http, asked):
        client = DigitalPostClient(http, CODES)
        left = list(waiting)
        while left:
            done = await client.delete_receipts(left)
            left = left[len(done) :]
    assert set(waiting) - deleted == {"r-077"}
    assert len(asked) < 60


async def test_receipts_are_deleted_by_their_ids():
    async with outside_server(lambda _: web.Response(status=204)) as (http, asked):
        assert await DigitalPostClient(http, CODES).delete_receipts(["r-1", "r-2"]) == ["r-1", "r-2"]
    assert (asked[0].method, asked[0].path) == ("DELETE", "/apis/v1/receipts-bulk/")
    assert asked[0].body == b'{"ids": ["r-1", "r-2"]}'


async def looked_up(*entries: object):
    async with outside_server(lambda _: web.json_response(list(entries))) as (http, _):
        return await DigitalPostClient(http, CODES).lookup(["2512489996", "2509479989"])


async def test_whoever_the_register_does_not_know_is_unknown():
    registrations = await looked_up({"cprNumber": "2512489996", "publicRegistrationStatus": "EXEMPT"})
    assert registrations == {"2512489996": Registration.EXEMPT, "2509479989": Registration.UNKNOWN}


async def test_a_register_that_answers_in_another_form_makes_nobody_unknown():
    with pytest.raises(Unavailable, match="lacks cprNumber or publicRegistrationStatus"):
        await looked_up({"cprNumber": "2512489996", "mailbox": {"publicRegistrationStatus": "REGISTERED"}})
