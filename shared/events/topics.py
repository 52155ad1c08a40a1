"""Which topic carries what: one topic per publisher, the kind in a header. The only table of its sort."""

from collections.abc import Sequence

from shared.events.console import WaveRequested
from shared.events.dispatch import (
    InvitationUnreached,
    LetterDelivered,
    LetterFailed,
    LetterStopped,
    LetterSubmitted,
)
from shared.events.event import Event
from shared.events.inclusion import (
    DeliveryRead,
    DeliveryRefused,
    InvitationWithdrawn,
    PatientIncluded,
    SelectionFinished,
    WaveHeld,
    WaveStarted,
)
from shared.events.karens import (
    InvitationCleared,
    InvitationDropped,
    InvitationQuarantined,
)
from shared.events.reminders import ClosingDue, ReminderCancelled, ReminderDue
from shared.events.responses import (
    InvitationClosed,
    InvitationDeclined,
    PersonOptedOut,
    ResponseReceived,
)
from shared.events.set_aside import RecordSetAside

PARTITIONS = 12
"""Of a topic that we make. One that was made beforehand may have any number, and get more while it is in use."""

RETENTION_DAYS = 120

SET_ASIDE = "set-aside"
"""The one topic that every service publishes into."""

PUBLISHED_BY: dict[str, Sequence[type[Event]]] = {
    "console": (WaveRequested,),
    "inclusion": (
        DeliveryRead,
        DeliveryRefused,
        WaveHeld,
        WaveStarted,
        PatientIncluded,
        SelectionFinished,
        InvitationWithdrawn,
    ),
    "karens": (InvitationCleared, InvitationQuarantined, InvitationDropped),
    "dispatch": (
        LetterSubmitted,
        LetterDelivered,
        LetterFailed,
        LetterStopped,
        InvitationUnreached,
    ),
    "reminders": (ReminderDue, ReminderCancelled, ClosingDue),
    "responses": (
        ResponseReceived,
        InvitationDeclined,
        PersonOptedOut,
        InvitationClosed,
    ),
    SET_ASIDE: (RecordSetAside,),
}
"""Topic -> the kinds in it. A topic is named by its publisher."""

TOPIC_OF: dict[type[Event], str] = {kind: topic for topic, kinds in PUBLISHED_BY.items() for kind in kinds}
EVENT_OF: dict[str, type[Event]] = {kind.kind(): kind for kind in TOPIC_OF}
"""The kind as it stands in a record's header -> its class."""
