"""What goes wrong on purpose: how often, for whom, and always the same."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import aiohttp
import pytest

from deploy.sandbox import faults
from deploy.sandbox.digital_post.receipts import stamp
from deploy.sandbox.faults import Dice, Faults, ReceiptFaults
from tests.sandbox.memos import mass, uuid
from tests.sandbox.stand_in import NOON, World, running

NUMBERS = range(1, 201)
HALF = Faults(
    receipts=ReceiptFaults(late_share=0.5, late_up_to_hours=48, twice=0.5, out_of_order=0.5, never=0.2),
    refused_share=0.5,
    refusal_codes=("recipient.not.allowed", "memo.invalid"),
)


def _folder(below: Path, name: str) -> Path:
    folder = below / name
    folder.mkdir()
    return folder


async def _fates(folder: Path, batches: Iterable[Iterable[int]], seed: str = "1") -> set[tuple[str | None, ...]]:
    """Every receipt that ever comes, apart from ids, with how late it is; a minute passes between the batches."""
    handed_over: dict[str, datetime] = {}
    async with running(folder, HALF, seed) as post:
        for numbers in batches:
            handed_over |= {uuid(number): post.clock.now() for number in numbers}
            await post.hand_over_many(*numbers)
            post.later(minutes=1)
        post.later(days=5)
        told = await post.receipts()
    late = [f"{datetime.fromisoformat(each['timeStamp']) - handed_over[each['messageUUID']]}" for each in told]
    return {
        (each["messageUUID"], each["receiptStatus"], each["errorCode"], after)
        for each, after in zip(told, late, strict=True)
    }


async def test_a_message_fares_the_same_in_any_batch_and_order_at_any_time(tmp_path: Path) -> None:
    at_once = await _fates(_folder(tmp_path, "one"), [NUMBERS])
    backwards = await _fates(_folder(tmp_path, "many"), [[number] for number in reversed(NUMBERS)])
    assert len(at_once) > len(NUMBERS)
    assert at_once == backwards


async def test_another_seed_means_another_fate(tmp_path: Path) -> None:
    assert await _fates(_folder(tmp_path, "one"), [NUMBERS]) != await _fates(
        _folder(tmp_path, "other"), [NUMBERS], seed="2"
    )


async def test_a_fault_refuses_for_good_by_one_of_the_codes_asked_for(post: World) -> None:
    await post.say("PUT", "/faults", json={"refused_share": 1, "refusal_codes": ["memo.invalid", "recipient.gone"]})
    await post.hand_over_many(*NUMBERS)
    first = await post.told()
    assert {told[1:] for told in first} == {("INVALID", "memo.invalid"), ("NOT_ALLOWED", "recipient.gone")}
    await post.say("PUT", "/faults", json={})
    await post.hand_over_many(*NUMBERS)
    assert await post.told() == first * 2
    assert await post.mailbox() == []


async def test_a_late_receipt_is_due_until_it_is_to_be_had(post: World) -> None:
    await post.say("PUT", "/faults", json={"receipts": {"late_share": 1, "late_up_to_hours": 48}})
    await post.hand_over(1)
    assert await post.told() == []
    due = datetime.fromisoformat(await post.due() or "")
    assert NOON < due <= NOON + timedelta(hours=48)
    post.clock.move_to(due)
    assert await post.told() == [(uuid(1), "COMPLETED", None)]
    assert await post.due() is None


async def test_a_receipt_that_never_comes_is_never_due(post: World) -> None:
    await post.say("PUT", "/faults", json={"receipts": {"never": 1}})
    await post.hand_over(1)
    post.later(days=400)
    assert (await post.told(), await post.due()) == ([], None)
    assert await post.mailbox() == [uuid(1)]


async def test_a_refusal_says_whether_its_sender_is_ever_told(post: World) -> None:
    await post.say("PUT", "/faults", json={"refused_share": 1, "receipts": {"never": 0.5}})
    await post.hand_over_many(*NUMBERS)
    heard = {message for message, *_ in await post.told()}
    listed = await post.say("GET", "/refusals")
    assert {one["messageUUID"] for one in listed if one["told"]} == heard
    assert 0 < len(heard) < len(listed) == len(NUMBERS)


async def test_a_receipt_twice_says_the_same_under_another_id(post: World) -> None:
    await post.say("PUT", "/faults", json={"receipts": {"twice": 1}})
    await post.hand_over(1)
    first, second = await post.receipts()
    assert first.pop("id") != second.pop("id")
    assert first == second


async def test_a_receipt_out_of_order_leaves_its_place_and_a_technical_one_follows_it(post: World) -> None:
    await post.say("PUT", "/faults", json={"receipts": {"out_of_order": 1}})
    await post.hand_over_many(*NUMBERS)
    told = await post.told()
    business = [each for each, status, _ in told if status == "COMPLETED"]
    technical = [each for each, status, _ in told if status == "RECEIVED"]
    assert business != sorted(business) == technical
    assert told[-1][1] == "RECEIVED"


async def test_the_receipt_of_a_repeat_comes_no_sooner_than_that_of_the_message(post: World) -> None:
    await post.say("PUT", "/faults", json={"receipts": {"late_share": 1, "late_up_to_hours": 48}})
    await post.hand_over_many(*NUMBERS)
    post.later(hours=12)
    repeated = post.clock.now()
    await post.hand_over_many(*NUMBERS)
    post.later(hours=48)
    told = await post.receipts()
    first = {each["messageUUID"]: each["timeStamp"] for each in told if each["receiptStatus"] == "COMPLETED"}
    again = {each["messageUUID"]: each["timeStamp"] for each in told if each["receiptStatus"] == "INVALID"}
    assert again == {each: max(at, stamp(repeated)) for each, at in first.items()}
    assert len(set(again.values())) > 1


async def test_a_repeat_does_not_bring_a_receipt_that_never_comes(post: World) -> None:
    await post.say("PUT", "/faults", json={"receipts": {"never": 1}})
    await post.hand_over_many(1)
    await post.hand_over_many(1)
    post.later(days=400)
    assert await post.told() == []


async def test_a_503_takes_nothing_and_comes_with_a_receipt(post: World) -> None:
    await post.say("PUT", "/faults", json={"share_503": 1})
    receipt = await post.hand_over_archive(mass([1]), status=503)
    assert (receipt["errorCode"], receipt["messageUUID"]) == ("service.unavailable", None)
    assert await post.mailbox() == []
    assert await post.say("GET", "/attempts") == {"POST memos/": {"503": 1}}


async def test_a_503_is_an_answer_to_a_large_body_too(post: World) -> None:
    await post.say("PUT", "/faults", json={"share_503": 1})
    await post.hand_over_archive(BytesIO(bytes(20_000_000)), status=503)


async def test_a_cut_connection_gives_no_answer_but_the_messages_are_kept(post: World) -> None:
    await post.say("PUT", "/faults", json={"share_cut_after_accepting": 1})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post.hand_over_many(1, 2)
    assert await post.mailbox() == [uuid(1), uuid(2)]
    assert await post.say("GET", "/attempts") == {"POST memos/": {"cut": 1}}


async def test_a_refusal_is_not_cut(post: World) -> None:
    await post.say("PUT", "/faults", json={"share_cut_after_accepting": 1})
    await post.hand_over_archive(b"letters", status=400)


async def test_a_request_under_way_is_not_rest(post: World) -> None:
    await post.say("PUT", "/faults", json={"latency_ms": 2_000})
    handing_over = asyncio.create_task(post.hand_over(1))
    while (await post.say("GET", "/status"))["busy"] != 1:
        assert not handing_over.done()
    await handing_over


async def test_requests_go_wrong_by_their_numbers_as_often_as_asked_for(post: World) -> None:
    dice = Dice("1")
    wrong = [dice.hits(0.3, "503", number) for number in range(40)]
    await post.say("PUT", "/faults", json={"share_503": 0.3})
    assert 0 < sum(wrong) < 40
    for number, goes_wrong in enumerate(wrong):
        await post.say("GET", "/apis/v1/receipts/", 503 if goes_wrong else 200, params={"page": number})


async def test_an_unknown_fault_is_refused_by_its_name(post: World) -> None:
    told = await post.say("PUT", "/faults", 400, json={"share_of_500": 1})
    assert told["errors"][0]["loc"] == ["share_of_500"]


async def test_a_share_over_one_is_refused(post: World) -> None:
    await post.say("PUT", "/faults", 400, json={"receipts": {"never": 1.1}})


def test_dice_hit_as_often_as_the_share_says() -> None:
    hits = sum(Dice("1").hits(0.02, "refused", uuid(number)) for number in range(20_000))
    assert 320 < hits < 480


def test_what_befalls_a_message_in_one_way_says_nothing_about_another() -> None:
    dice = Dice("1")
    both = sum(dice.hits(0.5, "one", number) and dice.hits(0.5, "other", number) for number in range(2_000))
    assert 400 < both < 600


def test_the_preset_has_every_fault_but_latency() -> None:
    assert faults.read("1") == faults.PRESET
    assert faults.PRESET.latency_ms == 0
    assert all(share > 0 for share in faults.PRESET.receipts.model_dump().values())


def test_no_setting_means_no_faults() -> None:
    assert faults.read("") == Faults()


def test_faults_may_be_set_as_json() -> None:
    assert faults.read('{"receipts": {"twice": 0.5}}').receipts.twice == 0.5
