"""The rows of invitations and of their reminders."""

from collections.abc import Sequence

from services.console.domain.facts import Known
from shared.runtime import Transaction

KNOW = """
INSERT INTO invitation AS known (
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
    included_at = least(known.included_at, excluded.included_at),
    withdrawn_at = least(known.withdrawn_at, excluded.withdrawn_at),
    withdrawn_reason = least(known.withdrawn_reason, excluded.withdrawn_reason),
    cleared_at = least(known.cleared_at, excluded.cleared_at),
    quarantined_at = least(known.quarantined_at, excluded.quarantined_at),
    quarantined_until = least(known.quarantined_until, excluded.quarantined_until),
    because_of = least(known.because_of, excluded.because_of),
    dropped_at = least(known.dropped_at, excluded.dropped_at),
    dropped_reason = least(known.dropped_reason, excluded.dropped_reason),
    rule = least(known.rule, excluded.rule),
    rule_version = least(known.rule_version, excluded.rule_version),
    submitted_at = least(known.submitted_at, excluded.submitted_at),
    delivered_at = least(known.delivered_at, excluded.delivered_at),
    failed_at = least(known.failed_at, excluded.failed_at),
    failed_reason = least(known.failed_reason, excluded.failed_reason),
    stopped_at = least(known.stopped_at, excluded.stopped_at),
    stopped_reason = least(known.stopped_reason, excluded.stopped_reason),
    unreached_at = least(known.unreached_at, excluded.unreached_at),
    unreached_reason = least(known.unreached_reason, excluded.unreached_reason),
    unreached_stopped = least(known.unreached_stopped, excluded.unreached_stopped),
    answered_at = least(known.answered_at, excluded.answered_at),
    declined_at = least(known.declined_at, excluded.declined_at),
    opted_out_at = least(known.opted_out_at, excluded.opted_out_at),
    closing_due_at = least(known.closing_due_at, excluded.closing_due_at),
    closed_at = least(known.closed_at, excluded.closed_at),
    outcome = least(known.outcome, excluded.outcome)
"""


async def know(tx: Transaction, facts: Sequence[Known]) -> None:
    """Of what is known twice the least stands, so no order matters; rows are taken in order, against deadlocks."""
    await tx.execute(KNOW, [{"id": str(fact.invitation), **fact.columns} for fact in facts])


KNOW_REMINDERS = """
INSERT INTO reminder AS known (
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
    due_at = least(known.due_at, excluded.due_at),
    not_after = least(known.not_after, excluded.not_after),
    cancelled_at = least(known.cancelled_at, excluded.cancelled_at),
    cancelled_reason = least(known.cancelled_reason, excluded.cancelled_reason),
    submitted_at = least(known.submitted_at, excluded.submitted_at),
    delivered_at = least(known.delivered_at, excluded.delivered_at),
    failed_at = least(known.failed_at, excluded.failed_at),
    failed_reason = least(known.failed_reason, excluded.failed_reason),
    stopped_at = least(known.stopped_at, excluded.stopped_at),
    stopped_reason = least(known.stopped_reason, excluded.stopped_reason)
"""


async def know_reminders(tx: Transaction, facts: Sequence[Known]) -> None:
    rows = [{"invitation": str(fact.invitation), "number": fact.number, **fact.columns} for fact in facts]
    await tx.execute(KNOW_REMINDERS, rows)
