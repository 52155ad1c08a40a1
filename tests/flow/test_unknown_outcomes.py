"""What Digital Post accepted without our getting its answer is in the mailbox once, and known to be there."""

from tests.flow import waves
from tests.flow.holding import suspended, until_claimed
from tests.flow.world import World
from tests.runtime.trial import until


async def test_a_letter_whose_hand_over_broke_off_is_settled_by_its_receipt(world: World) -> None:
    wave = await waves.started(world, world.newcomers(3))
    await world.wait_for_eve_of(world.next_noon())
    before = await _attempts(world)
    await world.weather(share_cut_after_accepting=1)
    with suspended(world, "digital_post"):
        world.clock.move_to(world.next_noon())
        await until_claimed(world, "invitation")
        await world.red_switch(is_on=True)
    await until(wave.letters, "the letters whose hand-over broke off")
    await world.rest()
    assert (await wave.account())["delivered"] == 3

    await world.weather()
    await world.red_switch(is_on=False)
    await world.rest()
    assert len(await wave.letters()) == 3
    assert await _attempts(world) == before | {"cut": before.get("cut", 0) + 1}


async def _attempts(world: World) -> dict[str, int]:
    """Transmissions by what came of them."""
    [attempts] = await world.mailboxes.listed("attempts")
    return attempts["POST memos/"]
