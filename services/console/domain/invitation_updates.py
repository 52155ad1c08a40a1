"""Which columns of an invitation each event sets.

The row of an invitation holds what is known of it, each event in columns of its own; where it stands follows from
them (`migrations/*_standing.sql`). So events may come in any order and any number of times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.events import (
    AboutInvitation,
    ClosingDue,
    InvitationCleared,
    InvitationClosed,
    InvitationDeclined,
    InvitationDropped,
    InvitationQuarantined,
    InvitationUnreached,
    InvitationWithdrawn,
    LetterDelivered,
    LetterFailed,
    LetterStopped,
    LetterSubmitted,
    PatientIncluded,
    PersonOptedOut,
    ReminderCancelled,
    ReminderDue,
    ResponseReceived,
)

COLUMNS_OF: Mapping[type[AboutInvitation], Mapping[str, str]] = {
    PatientIncluded: {"included_at": "occurred_at"},
    InvitationWithdrawn: {"withdrawn_at": "occurred_at", "withdrawn_reason": "reason"},
    InvitationCleared: {"cleared_at": "occurred_at", "rule": "rule.name", "rule_version": "rule.version"},
    InvitationQuarantined: {
        "quarantined_at": "occurred_at",
        "quarantined_until": "until",
        "because_of": "because_of",
        "rule": "rule.name",
        "rule_version": "rule.version",
    },
    InvitationDropped: {"dropped_at": "occurred_at", "dropped_reason": "reason"},
    LetterSubmitted: {"submitted_at": "occurred_at"},
    LetterDelivered: {"delivered_at": "occurred_at"},
    LetterFailed: {"failed_at": "occurred_at", "failed_reason": "reason"},
    LetterStopped: {"stopped_at": "occurred_at", "stopped_reason": "reason"},
    InvitationUnreached: {
        "unreached_at": "occurred_at",
        "unreached_reason": "reason",
        "unreached_stopped": "stopped",
    },
    ReminderDue: {"due_at": "occurred_at", "not_after": "not_after"},
    ReminderCancelled: {"cancelled_at": "occurred_at", "cancelled_reason": "reason"},
    ResponseReceived: {"answered_at": "occurred_at"},
    InvitationDeclined: {"declined_at": "occurred_at"},
    PersonOptedOut: {"opted_out_at": "occurred_at"},
    ClosingDue: {"closing_due_at": "occurred_at"},
    InvitationClosed: {"closed_at": "occurred_at", "outcome": "outcome"},
}
"""Event -> the columns it sets, and where in the event their values stand."""


@dataclass(frozen=True)
class InvitationUpdate:
    """What one event sets in the row of an invitation, or of one of its reminders."""

    invitation: UUID
    number: int
    """Of the letter it is about; 0 is the invitation itself, others are its reminders."""
    columns: Mapping[str, Any]
    """Ready for JSON."""


def update_of(event: AboutInvitation) -> InvitationUpdate:
    """Raises KeyError for a kind of event that no column is kept for."""
    invitation = event.invitation
    shared = {"wave": invitation.wave, "unit": invitation.unit, "region": invitation.region}
    values = {column: _plain(_follow(event, path)) for column, path in COLUMNS_OF[type(event)].items()}
    return InvitationUpdate(invitation.id, _number(event), shared | values)


def _number(event: AboutInvitation) -> int:
    if isinstance(event, LetterSubmitted | LetterDelivered | LetterFailed | LetterStopped):
        return event.letter.number
    if isinstance(event, ReminderDue | ReminderCancelled):
        return event.number
    return 0


def _follow(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
