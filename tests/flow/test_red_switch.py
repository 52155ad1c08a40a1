"""The red switch holds letters also while the broker is away: it is dispatch's own."""

from typing import Any

from tests.flow import waves
from tests.flow.world import World
from tests.runtime.trial import until


async def test_without_the_broker_the_red_switch_holds_letters_until_it_is_turned_off(world: World) -> None:
    wave = await waves.started(world, world.newcomers(3))
    await world.wait_for_eve_of(world.next_noon())
    world.stack.kill("kafka")
    await world.red_switch(is_on=True)
    world.clock.move_to(world.next_noon())
    assert (await _handing_over(world))["due"] is None
    assert await wave.letters() == []

    await world.red_switch(is_on=False)
    await until(lambda: _have_arrived(wave, 3), "the letters that the switch held")
    world.stack.start_servers("kafka")
    await world.rest()
    assert (await wave.account())["delivered"] == 3


async def _handing_over(world: World) -> Any:
    """What dispatch says of its round that hands invitations over."""
    rounds = (await world.status("dispatch"))["rounds"]
    return next(state for state in rounds if state["name"] == "hand_over_invitation")


async def _have_arrived(wave: waves.Wave, number: int) -> bool:
    return len(await wave.letters()) == number
