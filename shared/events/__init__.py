"""The language: every fact that one service publishes for the others. pydantic only; knows no service."""

from shared.events.console import Wanted, WaveRequested
from shared.events.dispatch import (
    Channel,
    InvitationUnreached,
    Letter,
    LetterDelivered,
    LetterFailed,
    LetterKind,
    LetterStopped,
    LetterSubmitted,
    letter_id,
)
from shared.events.event import Event, Moment, Pseudonym, Reason, SorCode, derived_id
from shared.events.inclusion import (
    DeliveryRead,
    DeliveryRefused,
    InvitationWithdrawn,
    PatientIncluded,
    PinnedDelivery,
    SelectionFinished,
    WaveHeld,
    WaveStarted,
)
from shared.events.invitation import (
    AboutInvitation,
    AboutWave,
    Invitation,
    Unit,
    invitation_id,
)
from shared.events.karens import (
    Decision,
    InvitationCleared,
    InvitationDropped,
    InvitationQuarantined,
    Rule,
)
from shared.events.refused import Refused
from shared.events.reminders import ClosingDue, ReminderCancelled, ReminderDue
from shared.events.responses import (
    InvitationClosed,
    InvitationDeclined,
    Outcome,
    PersonOptedOut,
    ResponseReceived,
)
from shared.events.set_aside import Header, OriginalRecord, RecordSetAside

__all__ = [
    "AboutInvitation",
    "AboutWave",
    "Channel",
    "ClosingDue",
    "Decision",
    "DeliveryRead",
    "DeliveryRefused",
    "Event",
    "Header",
    "Invitation",
    "InvitationCleared",
    "InvitationClosed",
    "InvitationDeclined",
    "InvitationDropped",
    "InvitationQuarantined",
    "InvitationUnreached",
    "InvitationWithdrawn",
    "Letter",
    "LetterDelivered",
    "LetterFailed",
    "LetterKind",
    "LetterStopped",
    "LetterSubmitted",
    "Moment",
    "OriginalRecord",
    "Outcome",
    "PatientIncluded",
    "PersonOptedOut",
    "PinnedDelivery",
    "Pseudonym",
    "Reason",
    "RecordSetAside",
    "Refused",
    "ReminderCancelled",
    "ReminderDue",
    "ResponseReceived",
    "Rule",
    "SelectionFinished",
    "SorCode",
    "Unit",
    "Wanted",
    "WaveHeld",
    "WaveRequested",
    "WaveStarted",
    "derived_id",
    "invitation_id",
    "letter_id",
]
