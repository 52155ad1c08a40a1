"""A letter's life, from the queue to the mailbox.

    waiting ─(claim)→ claimed ─accepted→ handed_over ─completed→ delivered
       │                 │                   └─rejected→ failed
       │                 ├─later→ waiting
       │                 ├─unknown→ unsettled ─(claim)→ reclaimed ─accepted→ handed_over
       │                 │                                  ├─later, unknown→ unsettled
       │                 │                                  └─refused, unreachable→ failed
       │                 └─refused, unreachable, expired→ failed
       └─stopped→ stopped

*Unsettled* is a letter that may have been taken: its hand-over broke off, or whoever claimed it is gone. It is handed
over again under the same messageUUID. If that is not wanted any more it counts as handed over, for it may lie in the
mailbox: it keeps its karens, and nobody says that it was stopped. Whoever cannot be written to now is taken to have
been so at the first try, which was judged alike a moment before. Delivered beats everything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
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
    "accepted", "later", "unknown", "refused", "unreachable", "stopped", "expired", "completed", "rejected"
]

LETTER_LIFE: Mapping[tuple[State, Happening], State] = {
    ("waiting", "stopped"): "stopped",
    ("waiting", "completed"): "delivered",
    ("waiting", "rejected"): "failed",
    ("waiting", "accepted"): "handed_over",
    ("claimed", "accepted"): "handed_over",
    ("claimed", "later"): "waiting",
    ("claimed", "unknown"): "unsettled",
    ("claimed", "refused"): "failed",
    ("claimed", "unreachable"): "failed",
    ("claimed", "stopped"): "stopped",
    ("claimed", "expired"): "failed",
    ("claimed", "completed"): "delivered",
    ("claimed", "rejected"): "failed",
    ("reclaimed", "accepted"): "handed_over",
    ("reclaimed", "later"): "unsettled",
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
"""(state, what happens) -> state. What does not stand here changes nothing: it is late, or a repetition."""


@dataclass(frozen=True)
class Queued:
    """A letter as the queue holds it."""

    letter: Letter
    message_uuid: UUID
    about: Invitation
    state: State
    handed_over_at: datetime | None = None
    why_not: str | None = None
    """Read when it was claimed: why it is not to leave any more. None: it is to be handed over."""


@dataclass(frozen=True)
class Came:
    """What became of a letter: at the hand-over, by its receipt, or because it was ended."""

    letter: UUID
    happening: Happening
    reason: str | None = None
    at: datetime | None = None
    """When, if that is known better than by when it was heard of."""


@dataclass(frozen=True)
class Moved:
    """A letter in its new state."""

    letter: UUID
    state: State
    reason: str | None
    handed_over_at: datetime | None
    delivered_at: datetime | None
    told: tuple[Event, ...]


def move(before: Queued, came: Came, now: datetime) -> Moved | None:
    """The step that its life takes, and what is told of it. None if nothing changes."""
    state = LETTER_LIFE.get((before.state, came.happening))
    if state is None:
        return None
    handed_over_at = before.handed_over_at or (now if state in ("handed_over", "delivered") else None)
    delivered_at = _between(handed_over_at, came.at, now) if state == "delivered" else None
    told = tuple(_told(before, state, came.reason, handed_over_at or now, delivered_at or now, now))
    return Moved(before.letter.id, state, came.reason, handed_over_at, delivered_at, told)


def _between(first: datetime | None, moment: datetime | None, last: datetime) -> datetime:
    """A receipt's own time, as far as it can be true: not before the hand-over, not after now."""
    return min(max(moment or last, first or last), last)


def _told(
    before: Queued, state: State, reason: str | None, handed_over_at: datetime, delivered_at: datetime, now: datetime
) -> Iterator[Event]:
    letter, about = before.letter, before.about
    if state in ("handed_over", "delivered") and before.handed_over_at is None:
        yield LetterSubmitted(invitation=about, letter=letter, occurred_at=handed_over_at)
    if state == "delivered":
        yield LetterDelivered(invitation=about, letter=letter, occurred_at=delivered_at)
    if state == "failed":
        yield LetterFailed(invitation=about, letter=letter, reason=reason or "unknown", occurred_at=now)
    if state == "stopped":
        yield LetterStopped(invitation=about, letter=letter, reason=reason or "unknown", occurred_at=now)
    if state in ("failed", "stopped") and letter.kind == "invitation":
        yield InvitationUnreached(
            invitation=about, reason=reason or "unknown", stopped=state == "stopped", occurred_at=now
        )


GONE: Mapping[str, str] = {
    "90": "dead",
    "80": "emigrated",
    "70": "disappeared",
    "60": "number_changed",
    "50": "number_changed",
    "30": "annulled",
    "20": "not_resident",
}
"""Status in the register of persons -> why no letter is sent. Others live in Denmark or Greenland."""

CANNOT_RECEIVE: Mapping[str, str] = {"EXEMPT": "exempt", "CLOSED": "closed", "UNKNOWN": "unknown"}
"""What the contact register says -> why no letter is sent."""


def why_unreachable(status: str | None, registration: str) -> str | None:
    """Why a person cannot be written to, judged by both registers right before sending; None if they can."""
    if status is None:
        return "unknown"
    return GONE.get(status) or CANNOT_RECEIVE.get(registration)
