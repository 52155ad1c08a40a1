"""All of karens' SQL. Sets in, sets out."""

from collections.abc import Sequence
from typing import cast

from services.karens.domain import Asked, Ended, Ledger, persons
from shared.events import (
    Decision,
    InvitationCleared,
    InvitationQuarantined,
    InvitationUnreached,
    InvitationWithdrawn,
    PatientIncluded,
    PersonOptedOut,
    WaveRequested,
)
from shared.runtime import Transaction

LOCK_PERSONS = """
SELECT pg_advisory_xact_lock(hashtext('person'), bucket)
FROM (SELECT DISTINCT hashtext(person) & 255 AS bucket FROM unnest($1::text[]) AS person ORDER BY bucket) AS ordered
"""


async def lock_persons(tx: Transaction, included: Sequence[PatientIncluded]) -> None:
    """Locks the persons by all their pseudonyms, in one order for everybody.

    Persons share 256 locks: the server's table of locks is limited, and every service shares it.
    """
    await tx.execute(LOCK_PERSONS, [person for event in included for person in persons(event)])


UNDECIDED = """
SELECT id FROM unnest($1::uuid[]) AS id WHERE NOT EXISTS (SELECT FROM decision WHERE invitation = id)
"""


async def undecided(tx: Transaction, included: Sequence[PatientIncluded]) -> list[PatientIncluded]:
    """Those of them on which nothing was decided yet."""
    ids = {row["id"] for row in await tx.fetch(UNDECIDED, [event.invitation.id for event in included])}
    return [event for event in included if event.invitation.id in ids]


LAST_ASKED = """
SELECT person, last.invitation, last.decided_at
FROM unnest($1::text[]) AS person
CROSS JOIN LATERAL (
    SELECT invitation, decided_at FROM decision
    WHERE decision.person = person.person AND outcome = 'cleared'
      AND NOT EXISTS (SELECT FROM released WHERE released.invitation = decision.invitation)
    ORDER BY decided_at DESC LIMIT 1
) AS last
"""

ENDED = """
WITH asked AS (SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS asked (id, wave, unit, person))
SELECT id, 3 AS weight, 'opted_out' AS reason FROM asked JOIN opted_out USING (person)
UNION
SELECT id, 2, 'wave_stopped' FROM asked JOIN stopped USING (wave) WHERE stopped.unit IN ('', asked.unit)
UNION
SELECT id, 1, 'withdrawn' FROM asked JOIN withdrawn ON withdrawn.invitation = asked.id
ORDER BY weight DESC
"""


async def ledger(tx: Transaction, included: Sequence[PatientIncluded]) -> Ledger:
    """When those persons were last asked, and which of the invitations have ended already, with the first reason."""
    about = [(event.invitation, person) for event in included for person in persons(event)]
    names = [person for _, person in about]
    asked = await tx.fetch(LAST_ASKED, names)
    waves, units = [invitation.wave for invitation, _ in about], [invitation.unit for invitation, _ in about]
    ended = await tx.fetch(ENDED, [invitation.id for invitation, _ in about], waves, units, names)
    return Ledger(
        {row["person"]: Asked(row["invitation"], row["decided_at"]) for row in asked},
        {row["id"]: cast(Ended, row["reason"]) for row in ended},
    )


KEEP = """
INSERT INTO decision (invitation, person, survey, wave, unit, decided_at, outcome, reason,
                      rule, rule_version, rule_days, until, because_of)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
                     $8::text[], $9::text[], $10::int[], $11::int[], $12::timestamptz[], $13::uuid[])
ON CONFLICT DO NOTHING
RETURNING invitation
"""


async def keep(tx: Transaction, decisions: Sequence[Decision]) -> list[Decision]:
    """Keeps the decisions, and returns those that are new: only they are published."""
    columns = list(zip(*map(_row, decisions), strict=True))
    if not columns:
        return []
    new = {row["invitation"] for row in await tx.fetch(KEEP, *columns)}
    return [decision for decision in decisions if decision.invitation.id in new]


def _row(decision: Decision) -> tuple[object, ...]:
    about, at = decision.invitation, decision.occurred_at
    start = (about.id, about.person, about.survey, about.wave, about.unit, at)
    if isinstance(decision, InvitationCleared):
        return (*start, "cleared", None, decision.rule.name, decision.rule.version, decision.rule.days, None, None)
    if isinstance(decision, InvitationQuarantined):
        rule = (decision.rule.name, decision.rule.version, decision.rule.days)
        return (*start, "quarantined", None, *rule, decision.until, decision.because_of)
    return (*start, "dropped", decision.reason, None, None, None, None, None)


RELEASE = """
INSERT INTO released (invitation, reason, released_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::timestamptz[])
ON CONFLICT DO NOTHING
"""


async def release(tx: Transaction, unreached: Sequence[InvitationUnreached]) -> None:
    ids, moments = [event.invitation.id for event in unreached], [event.occurred_at for event in unreached]
    await tx.execute(RELEASE, ids, [event.reason for event in unreached], moments)


OPT_OUT = """
INSERT INTO opted_out (person, opted_out_at)
SELECT person, min(moment) FROM unnest($1::text[], $2::timestamptz[]) AS event (person, moment) GROUP BY person
ON CONFLICT (person) DO UPDATE SET opted_out_at = least(opted_out.opted_out_at, excluded.opted_out_at)
"""


async def opt_out(tx: Transaction, opted_out: Sequence[PersonOptedOut]) -> None:
    await tx.execute(OPT_OUT, [event.person for event in opted_out], [event.occurred_at for event in opted_out])


WITHDRAW = """
INSERT INTO withdrawn (invitation, withdrawn_at) SELECT * FROM unnest($1::uuid[], $2::timestamptz[])
ON CONFLICT DO NOTHING
"""


async def withdraw(tx: Transaction, withdrawn: Sequence[InvitationWithdrawn]) -> None:
    await tx.execute(WITHDRAW, [event.invitation.id for event in withdrawn], [event.occurred_at for event in withdrawn])


STOP = """
INSERT INTO stopped (wave, unit, stopped_at) SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
ON CONFLICT DO NOTHING
"""


async def stop(tx: Transaction, stopped: Sequence[WaveRequested]) -> None:
    """A stop is for good: a later revision does not undo it."""
    rows = [(event.wave, unit, event.occurred_at) for event in stopped for unit in event.units or ("",)]
    await tx.execute(STOP, *(list(column) for column in zip(*rows, strict=True)) if rows else ([], [], []))
