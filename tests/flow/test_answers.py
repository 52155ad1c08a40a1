"""No reminder leaves after its answer was confirmed, wherever it stood by then. Read in the mailboxes."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from deploy.local.blocking import run_blocking
from tests.flow import waves
from tests.flow.holding import relay_locked, suspended, until_claimed
from tests.flow.people import visit
from tests.flow.world import World

TEN_DAYS = timedelta(days=10)
"""From the invitation to the first reminder."""
DISPATCH_LOOKS_AGAIN = "SELECT pg_sleep(2)"
"""Its rounds look at least once a second."""


async def answers(link: str) -> None:
    async with visit(link) as page:
        assert await page.answer() == "thanks"


@dataclass(frozen=True)
class Answered:
    """Four people, each reminded as often as they were."""

    while_queued: int
    while_claimed: int
    after_the_first: int
    never: int


@pytest.fixture(scope="module")
def reminders(world: World) -> Answered:
    """Three of four people answer while their first reminder is queued, claimed and in the mailbox."""
    return run_blocking(_four_people(world))


async def _four_people(world: World) -> Answered:
    wave = await waves.started(world, world.newcomers(4))
    await world.go_to(world.next_noon())
    links = {patient: await world.mailboxes.link(patient) for patient in wave.people}
    await world.red_switch(is_on=True)
    await world.go_to(world.noon_after(TEN_DAYS))
    await wave.until_queued("reminder", 4)
    queued, *others = wave.people
    await answers(links[queued])
    await world.rest()
    with suspended(world, "digital_post"):
        await world.red_switch(is_on=False)
        out = await until_claimed(world, "reminder")
        claimed = next(patient for patient in others if world.pseudonym(patient) in out)
        await answers(links[claimed])
    await world.rest()
    reminded, never = (patient for patient in others if patient is not claimed)
    await answers(links[reminded])
    await world.go_to(world.clock.now() + timedelta(days=20))
    return Answered(*[await wave.reminders(patient) for patient in (queued, claimed, reminded, never)])


def test_answered_while_the_reminder_is_queued_it_never_comes(reminders: Answered) -> None:
    assert reminders.while_queued == 0


def test_answered_while_the_reminder_is_claimed_it_is_the_only_one(reminders: Answered) -> None:
    assert reminders.while_claimed == 1


def test_answered_after_the_first_reminder_the_second_never_comes(reminders: Answered) -> None:
    assert reminders.after_the_first == 1


def test_whoever_does_not_answer_gets_both(reminders: Answered) -> None:
    assert reminders.never == 2


async def test_while_answers_are_not_consumed_reminders_wait_and_then_go_to_the_others_only(world: World) -> None:
    wave = await waves.started(world, world.newcomers(3))
    await world.go_to(world.next_noon())
    answered, *others = wave.people
    link = await world.mailboxes.link(answered)
    noon = world.noon_after(TEN_DAYS)
    await world.wait_for_eve_of(noon)
    async with relay_locked(world, "responses"):
        await answers(link)
        world.clock.move_to(noon)
        await wave.until_queued("reminder", 3)
        await world.rows("dispatch", DISPATCH_LOOKS_AGAIN)
        assert [await wave.reminders(patient) for patient in wave.people] == [0, 0, 0]
    await world.rest()
    assert [await wave.reminders(patient) for patient in (answered, *others)] == [0, 1, 1]
