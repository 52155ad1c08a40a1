"""What time brings: letters are handed over, and receipts are looked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Gauge

from services.dispatch import moving
from services.dispatch.digital_post import DigitalPost, ErrorCodes, Receipt
from services.dispatch.domain import Came, Queued
from services.dispatch.handing_over import Carried, Carrier, of_receipt
from services.dispatch.store import endings, letters, receipts
from shared.events import Event, LetterKind
from shared.runtime import Errand, Transaction
from shared.surveys import Surveys, next_sending_moment

RED_SWITCH = Gauge("puls_red_switch", "1 while the red switch is on, so that no letter leaves.")

log = structlog.get_logger()

FORGET_AT_ONCE = 10_000
MAYBE_TAKEN = ("accepted", "unknown")


@dataclass(frozen=True)
class Look:
    """One look for receipts: which to have forgotten first, and how often looks had been asked for by then."""

    to_forget: Sequence[str]
    asked: int


@dataclass(frozen=True)
class Pulled:
    """What a look brought."""

    look: Look
    found: Sequence[Receipt]


def hand_over(
    kind: LetterKind, carrier: Carrier, surveys: Surveys, *, at_once: int, replica: int, heard: Sequence[str] = ()
) -> Errand[Queued, Carried]:
    """Hands over the letters of one kind, in the hours in which their survey sends, whatever held them until now;
    reminders only where everything about answers has been `heard`."""

    async def claim(tx: Transaction, now: datetime) -> Sequence[Queued]:
        sending = [name for name in surveys if _opens(name, now) <= now]
        return await letters.claim(tx, kind, sending, now, at_once, replica)

    async def record(tx: Transaction, carried: Carried, now: datetime) -> Sequence[Event]:
        if carried.mistaken:
            log.error("the red switch turns on", because=carried.mistaken)
            await endings.turn_on(tx, carried.mistaken)
        if any(one.happening in MAYBE_TAKEN for one in carried.came):
            await receipts.look_now(tx, now)
        return await moving.along(tx, carried.came, now, surveys)

    async def due(tx: Transaction) -> datetime | None:
        RED_SWITCH.set((await endings.switch(tx))["is_on"])
        first = await letters.next_of(tx, kind, list(surveys))
        return min((max(at, _opens(name, carrier.now())) for name, at in first.items()), default=None)

    def _opens(survey: str, now: datetime) -> datetime:
        return next_sending_moment(now, surveys[survey].sending)

    return Errand(claim, carrier.carry, record, due=due, name=f"hand_over_{kind}", heard=heard, held=_held)


async def _held(tx: Transaction) -> str | None:
    switch = await endings.switch(tx)
    return f"the red switch is on: {switch['because']}" if switch["is_on"] else None


def pull_receipts(post: DigitalPost, codes: ErrorCodes, surveys: Surveys, *, every: timedelta) -> Errand[Look, Pulled]:
    """Looks for receipts: keeps them, and only then has them forgotten there."""

    async def claim(tx: Transaction, now: datetime) -> Sequence[Look]:
        return [Look(await receipts.to_forget(tx, FORGET_AT_ONCE), await receipts.asked(tx))]

    async def do(claimed: Sequence[Look]) -> Pulled:
        [look] = claimed
        if look.to_forget:
            await post.forget(look.to_forget)
        return Pulled(look, await post.receipts())

    async def record(tx: Transaction, pulled: Pulled, now: datetime) -> Sequence[Event]:
        await receipts.forget(tx, pulled.look.to_forget)
        new = await receipts.keep(tx, pulled.found, now)
        if not pulled.found:
            await receipts.look_later(tx, now + every, pulled.look.asked)
        return await moving.along(tx, await _came(tx, new, codes), now, surveys)

    return Errand(claim, do, record, due=receipts.next_look, name="pull_receipts")


async def _came(tx: Transaction, new: Sequence[Receipt], codes: ErrorCodes) -> list[Came]:
    """What receipts say of letters of ours, completed last: whatever else is said, delivered holds."""
    about = [(one.message, one) for one in new if one.message]
    mine = await letters.of_messages(tx, {message for message, _ in about})
    told = [(mine[message], receipt) for message, receipt in about if message in mine]
    came = [one for letter, receipt in told if (one := of_receipt(letter, receipt, codes))]
    return sorted(came, key=_completed_last)


def _completed_last(came: Came) -> tuple[bool, UUID]:
    return came.happening == "completed", came.letter
