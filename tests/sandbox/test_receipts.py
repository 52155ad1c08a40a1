"""Collecting receipts: page by page, one by one, many at once, and deleting them."""

from tests.sandbox.memos import uuid
from tests.sandbox.stand_in import World

BULK = "/apis/v1/receipts-bulk/"


async def test_ids_come_page_by_page(post: World) -> None:
    await post.hand_over_many(1, 2, 3)
    first = await post.say("GET", "/apis/v1/receipts/?size=2")
    second = await post.say("GET", "/apis/v1/receipts/?size=2&page=1")
    assert [each["id"] for each in first["receipts"] + second["receipts"]] == [
        each["id"] for each in await post.receipts()
    ]
    assert (first["totalElements"], first["totalPages"], second["elementsOnPage"]) == (3, 2, 1)


async def test_a_receipt_stays_until_it_is_deleted(post: World) -> None:
    await post.hand_over(1)
    (receipt,) = await post.receipts()
    path = f"/apis/v1/receipts/{receipt['id']}"
    assert await post.say("GET", path) == receipt
    assert await post.say("GET", f"{path}?delete=true") == receipt
    assert (await post.say("GET", path, 404))["code"] == "receipt.not.found"


async def test_a_receipt_is_deleted_by_its_id(post: World) -> None:
    await post.hand_over_many(1, 2)
    first, second = await post.receipts()
    await post.say("DELETE", f"/apis/v1/receipts/{first['id']}", 204)
    await post.say("DELETE", f"/apis/v1/receipts/{first['id']}", 204)
    assert await post.receipts() == [second]


async def test_as_many_come_at_once_as_asked_for_and_are_deleted_when_kept(post: World) -> None:
    await post.hand_over_many(*range(1, 6))
    taken = await post.say("GET", f"{BULK}?limit=3")
    assert [each["messageUUID"] for each in taken] == [uuid(1), uuid(2), uuid(3)]
    ids = [each["id"] for each in taken]
    assert await post.say("DELETE", BULK, json={"ids": [*ids, uuid(9)]}) == {"deleted": 3}
    assert [told for told, _, _ in await post.told()] == [uuid(4), uuid(5)]


async def test_a_limit_that_is_none_is_refused(post: World) -> None:
    assert (await post.say("GET", f"{BULK}?limit=many", 400))["code"] == "request.invalid"


async def test_deleting_without_ids_is_refused(post: World) -> None:
    for body in ([], {"ids": "all"}, {"ids": [1]}, {}):
        assert (await post.say("DELETE", BULK, 400, json=body))["code"] == "request.invalid"


async def test_a_receipt_that_is_to_be_had_is_nothing_that_is_due(post: World) -> None:
    await post.hand_over(1)
    assert await post.due() is None
