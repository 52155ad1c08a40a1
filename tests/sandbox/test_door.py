"""The API key, and how attempts are counted."""

from base64 import b64encode

from tests.sandbox.client import KEY
from tests.sandbox.stand_in import World

RECEIPTS = "/apis/v1/receipts/"


async def test_without_the_right_key_nothing_is_answered(post: World) -> None:
    wrong = b64encode(f"{KEY}x".encode()).decode()
    for given in ("", "Basic wrong", f"Bearer {KEY}", f"Basic {wrong}"):
        told = await post.say("GET", RECEIPTS, 401, headers={"Authorization": given})
        assert told["code"] == "unauthorized"


async def test_the_key_is_taken_encoded_and_as_it_is(post: World) -> None:
    for given in (KEY, b64encode(KEY.encode()).decode()):
        await post.say("GET", RECEIPTS, headers={"Authorization": f"Basic {given}"})


async def test_attempts_are_counted_by_kind_and_outcome_without_ids(post: World) -> None:
    await post.hand_over(1)
    await post.hand_over(1, status=400)
    await post.say("GET", f"{RECEIPTS}0", 404)
    await post.say("GET", RECEIPTS, 401, headers={"Authorization": ""})
    assert await post.say("GET", "/attempts") == {
        "GET receipts/": {"401": 1, "404": 1},
        "POST memos/": {"201": 1, "400": 1},
    }


async def test_what_the_interface_does_not_have_is_refused_as_such(post: World) -> None:
    assert (await post.say("GET", "/apis/v1/letters/", 404))["code"] == "request.invalid"
    assert (await post.say("PUT", RECEIPTS, 405))["code"] == "request.invalid"


async def test_a_message_that_nobody_handed_over_is_not_found(post: World) -> None:
    assert (await post.say("GET", "/messages/0", 404))["code"] == "message.not.found"
