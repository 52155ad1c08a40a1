"""A month of two small waves, from the drop folder to the last closing: the same for every world that lives it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext

from tests.flow.people import DEAD, EXEMPT, Patient, Visit, people, visit
from tests.flow.world import World
from tests.support.builders import danish

MONTH = "2026-10"
WAVES = (f"lup-somatik-{MONTH}", f"lup-psykiatri-{MONTH}")
SEEN_IN_HOSPITAL, SEEN_IN_PSYCHIATRY = people(1, 24), people(19, 30)
EXEMPT_ONES, DEAD_ONES, UNKNOWN_ONES = people(5, 5), people(6, 6), people(7, 7)
ENDS = "2026-12-22 00:00"

Action = Callable[[Visit], Awaitable[str]]


def remark(number: int) -> str:
    """What nobody should write into a free text, and some do."""
    cpr = Patient(number).cpr
    return f"Mit nummer er {cpr[:6]}-{cpr[6:]}, eller {cpr}."


ACTIONS: Mapping[str, Mapping[int, tuple[Action, str]]] = {
    "2026-11-05 18:00": {
        1: (lambda page: page.answer(), "thanks"),
        2: (lambda page: page.answer(remark(2)), "thanks"),
        3: (lambda page: page.decline(), "declined"),
        19: (lambda page: page.opt_out(), "opted-out"),
        8: (lambda page: page.save_a_page(), "paused"),
    },
    "2026-11-16 18:00": {
        9: (lambda page: page.answer(remark(9)), "thanks"),
        10: (lambda page: page.answer(), "thanks"),
        25: (lambda page: page.answer(remark(25)), "thanks"),
        26: (lambda page: page.decline(), "declined"),
    },
    "2026-11-25 18:00": {11: (lambda page: page.answer(), "thanks")},
    "2026-11-26 18:00": {27: (lambda page: page.answer(), "thanks")},
}
"""Slot -> person -> what they do, and the page that confirms it."""

SLOTS = (
    "2026-11-02 00:00",  # the delivery is read
    "2026-11-05 00:00",  # the hospital's wave starts
    "2026-11-05 12:00",  # its letters leave
    "2026-11-05 18:00",
    "2026-11-15 00:00",  # psychiatry's wave starts
    "2026-11-16 12:00",  # its letters leave, and the hospital's first reminders
    "2026-11-16 18:00",
    "2026-11-25 12:00",  # the hospital's second reminders
    "2026-11-25 18:00",
    "2026-11-26 12:00",  # psychiatry's first reminders
    "2026-11-26 18:00",
    ENDS,
)

Disturbance = Callable[[World], AbstractAsyncContextManager[None]]
"""Entered before the slot begins, left when all has been done that people do in it."""


async def live(world: World, disturbances: Mapping[str, Disturbance] | None = None) -> None:
    """From the beginning to the end of the month; something goes wrong in the slots that have a disturbance."""
    _prepare(world)
    for slot in SLOTS:
        await world.wait_for_eve_of(danish(slot))
        disturbance = (disturbances or {}).get(slot)
        async with disturbance(world) if disturbance else nullcontext():
            world.clock.move_to(danish(slot))
            for number, (action, confirmed) in ACTIONS.get(slot, {}).items():
                async with visit(await world.mailboxes.link(Patient(number))) as page:
                    assert await action(page) == confirmed
        await world.rest()


def _prepare(world: World) -> None:
    everybody = world.newcomers(30)
    world.months.append(MONTH)
    others = {*EXEMPT_ONES, *DEAD_ONES, *UNKNOWN_ONES}
    world.know([patient for patient in everybody if patient not in others])
    world.know(EXEMPT_ONES, EXEMPT)
    world.know(DEAD_ONES, DEAD)
    visits = [patient.visit(MONTH) for patient in SEEN_IN_HOSPITAL]
    world.drop.contacts([*visits, *(patient.stay(MONTH) for patient in SEEN_IN_PSYCHIATRY)], period=MONTH)
