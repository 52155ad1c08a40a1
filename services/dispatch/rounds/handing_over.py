"""Submits letters during their survey's sending hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from prometheus_client import Gauge

from services.dispatch import transitions
from services.dispatch.domain import LetterUpdate, QueuedLetter
from services.dispatch.store import claims, endings, receipts
from services.dispatch.submission import LetterSubmitter, SubmissionResult
from shared.events import Event, LetterKind
from shared.runtime import Brake, Errand, Stuck, Transaction
from shared.surveys import Surveys, next_sending_moment

RED_SWITCH = Gauge("puls_red_switch", "1 while the red switch is on, so that no letter leaves.")

log = structlog.get_logger()

MAYBE_TAKEN = ("accepted", "unknown")
BRAKE = Brake(SubmissionResult.outcomes, ("refused", "unreachable"), SubmissionResult.without, SubmissionResult.why)


def hand_over(
    kind: LetterKind,
    submitter: LetterSubmitter,
    surveys: Surveys,
    *,
    at_once: int,
    copy: UUID,
    heard: Sequence[str] = (),
) -> Errand[QueuedLetter, SubmissionResult]:
    """Submits the letters of one kind during their survey's sending hours, whatever held them until now; reminders
    only where everything about answers has been `heard`."""
    work = _HandOver(kind, submitter, surveys, copy)
    return Errand(
        work.claim,
        submitter.submit,
        work.record,
        due=work.due,
        name=claims.work_of(kind),
        key=lambda queued: str(queued.letter.id),
        put_back=work.put_back,
        brake=BRAKE,
        heard=heard,
        held=_held,
        at_once=at_once,
    )


@dataclass(frozen=True)
class _HandOver:
    kind: LetterKind
    submitter: LetterSubmitter
    surveys: Surveys
    copy: UUID

    async def claim(self, tx: Transaction, now: datetime, at_most: int) -> Sequence[QueuedLetter]:
        sending = [name for name in self.surveys if self._opens(name, now) <= now]
        return await claims.claim(tx, self.kind, sending, now, at_most, self.copy)

    async def record(self, tx: Transaction, result: SubmissionResult, now: datetime) -> Sequence[Event | Stuck]:
        if result.misconfigured:
            log.error("the red switch turns on", because=result.misconfigured)
            await endings.turn_on(tx, result.misconfigured)
        if any(update.happening in MAYBE_TAKEN for update in result.updates):
            await receipts.poll_now(tx, now)
        stuck = [Stuck(str(found.letter), found.reason or "") for found in result.updates if found.happening == "stuck"]
        return [*stuck, *await transitions.apply(tx, result.updates, now, self.surveys)]

    async def put_back(self, tx: Transaction, untouched: Sequence[QueuedLetter], now: datetime) -> None:
        updates = [LetterUpdate(queued.letter.id, "later") for queued in untouched]
        await transitions.apply(tx, updates, now, self.surveys)

    async def due(self, tx: Transaction) -> datetime | None:
        RED_SWITCH.set((await endings.switch(tx))["is_on"])
        first = await claims.next_of(tx, self.kind, list(self.surveys))
        now = self.submitter.now()
        return min((max(at, self._opens(name, now)) for name, at in first.items()), default=None)

    def _opens(self, survey: str, now: datetime) -> datetime:
        return next_sending_moment(now, self.surveys[survey].sending)


async def _held(tx: Transaction) -> str | None:
    switch = await endings.switch(tx)
    return f"the red switch is on: {switch['because']}" if switch["is_on"] else None
