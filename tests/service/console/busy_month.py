"""A month in which something of everything happened, for whoever looks at the pages."""

from collections.abc import Sequence
from datetime import timedelta

from shared.events import Event, Invitation
from tests.support.builders import (
    STARTED_AT,
    a_checksum,
    a_unit,
    cleared,
    closed,
    closing_due,
    declined,
    delivered,
    delivery_read,
    delivery_refused,
    failed,
    included,
    invitations,
    quarantined,
    reminder_cancelled,
    reminder_due,
    response_received,
    selection_finished,
    set_aside,
    submitted,
    unreached,
    wave_requested,
    wave_started,
)

PSYCHIATRY = "lup-psykiatri-2026-10"
EVERYBODY: Sequence[Invitation] = invitations(20)
ANSWERED = EVERYBODY[0]
"""Was reminded, and answered."""
HELD_BACK = EVERYBODY[15]
"""Asked too recently."""


def busy_month() -> Sequence[Event]:
    later = STARTED_AT + timedelta(days=1)
    return [
        delivery_read(),
        delivery_refused(reason="checksum_differs", expected=a_checksum("promised"), found=a_checksum("sent")),
        wave_started(),
        selection_finished(),
        wave_requested(revision=1, wanted="paused", requested_by="anna", occurred_at=later),
        wave_requested(revision=2, requested_by="anna", occurred_at=later + timedelta(hours=3)),
        wave_requested(revision=3, wanted="stopped", units=(a_unit(2).code,), requested_by="anna", occurred_at=later),
        *(included(invitation) for invitation in EVERYBODY),
        *(quarantined(invitation) for invitation in EVERYBODY[15:]),
        *(cleared(invitation) for invitation in EVERYBODY[:14]),
        *(submitted(invitation, occurred_at=later) for invitation in EVERYBODY[:12]),
        *(delivered(invitation, occurred_at=later + timedelta(hours=2)) for invitation in EVERYBODY[:10]),
        *_ended(),
        wave_started(PSYCHIATRY),
        wave_requested(PSYCHIATRY, wanted="paused", requested_by="bo"),
        *(set_aside(offset=offset) for offset in range(12)),
        set_aside(service="dispatch", topic="puls.karens.v1", offset=7, reason="no_sending_hours", record_kind=""),
    ]


def _ended() -> Sequence[Event]:
    day = timedelta(days=1)
    return [
        failed(EVERYBODY[11], occurred_at=STARTED_AT + day),
        unreached(EVERYBODY[11], occurred_at=STARTED_AT + day),
        reminder_due(ANSWERED, occurred_at=STARTED_AT + 11 * day),
        submitted(ANSWERED, number=1, occurred_at=STARTED_AT + 11 * day),
        delivered(ANSWERED, number=1, occurred_at=STARTED_AT + 12 * day),
        response_received(ANSWERED, occurred_at=STARTED_AT + 13 * day),
        closed(ANSWERED, occurred_at=STARTED_AT + 13 * day),
        reminder_due(EVERYBODY[1], occurred_at=STARTED_AT + 11 * day),
        declined(EVERYBODY[1], occurred_at=STARTED_AT + 11 * day),
        reminder_cancelled(EVERYBODY[1], reason="declined", occurred_at=STARTED_AT + 11 * day),
        closed(EVERYBODY[1], outcome="declined", occurred_at=STARTED_AT + 11 * day),
        closing_due(EVERYBODY[2], occurred_at=STARTED_AT + 36 * day),
        closed(EVERYBODY[2], outcome="unanswered", occurred_at=STARTED_AT + 36 * day),
    ]
