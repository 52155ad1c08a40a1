"""A wave is paused, resumed and stopped while its letters are being handed over. Read in the mailboxes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from deploy.local.blocking import run_blocking
from deploy.sandbox.patients.mailbox import Envelope
from tests.flow import waves
from tests.flow.holding import suspended
from tests.flow.people import visit
from tests.flow.waves import Wave
from tests.flow.world import World
from tests.runtime.trial import until

PEOPLE = 15
"""Of whom three letters leave at once."""
SLOW = 400
"""Milliseconds that each request to Digital Post takes meanwhile."""


@asynccontextmanager
async def half_sent(world: World, wave: Wave) -> AsyncIterator[None]:
    """Some letters have arrived, some are on their way, and the others wait."""

    async def some_arrived() -> bool:
        return bool(await wave.letters())

    await world.wait_for_eve_of(world.next_noon())
    await world.weather(latency_ms=SLOW)
    world.clock.move_to(world.next_noon())
    await until(some_arrived, f"the first letters of {wave.name}")
    with suspended(world, "digital_post"):
        yield
    await world.weather()
    await world.rest()


@dataclass
class Seen:
    """Letters in the mailboxes, and the console's account, at moments."""

    letters: dict[str, list[Envelope]] = field(default_factory=dict)
    account: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def look(self, when: str, wave: Wave) -> None:
        self.letters[when], self.account[when] = await wave.letters(), await wave.account()

    def number(self, when: str) -> int:
        return len(self.letters[when])


@pytest.fixture(scope="module")
def paused(world: World) -> Seen:
    """Paused when half is sent, resumed the next evening."""
    return run_blocking(_paused_and_resumed(world))


async def _paused_and_resumed(world: World) -> Seen:
    wave, seen = await waves.started(world, world.newcomers(PEOPLE)), Seen()
    async with half_sent(world, wave):
        await world.ask(wave.name, "pause")
        await wave.until_dispatch_knows("paused")
    await seen.look("paused", wave)
    await world.go_to(world.next_noon())
    await seen.look("a day later", wave)
    await world.go_to(world.evening())
    await world.ask(wave.name, "resume")
    await world.go_to(world.midnight())
    await seen.look("resumed, at night", wave)
    await world.go_to(world.next_noon())
    await seen.look("the next noon", wave)
    return seen


def test_a_pause_catches_the_wave_half_sent(paused: Seen) -> None:
    assert 0 < paused.number("paused") < PEOPLE


def test_while_it_is_paused_nothing_arrives(paused: Seen) -> None:
    assert paused.letters["a day later"] == paused.letters["paused"]


def test_what_a_pause_holds_stands_in_the_account(paused: Seen) -> None:
    account = paused.account["a day later"]
    assert (account["wanted"], account["stopped"], account["does_not_add_up"]) == ("paused", {}, [])
    assert account["in_delivery"] == PEOPLE - paused.number("paused")


def test_a_wave_resumed_in_the_evening_does_not_go_on_at_night(paused: Seen) -> None:
    assert paused.letters["resumed, at night"] == paused.letters["paused"]


def test_the_rest_arrives_at_the_next_noon_each_letter_once(paused: Seen) -> None:
    arrived = paused.letters["the next noon"]
    assert len(arrived) == len({letter.cpr for letter in arrived}) == PEOPLE
    assert (paused.account["the next noon"]["delivered"], paused.account["the next noon"]["in_delivery"]) == (PEOPLE, 0)


@pytest.fixture(scope="module")
def stopped(world: World) -> Seen:
    """Stopped when half is sent. Two of those reached answer, one of them half-way; everybody is seen again later."""
    return run_blocking(_stopped(world))


async def _stopped(world: World) -> Seen:
    wave, seen = await waves.started(world, world.newcomers(PEOPLE)), Seen()
    async with half_sent(world, wave):
        await world.ask(wave.name, "stop")
        await wave.until_dispatch_knows("stopped")
    await seen.look("stopped", wave)
    recipients = {letter.cpr for letter in seen.letters["stopped"]}
    reached = [patient for patient in wave.people if patient.cpr in recipients]
    async with visit(await world.mailboxes.link(reached[0])) as page:
        assert await page.answer() == "thanks"
    async with visit(await world.mailboxes.link(reached[1])) as page:
        assert await page.save_a_page() == "paused"
    await world.go_to(world.clock.now() + timedelta(days=36))
    await seen.look("closed", wave)
    again = await waves.started(world, wave.people)
    await world.go_to(world.next_noon())
    await seen.look("asked again", again)
    return seen


def test_a_stop_catches_the_wave_half_sent(stopped: Seen) -> None:
    assert 1 < stopped.number("stopped") < PEOPLE


def test_what_was_not_handed_over_never_arrives_and_nobody_is_reminded(stopped: Seen) -> None:
    assert stopped.letters["closed"] == stopped.letters["stopped"]


def test_whoever_was_not_reached_is_counted_as_stopped(stopped: Seen) -> None:
    for when in ("stopped", "closed"):
        account = stopped.account[when]
        assert account["stopped"] == {"wave_stopped": PEOPLE - stopped.number("stopped")}
        assert (account["delivered"], account["does_not_add_up"]) == (stopped.number("stopped"), [])


def test_whoever_was_reached_may_answer_until_the_page_closes(stopped: Seen) -> None:
    account = stopped.account["closed"]
    assert (account["complete"], account["partial"], account["in_flight"]) == (1, 1, 0)
    assert account["unanswered"] == stopped.number("stopped") - 2


def test_karens_is_kept_for_those_who_were_reached_and_released_for_the_others(stopped: Seen) -> None:
    account = stopped.account["asked again"]
    assert account["quarantined"] == stopped.number("stopped")
    assert account["cleared"] == PEOPLE - stopped.number("stopped")
    first = {letter.cpr for letter in stopped.letters["closed"]}
    assert not first & {letter.cpr for letter in stopped.letters["asked again"][len(first) :]}


async def test_a_stopped_wave_never_resumes(world: World) -> None:
    wave = await waves.started(world, world.newcomers(1))
    await world.ask(wave.name, "stop")
    with pytest.raises(aiohttp.ClientResponseError, match="409"):
        await world.ask(wave.name, "resume")
    await world.go_to(world.next_noon())
    assert await wave.letters() == []
