"""An invitation's life on the answer side, and what is published when it ends. Pure.

Two states take answers: `open`, and `delivered` once the letter is known to lie in the mailbox. A withdrawal that comes
before the clearing waits as `forestalled`: whoever was never cleared is never published as closed. An outcome never
changes.

How a state goes over into another:

    unknown      cleared             -> open
    unknown      delivered           -> delivered
    unknown      withdrawn           -> forestalled
    unknown      closing_unanswered  -> unanswered
    forestalled  cleared             -> withdrawn
    forestalled  delivered           -> withdrawn
    forestalled  closing_unanswered  -> withdrawn
    open         delivered           -> delivered
    open         withdrawn           -> withdrawn
    open         closing_answered    -> partial
    open         closing_unanswered  -> unanswered
    open         submitted           -> complete
    open         declined            -> declined
    open         opted_out           -> opted_out
    delivered    withdrawn           -> withdrawn
    delivered    closing_answered    -> partial
    delivered    closing_unanswered  -> unanswered
    delivered    submitted           -> complete
    delivered    declined            -> declined
    delivered    opted_out           -> opted_out
    delivered    person_opted_out    -> opted_out
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast, get_args

from services.responses import screening
from shared.events import Event, Invitation, InvitationClosed, InvitationDeclined, Outcome, Refused, ResponseReceived

State = Literal[
    "unknown",
    "forestalled",
    "open",
    "delivered",
    "complete",
    "partial",
    "declined",
    "opted_out",
    "withdrawn",
    "unanswered",
]
Happening = Literal[
    "cleared",
    "delivered",
    "withdrawn",
    "closing_answered",
    "closing_unanswered",
    "submitted",
    "declined",
    "opted_out",
    "person_opted_out",
]
"""`opted_out` was done on this invitation's page, `person_opted_out` on another one's of the same person.
`closing_answered` is ClosingDue where a core answer was saved, `closing_unanswered` where none was."""

ON_THE_PAGE: Final[tuple[Happening, ...]] = ("submitted", "declined", "opted_out")

OUTCOMES: Final[frozenset[State]] = frozenset(get_args(Outcome))
ANSWERED: Final[frozenset[State]] = frozenset({"complete", "partial"})

INVITATION_LIFE: Final[Mapping[tuple[State, Happening], State]] = {
    ("unknown", "cleared"): "open",
    ("unknown", "delivered"): "delivered",
    ("unknown", "withdrawn"): "forestalled",
    ("unknown", "closing_unanswered"): "unanswered",
    ("forestalled", "cleared"): "withdrawn",
    ("forestalled", "delivered"): "withdrawn",
    ("forestalled", "closing_unanswered"): "withdrawn",
    **{("forestalled", happening): "forestalled" for happening in ("withdrawn", *ON_THE_PAGE, "person_opted_out")},
    ("open", "cleared"): "open",
    ("open", "delivered"): "delivered",
    ("open", "withdrawn"): "withdrawn",
    ("open", "closing_answered"): "partial",
    ("open", "closing_unanswered"): "unanswered",
    ("open", "submitted"): "complete",
    ("open", "declined"): "declined",
    ("open", "opted_out"): "opted_out",
    ("open", "person_opted_out"): "open",  # the letter may still be stopped; then the invitation was never met
    ("delivered", "cleared"): "delivered",
    ("delivered", "delivered"): "delivered",
    ("delivered", "withdrawn"): "withdrawn",
    ("delivered", "closing_answered"): "partial",
    ("delivered", "closing_unanswered"): "unanswered",
    ("delivered", "submitted"): "complete",
    ("delivered", "declined"): "declined",
    ("delivered", "opted_out"): "opted_out",
    ("delivered", "person_opted_out"): "opted_out",
    **{(outcome, happening): outcome for outcome in OUTCOMES for happening in get_args(Happening)},
}

TAKES_ANSWERS: Final[frozenset[State]] = frozenset(
    state for (state, happening), after in INVITATION_LIFE.items() if happening == "submitted" and after != state
)
"""Elsewhere the page says that it is closed, and keeps nothing of what is sent."""


@dataclass(frozen=True)
class Held:
    """An invitation as it stands here."""

    invitation: Invitation
    state: State = "unknown"
    answers: Mapping[str, str] | None = None
    """What was saved: question -> option or screened text."""


@dataclass(frozen=True)
class Move:
    """What a happening makes of an invitation."""

    held: Held
    after: State
    at: datetime

    @property
    def changes(self) -> bool:
        return self.after != self.held.state

    @property
    def closed_at(self) -> datetime | None:
        return self.at if self.after in OUTCOMES else None

    @property
    def keeps_answers(self) -> bool:
        """Only an answer that is published, or may still be, is kept: whoever declines has their answers discarded."""
        return self.after not in OUTCOMES - ANSWERED


def move(held: Held, happening: Happening, at: datetime) -> Move:
    """Raises Refused where the happening has no place in the state."""
    after = INVITATION_LIFE.get((held.state, happening))
    if after is None:
        raise Refused("transition_unknown", f"an invitation that is {held.state} is not expected to be {happening}")
    return Move(held, after, at)


def at_closing(held: Held, core: Collection[str]) -> Happening:
    """One saved answer to a core question makes the answer partial; a free text alone does not."""
    return "closing_answered" if any(question in core for question in held.answers or ()) else "closing_unanswered"


def events(moved: Move) -> Sequence[Event]:
    """What is published of it: how the invitation ended, and with it the answer. Nothing if it had ended before."""
    if not moved.changes or moved.after not in OUTCOMES:
        return []
    invitation, at = moved.held.invitation, moved.at
    closed = InvitationClosed(invitation=invitation, occurred_at=at, outcome=cast(Outcome, moved.after))
    if moved.after in ANSWERED:
        return [_response(moved), closed]
    if moved.after == "declined":
        return [InvitationDeclined(invitation=invitation, occurred_at=at), closed]
    return [closed]


def _response(moved: Move) -> ResponseReceived:
    answers = moved.held.answers or {}
    return ResponseReceived(
        invitation=moved.held.invitation,
        occurred_at=moved.at,
        version=1,
        completeness="complete" if moved.after == "complete" else "partial",
        questionnaire_version=moved.held.invitation.questionnaire_version,
        answers=answers,
        screened=tuple(sorted(question for question, text in answers.items() if screening.was_struck(text))),
    )


def diagram(life: Mapping[tuple[State, Happening], State] = INVITATION_LIFE) -> str:
    """The table as text: every happening that changes the state."""
    lines = [
        f"    {state:<11}  {happening:<18}  -> {after}" for (state, happening), after in life.items() if after != state
    ]
    return "\n".join(lines)
