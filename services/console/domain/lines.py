"""The identity: every row, contact, patient and invitation stands under one term, and every line adds up.

    rows of a delivery = rejected (reason) + superseded + contacts
    contacts           = other survey or period + excluded (reason) + not sampled + another contact + included
    invitations        = quarantined + dropped (reason) + cleared | undecided
    cleared            = stopped (reason) + undeliverable (reason) + unconfirmed + delivered | in delivery
    delivered          = complete + opted out + declined + partial + withdrawn + unanswered | open
    reminders due      = submitted + delivered + failed (reason) + stopped (reason) | waiting

What stands after the bar is still in flight. `included` is what inclusion drew and `invitations` what has been heard
of one by one: two counts of the same persons that agree when nothing is on its way.
"""

from collections.abc import Mapping, Sequence

LINES: Mapping[str, Sequence[str]] = {
    "contacts": ("other_survey_or_period", "excluded", "not_sampled", "another_contact", "included"),
    "invitations": ("quarantined", "dropped", "cleared", "undecided"),
    "cleared": ("stopped", "undeliverable", "unconfirmed", "delivered", "in_delivery"),
    "delivered": ("complete", "opted_out", "declined", "partial", "withdrawn", "unanswered", "open"),
    "reminders.due": (
        "reminders.waiting",
        "reminders.submitted",
        "reminders.delivered",
        "reminders.failed",
        "reminders.stopped",
    ),
    "in_flight": ("undecided", "in_delivery", "open"),
}
"""A term -> the terms that it is the sum of, at every moment."""
