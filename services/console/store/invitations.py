"""The rows of invitations and of their reminders."""

from collections.abc import Sequence

from services.console.domain.invitation_updates import InvitationUpdate
from shared.runtime import Transaction

UPSERT = """
INSERT INTO invitation AS current (
    id, wave, unit, region, included_at, withdrawn_at, withdrawn_reason, cleared_at, quarantined_at, quarantined_until,
    because_of, dropped_at, dropped_reason, rule, rule_version, submitted_at, delivered_at, failed_at, failed_reason,
    stopped_at, stopped_reason, unreached_at, unreached_reason, unreached_stopped, answered_at, declined_at,
    opted_out_at, closing_due_at, closed_at, outcome
)
SELECT
    id, min(wave), min(unit), min(region), min(included_at), min(withdrawn_at), min(withdrawn_reason), min(cleared_at),
    min(quarantined_at), min(quarantined_until), any_value(because_of), min(dropped_at), min(dropped_reason), min(rule),
    min(rule_version), min(submitted_at), min(delivered_at), min(failed_at), min(failed_reason), min(stopped_at),
    min(stopped_reason), min(unreached_at), min(unreached_reason), bool_and(unreached_stopped), min(answered_at),
    min(declined_at), min(opted_out_at), min(closing_due_at), min(closed_at), min(outcome)
FROM jsonb_to_recordset($1) AS told (
    id uuid, wave text, unit text, region text, included_at timestamptz, withdrawn_at timestamptz,
    withdrawn_reason text, cleared_at timestamptz, quarantined_at timestamptz, quarantined_until timestamptz,
    because_of uuid, dropped_at timestamptz, dropped_reason text, rule text, rule_version integer,
    submitted_at timestamptz, delivered_at timestamptz, failed_at timestamptz, failed_reason text,
    stopped_at timestamptz, stopped_reason text, unreached_at timestamptz, unreached_reason text,
    unreached_stopped boolean, answered_at timestamptz, declined_at timestamptz, opted_out_at timestamptz,
    closing_due_at timestamptz, closed_at timestamptz, outcome text
)
GROUP BY id
ORDER BY id
ON CONFLICT (id) DO UPDATE SET
    included_at = least(current.included_at, excluded.included_at),
    withdrawn_at = least(current.withdrawn_at, excluded.withdrawn_at),
    withdrawn_reason = least(current.withdrawn_reason, excluded.withdrawn_reason),
    cleared_at = least(current.cleared_at, excluded.cleared_at),
    quarantined_at = least(current.quarantined_at, excluded.quarantined_at),
    quarantined_until = least(current.quarantined_until, excluded.quarantined_until),
    because_of = least(current.because_of, excluded.because_of),
    dropped_at = least(current.dropped_at, excluded.dropped_at),
    dropped_reason = least(current.dropped_reason, excluded.dropped_reason),
    rule = least(current.rule, excluded.rule),
    rule_version = least(current.rule_version, excluded.rule_version),
    submitted_at = least(current.submitted_at, excluded.submitted_at),
    delivered_at = least(current.delivered_at, excluded.delivered_at),
    failed_at = least(current.failed_at, excluded.failed_at),
    failed_reason = least(current.failed_reason, excluded.failed_reason),
    stopped_at = least(current.stopped_at, excluded.stopped_at),
    stopped_reason = least(current.stopped_reason, excluded.stopped_reason),
    unreached_at = least(current.unreached_at, excluded.unreached_at),
    unreached_reason = least(current.unreached_reason, excluded.unreached_reason),
    unreached_stopped = least(current.unreached_stopped, excluded.unreached_stopped),
    answered_at = least(current.answered_at, excluded.answered_at),
    declined_at = least(current.declined_at, excluded.declined_at),
    opted_out_at = least(current.opted_out_at, excluded.opted_out_at),
    closing_due_at = least(current.closing_due_at, excluded.closing_due_at),
    closed_at = least(current.closed_at, excluded.closed_at),
    outcome = least(current.outcome, excluded.outcome)
"""


async def upsert(tx: Transaction, updates: Sequence[InvitationUpdate]) -> None:
    """Of what is set twice the least stands, so no order matters; rows are locked in order, against deadlocks."""
    await tx.execute(UPSERT, [{"id": str(update.invitation), **update.columns} for update in updates])


UPSERT_REMINDERS = """
INSERT INTO reminder AS current (
    invitation, number, wave, unit, region, due_at, not_after, cancelled_at, cancelled_reason, submitted_at,
    delivered_at, failed_at, failed_reason, stopped_at, stopped_reason
)
SELECT
    invitation, number, min(wave), min(unit), min(region), min(due_at), min(not_after), min(cancelled_at),
    min(cancelled_reason), min(submitted_at), min(delivered_at), min(failed_at), min(failed_reason), min(stopped_at),
    min(stopped_reason)
FROM jsonb_to_recordset($1) AS told (
    invitation uuid, number integer, wave text, unit text, region text, due_at timestamptz, not_after timestamptz,
    cancelled_at timestamptz, cancelled_reason text, submitted_at timestamptz, delivered_at timestamptz,
    failed_at timestamptz, failed_reason text, stopped_at timestamptz, stopped_reason text
)
GROUP BY invitation, number
ORDER BY invitation, number
ON CONFLICT (invitation, number) DO UPDATE SET
    due_at = least(current.due_at, excluded.due_at),
    not_after = least(current.not_after, excluded.not_after),
    cancelled_at = least(current.cancelled_at, excluded.cancelled_at),
    cancelled_reason = least(current.cancelled_reason, excluded.cancelled_reason),
    submitted_at = least(current.submitted_at, excluded.submitted_at),
    delivered_at = least(current.delivered_at, excluded.delivered_at),
    failed_at = least(current.failed_at, excluded.failed_at),
    failed_reason = least(current.failed_reason, excluded.failed_reason),
    stopped_at = least(current.stopped_at, excluded.stopped_at),
    stopped_reason = least(current.stopped_reason, excluded.stopped_reason)
"""


async def upsert_reminders(tx: Transaction, updates: Sequence[InvitationUpdate]) -> None:
    rows = [{"invitation": str(update.invitation), "number": update.number, **update.columns} for update in updates]
    await tx.execute(UPSERT_REMINDERS, rows)
