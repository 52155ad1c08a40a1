"""Events with what matters named and the rest made up, so that a test says only what it is about.

    included(person=a_person(2), wave="lup-psykiatri-2026-10")
    cleared(included(), rule=a_rule(days=90))
    delivered(an_invitation(age=80), number=1, occurred_at=danish("2026-11-20 12:00"))

The same arguments give the same event, in every process and for ever. All persons are made up.
"""

from tests.support.builders.about_invitations import (
    cleared,
    closed,
    closing_due,
    declined,
    delivered,
    dropped,
    failed,
    included,
    opted_out,
    quarantined,
    reminder_cancelled,
    reminder_due,
    response_received,
    stopped,
    submitted,
    unreached,
    withdrawn,
)
from tests.support.builders.about_waves import (
    delivery_read,
    delivery_refused,
    selection_finished,
    set_aside,
    wave_held,
    wave_requested,
    wave_started,
)
from tests.support.builders.things import (
    STARTED_AT,
    WAVE,
    a_checksum,
    a_path,
    a_person,
    a_pin,
    a_rule,
    a_sealed_number,
    a_unit,
    an_invitation,
    danish,
    invitations,
)

__all__ = [
    "STARTED_AT",
    "WAVE",
    "a_checksum",
    "a_path",
    "a_person",
    "a_pin",
    "a_rule",
    "a_sealed_number",
    "a_unit",
    "an_invitation",
    "cleared",
    "closed",
    "closing_due",
    "danish",
    "declined",
    "delivered",
    "delivery_read",
    "delivery_refused",
    "dropped",
    "failed",
    "included",
    "invitations",
    "opted_out",
    "quarantined",
    "reminder_cancelled",
    "reminder_due",
    "response_received",
    "selection_finished",
    "set_aside",
    "stopped",
    "submitted",
    "unreached",
    "wave_held",
    "wave_requested",
    "wave_started",
    "withdrawn",
]
