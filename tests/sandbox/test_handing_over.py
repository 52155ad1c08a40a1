"""Handing messages over: one, or many at once; what is taken, what is refused, and how it is told."""

import lzma
import tarfile
from io import BytesIO

import pytest

from deploy.sandbox.digital_post import archive as unpacking
from tests.sandbox.memos import (
    CLOSED,
    EXEMPT,
    EXEMPT_WITH_SMS,
    MEMO,
    NEMSMS,
    NOT_LISTED,
    REGISTERED,
    UNKNOWN,
    archive,
    mass,
    memo,
    uuid,
)
from tests.sandbox.stand_in import World

DUPLICATE = "message.uuid.duplicate"


async def test_a_message_is_kept_byte_for_byte(post: World) -> None:
    await post.hand_over(1)
    assert await post.say("GET", f"/messages/{uuid(1)}") == memo(1)


async def test_one_message_is_received_first_and_completed_by_its_receipt(post: World) -> None:
    receipt = await post.hand_over(1)
    assert (receipt["receiptStatus"], receipt["messageUUID"], receipt["messageId"]) == ("RECEIVED", uuid(1), "letter-1")
    assert await post.told() == [(uuid(1), "COMPLETED", None)]


async def test_a_wrong_message_alone_is_refused_at_once(post: World) -> None:
    wrong = memo(1).replace(b"https://svar", b"http://svar")
    error = await post.hand_over(1, wrong, status=400)
    assert error["code"] == "action.entry.point.not.allowed"
    assert error["fieldErrors"] == [{"field": "Action/EntryPoint/url", "message": "not an address by https"}]
    assert await post.told() == []
    assert await post.mailbox() == []


async def test_a_message_under_another_uuid_is_refused(post: World) -> None:
    assert (await post.hand_over(2, memo(1), status=400))["code"] == "message.uuid.mismatch"


async def test_a_message_without_its_uuid_is_refused(post: World) -> None:
    headers = {"Content-Type": "application/xml"}
    error = await post.say("POST", "/apis/v1/memos/", 400, data=memo(1), headers=headers)
    assert error["code"] == "request.invalid"


async def test_another_content_type_is_refused(post: World) -> None:
    error = await post.say("POST", "/apis/v1/memos/", 400, data=b"{}", headers={"Content-Type": "application/json"})
    assert error["code"] == "content.type.not.allowed"


@pytest.mark.parametrize("container", [lzma.FORMAT_ALONE, lzma.FORMAT_XZ], ids=["lzma", "xz"])
async def test_many_messages_are_received_as_one_transmission(post: World, container: int) -> None:
    memos = [(f"{uuid(number)}.xml", memo(number)) for number in (1, 2, 3)]
    receipt = await post.hand_over_archive(archive(memos, container))
    assert (receipt["receiptStatus"], receipt["messageUUID"]) == ("RECEIVED", None)
    assert await post.mailbox() == [uuid(1), uuid(2), uuid(3)]


async def test_each_message_of_a_transmission_gets_its_own_receipt(post: World) -> None:
    right, wrong = memo(1), memo(2).replace(b"<memo:reply>false", b"<memo:reply>no")
    exempt, mismatch = memo(3, EXEMPT), memo(1)
    contents = enumerate([right, wrong, exempt, mismatch], start=1)
    await post.hand_over_archive(archive((f"{uuid(number)}.xml", content) for number, content in contents))
    assert await post.told() == [
        (uuid(1), "COMPLETED", None),
        (uuid(2), "INVALID", "memo.invalid"),
        (uuid(3), "NOT_ALLOWED", "recipient.exempt"),
        (uuid(4), "INVALID", "message.uuid.mismatch"),
    ]
    assert await post.mailbox() == [uuid(1)]


def _tar(name: str, kind: bytes = tarfile.REGTYPE) -> bytes:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.type = kind
        tar.addfile(entry)
    return packed.getvalue()


