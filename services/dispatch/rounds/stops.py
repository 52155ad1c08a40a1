"""Ends the letters of stopped waves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.dispatch import transitions
from services.dispatch.domain import LetterUpdate
from services.dispatch.store import endings
from shared.events import Event
from shared.runtime import Round, Transaction
from shared.surveys import Surveys


def end_letters(surveys: Surveys) -> Round[tuple[UUID, str]]:
    """Ends the letters of stopped waves in pieces. None of them leaves meanwhile: each claim reads the stop."""

    async def act(tx: Transaction, ended: Sequence[tuple[UUID, str]], now: datetime) -> Sequence[Event]:
        updates = [LetterUpdate(letter, "stopped", reason) for letter, reason in ended]
        return await transitions.apply(tx, updates, now, surveys)

    async def claim(tx: Transaction, _now: datetime, at_most: int) -> Sequence[tuple[UUID, str]]:
        return await endings.claim_stopped(tx, at_most)

    return Round(claim, act, due=endings.stopped_since, name=endings.END_LETTERS, key=lambda ended: str(ended[0]))
