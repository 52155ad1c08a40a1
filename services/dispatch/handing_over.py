"""Goes out with claimed letters: asks the registers, writes the messages, hands them over. No transaction is open."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog

from services.dispatch.composing import Composer
from services.dispatch.digital_post import (
    DigitalPost,
    ErrorCodes,
    Handed,
    Outcome,
    Parcel,
    Receipt,
    ReceiptStatus,
    Then,
)
from services.dispatch.domain import Came, Happening, Queued, why_unreachable
from services.dispatch.letter_pdf import CannotTypeset
from services.dispatch.memo import NotSendable
from services.dispatch.outside import Away, Mistaken, Unsettled
from services.dispatch.person_register import PersonRegister
from services.dispatch.throttle import Throttle
from shared.privacy import CannotOpen, Opener

log = structlog.get_logger()

HAPPENED: dict[Handed, Happening] = {
    Handed.ACCEPTED: "accepted",
    Handed.LATER: "later",
    Handed.UNKNOWN: "unknown",
    Handed.REFUSED: "refused",
}


class Addressed(NamedTuple):
    """A letter and whom it goes to. Never logged, never kept."""

    cpr: str
    queued: Queued


@dataclass(frozen=True)
class Carried:
    """What became of the letters that went out, and whether it is we who are wrong."""

    came: Sequence[Came]
    mistaken: str | None = None
    """Why nothing more may be handed over until a human has looked."""


@dataclass(frozen=True)
class Carrier:
    """Takes letters to Digital Post."""

    post: DigitalPost
    register: PersonRegister
    throttle: Throttle
    composer: Composer
    opener: Opener
    codes: ErrorCodes
    now: Callable[[], datetime]

    async def carry(self, letters: Sequence[Queued]) -> Carried:
        """One outcome for each letter; what was ended while it waited is not sent."""
        ended = [_ended(one) for one in letters if one.why_not]
        wanted = [one for one in letters if not one.why_not]
        addressed, unopened = self._opened(wanted)
        try:
            reachable, unreachable = await self._judged(addressed)
        except (Away, Unsettled) as error:
            log.warning("waiting", where="registers", error=type(error).__name__)
            return Carried([*ended, *unopened, *_all(addressed, "later")])
        except Mistaken as mistaken:
            return Carried([*ended, *unopened, *_all(addressed, "later")], str(mistaken))
        parcels, unwritten = await asyncio.to_thread(self._written, reachable)
        came = [*ended, *unopened, *unreachable, *unwritten]
        try:
            return Carried([*came, *await self._submitted(parcels)])
        except Mistaken as mistaken:
            return Carried([*came, *(Came(letter, "unknown") for letter in parcels)], str(mistaken))

    def _opened(self, letters: Sequence[Queued]) -> tuple[list[Addressed], list[Came]]:
        """Each letter with its CPR number, which leaves this room only towards the registers and the mailbox."""
        addressed: list[Addressed] = []
        failed: list[Came] = []
        for one in letters:
            try:
                addressed.append(Addressed(self.opener.open(one.about.sealed_cpr), one))
            except CannotOpen:
                failed.append(Came(one.letter.id, "refused", "number_cannot_be_opened"))
        return addressed, failed

    async def _judged(self, addressed: Sequence[Addressed]) -> tuple[list[Addressed], list[Came]]:
        """Who can be written to, by both registers as they are now. Raises Away, Unsettled or Mistaken."""
        numbers = sorted({one.cpr for one in addressed})
        if not numbers:
            return [], []
        statuses, contacts = await asyncio.gather(self.register.statuses(numbers), self.post.lookup(numbers))
        reasons = {cpr: why_unreachable(statuses.get(cpr), contacts[cpr]) for cpr in numbers}
        reachable = [one for one in addressed if reasons[one.cpr] is None]
        gone = [Came(one.queued.letter.id, "unreachable", reasons[one.cpr]) for one in addressed if reasons[one.cpr]]
        return reachable, gone

    def _written(self, reachable: Sequence[Addressed]) -> tuple[dict[UUID, Parcel], list[Came]]:
        """Letter -> its message; and those that cannot be written."""
        now = self.now()
        parcels: dict[UUID, Parcel] = {}
        failed: list[Came] = []
        for one in reachable:
            try:
                parcels[one.queued.letter.id] = self.composer.parcel(one.queued, one.cpr, now)
            except (NotSendable, CannotTypeset) as error:
                log.error("a letter cannot be written", letter=str(one.queued.letter.id), error=str(error))
                failed.append(Came(one.queued.letter.id, "refused", "cannot_be_written"))
        return parcels, failed

    async def _submitted(self, parcels: Mapping[UUID, Parcel]) -> list[Came]:
        """Raises Mistaken."""
        if not parcels:
            return []
        await self.throttle.wait_for(len(parcels))
        letters = {parcel.uuid: letter for letter, parcel in parcels.items()}
        outcomes = await self.post.submit(list(parcels.values()))
        return [self._outcome(letters[one.uuid], one) for one in outcomes]

    def _outcome(self, letter: UUID, outcome: Outcome) -> Came:
        if outcome.handed is not Handed.REFUSED:
            return Came(letter, HAPPENED[outcome.handed])
        return refusal(letter, outcome.code, "refused", self.codes)


def refusal(
    letter: UUID, code: str | None, happening: Happening, codes: ErrorCodes, at: datetime | None = None
) -> Came:
    """What a refusal with this code means: a duplicate was accepted before, some may be tried again."""
    consequence = codes.of(code)
    if consequence.notify:
        log.warning("Digital Post refused a letter", letter=str(letter), code=code)
    if consequence.then is Then.ACCEPTED:
        return Came(letter, "accepted")
    if consequence.then is Then.RETRY and happening == "refused":
        return Came(letter, "later")
    return Came(letter, happening, f"refused.{code or 'without_code'}", at)


def of_receipt(letter: UUID, receipt: Receipt, codes: ErrorCodes) -> Came | None:
    """What a receipt says of its letter; None if it only says that the message has arrived."""
    if receipt.status is ReceiptStatus.COMPLETED:
        return Came(letter, "completed", at=receipt.at)
    if receipt.status is ReceiptStatus.RECEIVED:
        return Came(letter, "accepted")
    if receipt.status is ReceiptStatus.UNREADABLE:
        log.warning("a receipt cannot be read", receipt=receipt.id)
        return None
    return refusal(letter, receipt.code, "rejected", codes, receipt.at)


def _ended(queued: Queued) -> Came:
    happening: Happening = "expired" if queued.why_not == "expired" else "stopped"
    return Came(queued.letter.id, happening, queued.why_not)


def _all(addressed: Sequence[Addressed], happening: Happening) -> list[Came]:
    return [Came(one.queued.letter.id, happening) for one in addressed]