UNREADABLE = {
    "no LZMA": b"letters",
    "LZMA cut short": mass([1])[:-40],
    "XZ cut short after the last letter": archive([(f"{uuid(1)}.xml", memo(1))], lzma.FORMAT_XZ)[:-4],
    "no tar": lzma.compress(b"letters" * 1000),
    "a tar cut short": lzma.compress(_tar(f"{uuid(1)}.xml")[:300]),
    "no files": archive([]),
    "a file of another name": archive([("letter.xml", memo(1))]),
    "a file of another kind": archive([(f"{uuid(1)}.pdf", memo(1))]),
    "a file in a folder": archive([(f"letters/{uuid(1)}.xml", memo(1))]),
    "a link": lzma.compress(_tar(f"{uuid(1)}.xml", tarfile.SYMTYPE)),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_an_archive_that_cannot_be_read_is_refused_whole(post: World, body: bytes) -> None:
    assert (await post.hand_over_archive(body, status=400))["code"] == "archive.invalid"


async def test_a_small_archive_that_unpacks_to_too_much_is_refused(
    post: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "LARGEST_UNPACKED", 1_000_000)
    body = lzma.compress(bytes(1_000_001))
    assert len(body) < 1_000
    assert (await post.hand_over_archive(body, status=400))["code"] == "archive.size.too.large"


async def test_a_body_over_99_5_mb_is_refused(post: World) -> None:
    assert (await post.hand_over_archive(BytesIO(bytes(99_500_001)), status=400))["code"] == "archive.size.too.large"


@pytest.mark.parametrize(
    ("cpr", "written", "code"),
    [
        (EXEMPT, MEMO, "recipient.exempt"),
        (CLOSED, MEMO, "recipient.closed"),
        (UNKNOWN, MEMO, "recipient.unknown"),
        (NOT_LISTED, MEMO, "recipient.unknown"),
        (REGISTERED, NEMSMS, "recipient.nem.sms.not.subscribed"),
        (REGISTERED, MEMO, None),
        (EXEMPT_WITH_SMS, NEMSMS, None),
    ],
)
async def test_only_whoever_can_receive_it_gets_it(post: World, cpr: str, written: str, code: str | None) -> None:
    await post.hand_over_archive(archive([(f"{uuid(1)}.xml", memo(1, cpr, written))]))
    assert await post.told() == [(uuid(1), "NOT_ALLOWED" if code else "COMPLETED", code)]
    assert await post.mailbox() == ([] if code else [uuid(1)])


async def test_a_message_handed_over_again_is_refused_and_listed(post: World) -> None:
    await post.hand_over_many(1)
    await post.hand_over_many(1, 2)
    assert await post.told() == [
        (uuid(1), "COMPLETED", None),
        (uuid(1), "INVALID", DUPLICATE),
        (uuid(2), "COMPLETED", None),
    ]
    assert await post.mailbox() == [uuid(1), uuid(2)]
    (listed,) = await post.say("GET", "/duplicates")
    assert (listed["messageUUID"], listed["same_content"]) == (uuid(1), True)


async def test_a_repeat_is_one_even_when_its_value_date_has_passed(post: World) -> None:
    await post.hand_over_many(1)
    post.later(days=2)
    assert (await post.hand_over(1, status=400))["code"] == DUPLICATE


async def test_a_uuid_taken_by_another_message_is_refused_and_listed_as_such(post: World) -> None:
    await post.hand_over(1)
    error = await post.hand_over(1, memo(1).replace(b"Hvordan var det?", b"Noget andet"), status=400)
    assert error["code"] == DUPLICATE
    assert [listed["same_content"] for listed in await post.say("GET", "/duplicates")] == [False]


async def test_a_message_twice_in_one_archive_is_a_repeat(post: World) -> None:
    await post.hand_over_many(1, 1)
    assert await post.told() == [(uuid(1), "COMPLETED", None), (uuid(1), "INVALID", DUPLICATE)]


async def test_a_uuid_is_the_same_in_capitals(post: World) -> None:
    await post.hand_over_many(0xABC)
    shouted = memo(0xABC).replace(uuid(0xABC).encode(), uuid(0xABC).upper().encode())
    await post.hand_over_archive(archive([(f"{uuid(0xABC).upper()}.xml", shouted)]))
    assert await post.told() == [(uuid(0xABC), "COMPLETED", None), (uuid(0xABC), "INVALID", DUPLICATE)]


async def test_a_refused_message_may_come_again_when_it_is_right(post: World) -> None:
    await post.hand_over(1, memo(1).replace(b"<memo:reply>false", b"<memo:reply>no"), status=400)
    await post.hand_over(1)
    assert await post.mailbox() == [uuid(1)]


async def test_a_message_waits_for_its_value_date(post: World) -> None:
    await post.hand_over(1, memo(1).replace(b">2026-11-05<", b">2026-11-07<"))
    (before,) = await post.say("GET", "/messages")
    post.later(days=2)
    (then,) = await post.say("GET", "/messages")
    assert (before["deliver_from"], before["status"], then["status"]) == ("2026-11-07", "WAITING", "IN_MAILBOX")


async def test_a_message_without_a_value_date_is_there_on_the_danish_day_it_came(post: World) -> None:
    post.later(hours=12.5)
    await post.hand_over(
        1, memo(1).replace(b"<memo:doNotDeliverUntilDate>2026-11-05</memo:doNotDeliverUntilDate>", b"")
    )
    (message,) = await post.say("GET", "/messages")
    assert (message["received_at"], message["deliver_from"]) == ("2026-11-05T23:30:00.000000Z", "2026-11-06")


async def test_messages_are_listed_from_a_sequence_on(post: World) -> None:
    await post.hand_over_many(1, 2, 3)
    first, *_ = await post.say("GET", "/messages")
    assert [each["messageUUID"] for each in await post.say("GET", f"/messages?after={first['sequence']}")] == [
        uuid(2),
        uuid(3),
    ]
    assert (first["cpr"], first["label"]) == (REGISTERED, "Hvordan var det?")
