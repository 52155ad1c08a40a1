"""A letter's state machine, from the queue to the mailbox.

    waiting ─(claim)→ claimed ─accepted→ handed_over ─completed→ delivered
       │                 │                   └─rejected→ failed
       │                 ├─later, stuck→ waiting
       │                 ├─unknown→ unsettled ─(claim)→ reclaimed ─accepted→ handed_over
       │                 │                                  ├─later, stuck, unknown→ unsettled
       │                 │                                  └─refused, unreachable→ failed
       │                 └─refused, unreachable, expired→ failed
       └─stopped→ stopped

A letter that is *stuck* waits until an operator has it tried again, or until its time is up.

*Unsettled* is a letter that may have been taken: its hand-over broke off, or the process that claimed it died. It is
handed over again under the same messageUUID. If it is not wanted any more it counts as handed over, because it may lie
in the mailbox: it keeps its karens and is never told as stopped. A person who cannot be written to now is taken to have
been unreachable at the first attempt too, which was judged the same way a moment before. *Delivered* overrules every
other state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from shared.events import (
    Event,
    Invitation,
    InvitationUnreached,
    Letter,
    LetterDelivered,
    LetterFailed,
    LetterStopped,
    LetterSubmitted,
)

State = Literal["waiting", "claimed", "reclaimed", "unsettled", "handed_over", "delivered", "failed", "stopped"]
Happening = Literal[
    "accepted", "later", "unknown", "refused", "unreachable", "stopped", "expired", "stuck", "completed", "rejected"
]

LETTER_LIFE: Mapping[tuple[State, Happening], State] = {
    ("waiting", "stopped"): "stopped",
    ("waiting", "completed"): "delivered",
    ("waiting", "rejected"): "failed",
    ("waiting", "accepted"): "handed_over",
    ("claimed", "accepted"): "handed_over",
    ("claimed", "later"): "waiting",
    ("claimed", "stuck"): "waiting",
    ("claimed", "unknown"): "unsettled",
    ("claimed", "refused"): "failed",
    ("claimed", "unreachable"): "failed",
    ("claimed", "stopped"): "stopped",
    ("claimed", "expired"): "failed",
    ("claimed", "completed"): "delivered",
    ("claimed", "rejected"): "failed",
    ("reclaimed", "accepted"): "handed_over",
    ("reclaimed", "later"): "unsettled",
    ("reclaimed", "stuck"): "unsettled",
    ("reclaimed", "unknown"): "unsettled",
    ("reclaimed", "refused"): "failed",
    ("reclaimed", "unreachable"): "failed",
    ("reclaimed", "stopped"): "handed_over",
    ("reclaimed", "expired"): "handed_over",
    ("reclaimed", "completed"): "delivered",
    ("reclaimed", "rejected"): "failed",
    ("unsettled", "accepted"): "handed_over",
    ("unsettled", "stopped"): "handed_over",
    ("unsettled", "completed"): "delivered",
    ("unsettled", "rejected"): "failed",
    ("handed_over", "completed"): "delivered",
    ("handed_over", "rejected"): "failed",
    ("failed", "completed"): "delivered",
    ("stopped", "completed"): "delivered",
}
"""(state, what happens) -> new state. A pair that is not listed changes nothing: it is late, or a repetition."""


@dataclass(frozen=True)
class QueuedLetter:
    """A letter as it stands in the queue."""

    letter: Letter
    message_uuid: UUID
    invitation: Invitation
    state: State
    handed_over_at: datetime | None = None
    ended_because: str | None = None
    """Set by the claim where the letter must not leave any more, with the reason. None: it is to be handed over."""


class RefusalCause(StrEnum):
    """What a refusal is about."""

    PERSON = "person"
    """This person cannot receive the letter."""
    OURS = "ours"
    """What we send or how we send it, so that other letters would fare alike."""
    TRANSIENT = "transient"
    """It passes: the letter may be handed over again."""
    DUPLICATE = "duplicate"
    """The letter was taken before."""
    UNLISTED = "unlisted"
    """Nobody has said yet what such a refusal is about."""


@dataclass(frozen=True)
class LetterUpdate:
    """Something that happened to a letter: at the hand-over, by its receipt, or because it was ended."""

    letter: UUID
    happening: Happening
    reason: str | None = None
    at: datetime | None = None
    """When it happened, if that is known; else the moment at which the update is applied counts."""


@dataclass(frozen=True)
class Transition:
    """A letter's step into its new state, and the events to publish about it."""

    letter: UUID
    state: State
    reason: str | None
    handed_over_at: datetime | None
    delivered_at: datetime | None
    events: tuple[Event, ...]


def transition(before: QueuedLetter, update: LetterUpdate, now: datetime) -> Transition | None:
    """The step that an update leads to. None if nothing changes."""
    state = LETTER_LIFE.get((before.state, update.happening))
    if state is None:
        return None
    handed_over_at = before.handed_over_at or (now if state in ("handed_over", "delivered") else None)
    delivered_at = _clamped(handed_over_at, update.at, now) if state == "delivered" else None
    events = tuple(_events(before, state, update.reason, handed_over_at or now, delivered_at or now, now))
    return Transition(before.letter.id, state, update.reason, handed_over_at, delivered_at, events)


def _clamped(first: datetime | None, moment: datetime | None, last: datetime) -> datetime:
    """A receipt's own time, as far as it can be true: not before the hand-over, not after now."""
    return min(max(moment or last, first or last), last)


def _events(
    before: QueuedLetter,
    state: State,
    reason: str | None,
    handed_over_at: datetime,
    delivered_at: datetime,
    now: datetime,
) -> Iterator[Event]:
    letter, invitation = before.letter, before.invitation
    if state in ("handed_over", "delivered") and before.handed_over_at is None:
        yield LetterSubmitted(invitation=invitation, letter=letter, occurred_at=handed_over_at)
    if state == "delivered":
        yield LetterDelivered(invitation=invitation, letter=letter, occurred_at=delivered_at)
    if state == "failed":
        yield LetterFailed(invitation=invitation, letter=letter, reason=reason or "unknown", occurred_at=now)
    if state == "stopped":
        yield LetterStopped(invitation=invitation, letter=letter, reason=reason or "unknown", occurred_at=now)
    if state in ("failed", "stopped") and letter.kind == "invitation":
        yield InvitationUnreached(
            invitation=invitation, reason=reason or "unknown", stopped=state == "stopped", occurred_at=now
        )


UNREACHABLE_BY_STATUS: Mapping[str, str] = {
    "90": "dead",
    "80": "emigrated",
    "70": "disappeared",
    "60": "number_changed",
    "50": "number_changed",
    "30": "annulled",
    "20": "not_resident",
}
"""Status in the register of persons -> why no letter is sent. Others live in Denmark or Greenland."""

UNREACHABLE_BY_REGISTRATION: Mapping[str, str] = {"EXEMPT": "exempt", "CLOSED": "closed", "UNKNOWN": "unknown"}
"""What the contact register says -> why no letter is sent."""


def why_unreachable(status: str | None, registration: str) -> str | None:
    """Why a person cannot be written to, judged by both registers right before sending; None if they can."""
    if status is None:
        return "unknown"
    return UNREACHABLE_BY_STATUS.get(status) or UNREACHABLE_BY_REGISTRATION.get(registration)
