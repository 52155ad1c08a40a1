"""The stepped clock moves on only when everything is at rest, and to the next slot in which something is due."""

import asyncio
from datetime import datetime

import pytest

from deploy.local.ports import HOST
from deploy.local.snapshot import NeverAtRest
from deploy.local.stepper import PATIENCE, Appointment, Stepper
from shared.runtime.clock import SteppedClock
from tests.runtime.errands.seen import MIDNIGHT
from tests.runtime.input import months
from tests.runtime.trial import Trial, until
from tests.support.builders.things import danish

FIRST, *_ = months(120)


@pytest.fixture
async def karens(trial: Trial, clock: SteppedClock) -> Trial:
    trial.start(PULS_CLOCK=f"stepped:{clock.path}")
    await trial.up()
    return trial


@pytest.fixture
def errands(errands: Trial) -> Trial:
    """Running."""
    errands.start()
    return errands


def stepper(trial: Trial, clock: SteppedClock, *appointments: Appointment, patience: float = PATIENCE) -> Stepper:
    services = {trial.module: f"http://{HOST}:{trial.ports[0]}"}
    return Stepper(clock, services, {}, trial.kafka, appointments, patience)


async def nothing() -> None:
    """For an appointment that is only a moment."""


async def _true(found: object) -> bool:
    return bool(found)


async def test_it_never_moves_while_something_is_on_its_way(karens: Trial, clock: SteppedClock) -> None:
    holder = await karens.connect()
    async with stepper(karens, clock, Appointment(danish("2026-11-06 00:00"), nothing)) as stepped:
        async with holder.transaction():
            await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
            await karens.publish(FIRST)
            step = asyncio.create_task(stepped.step())
            await until(lambda: karens.waits_for("INSERT INTO decision"), "karens to decide")
            snapshots = [await stepped.snapshot() for _ in range(20)]
            assert all(snapshot.in_the_way == ["services.karens has records to take"] for snapshot in snapshots)
            assert not step.done()
            assert clock.now() == MIDNIGHT
        assert await step == danish("2026-11-06 00:00")
    await holder.close()
    assert await karens.query("SELECT count(*) FROM decision") == len(FIRST)
    assert len(await karens.told()) == len(FIRST)


async def test_it_moves_to_the_next_slot_in_which_something_is_due(errands: Trial, clock: SteppedClock) -> None:
    await errands.rows("INSERT INTO tick (at) VALUES ($1)", danish("2026-11-05 06:30"))
    async with stepper(errands, clock, Appointment(danish("2026-11-09 07:00"), nothing)) as stepped:
        moved = [await stepped.step(), await stepped.step(), await stepped.step()]
    assert moved == [danish("2026-11-05 12:00"), danish("2026-11-09 12:00"), None]
    assert await errands.query("SELECT done_at FROM tick") == danish("2026-11-05 12:00")


async def test_when_nothing_is_due_it_goes_on_as_soon_as_something_is(errands: Trial, clock: SteppedClock) -> None:
    async with stepper(errands, clock) as stepped:
        stepping = asyncio.create_task(stepped.run_forever(print))
        for due in (danish("2026-11-06 05:00"), danish("2026-11-09 05:00"), danish("2026-11-11 05:00")):
            await stepped.until_rest()
            await errands.rows("INSERT INTO tick (at) VALUES ($1)", due)
            await until(lambda due=due: _true(clock.now() >= due), "the clock to move")
        stepping.cancel()
    assert clock.now() == danish("2026-11-11 12:00")


async def test_what_keeps_it_from_stepping_is_said_and_once_mended_it_goes_on(
    karens: Trial, clock: SteppedClock
) -> None:
    said: list[str] = []
    later = danish("2026-11-06 00:00")
    karens.kill()
    async with stepper(karens, clock, Appointment(later, nothing), patience=0.1) as stepped:
        stepping = asyncio.create_task(stepped.run_forever(said.append))
        await until(lambda: _true(said), "what is in the way to be said")
        karens.start(PULS_CLOCK=f"stepped:{clock.path}")
        await until(lambda: _true(clock.now() == later), "the clock to move")
        stepping.cancel()
    assert "services.karens is away" in said[0]


async def test_an_appointment_is_kept_before_its_slot_begins(errands: Trial, clock: SteppedClock) -> None:
    kept: list[datetime] = []

    async def keep() -> None:
        kept.append(clock.now())

    async with stepper(errands, clock, Appointment(danish("2026-11-06 06:00"), keep)) as stepped:
        await stepped.step()
    assert kept == [MIDNIGHT]
    assert clock.now() == danish("2026-11-06 06:00")


async def test_what_never_comes_to_rest_is_named(karens: Trial, clock: SteppedClock) -> None:
    holder = await karens.connect()
    async with stepper(karens, clock, patience=1) as stepped, holder.transaction():
        await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
        await karens.publish(FIRST)
        with pytest.raises(NeverAtRest, match=r"services\.karens has records to take"):
            await stepped.until_rest()
    await holder.close()


async def test_a_slot_may_take_long_while_something_is_told(karens: Trial, clock: SteppedClock) -> None:
    holder = await karens.connect()
    async with stepper(karens, clock, patience=0.5) as stepped:
        async with holder.transaction():
            await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
            await karens.publish(FIRST[:1])
            rest = asyncio.create_task(stepped.until_rest())
            for record in FIRST[1:9]:
                await asyncio.sleep(0.4)
                await karens.publish([record])
            assert not rest.done()
        await rest
    await holder.close()


async def test_a_service_that_does_not_answer_is_in_the_way(karens: Trial, clock: SteppedClock) -> None:
    karens.kill()
    async with stepper(karens, clock) as stepped:
        snapshot = await stepped.snapshot()
    assert snapshot.in_the_way == ["services.karens is away (ClientConnectorError)"]


async def test_a_service_that_stopped_itself_ends_the_steps(karens: Trial, clock: SteppedClock) -> None:
    await karens.rows("UPDATE runtime.circuit SET halted_because = 'too many failed'")
    karens.kill()
    karens.start(PULS_CLOCK=f"stepped:{clock.path}")
    async with stepper(karens, clock) as stepped:
        with pytest.raises(NeverAtRest, match=r"services\.karens has stopped itself: too many failed"):
            await stepped.until_rest()
