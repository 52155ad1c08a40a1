"""What each fact makes known of an invitation.

The row of an invitation is the facts known of it, each in columns of its own; where it stands follows from them
(`migrations/*_standing.sql`). So facts may come in any order and any number of times.
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

MADE_KNOWN: Mapping[type[AboutInvitation], Mapping[str, str]] = {
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
"""Fact -> the columns it sets, and where in the fact their values stand."""


@dataclass(frozen=True)
class Known:
    """What one fact makes known of an invitation, or of one of its reminders."""

    invitation: UUID
    number: int
    """Of the letter it is about; 0 is the invitation itself, others are its reminders."""
    columns: Mapping[str, Any]
    """Ready for JSON."""


def known(fact: AboutInvitation) -> Known:
    """Raises KeyError for a kind of fact that no column is kept for."""
    invitation = fact.invitation
    whose = {"wave": invitation.wave, "unit": invitation.unit, "region": invitation.region}
    told = {column: _plain(_follow(fact, path)) for column, path in MADE_KNOWN[type(fact)].items()}
    return Known(invitation.id, _number(fact), whose | told)


def _number(fact: AboutInvitation) -> int:
    if isinstance(fact, LetterSubmitted | LetterDelivered | LetterFailed | LetterStopped):
        return fact.letter.number
    if isinstance(fact, ReminderDue | ReminderCancelled):
        return fact.number
    return 0


def _follow(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name)
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
