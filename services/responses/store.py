"""All SQL of responses. Whoever locks several invitations locks them in the order of their ids."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.responses.domain import Held, Move, State
from shared.events import Invitation
from shared.runtime import Transaction

ADD = """
INSERT INTO invitation (id, lookup, persons, survey, questionnaire_version, state, closed_at, invitation)
SELECT id, lookup, persons, survey, questionnaire_version, state, closed_at, invitation
FROM jsonb_to_recordset($1::jsonb) AS added (
    id uuid, lookup text, persons text [], survey text, questionnaire_version integer,
    state text, closed_at timestamptz, invitation jsonb
)
ORDER BY id
ON CONFLICT (id) DO NOTHING
RETURNING id
"""


async def add(tx: Transaction, lookups: Mapping[UUID, str], moves: Sequence[Move]) -> Collection[UUID]:
    """Makes the rows of invitations nothing was known of, in the state after the move; returns which were new."""
    rows = [_row(moved, lookups[moved.held.invitation.id]) for moved in moves]
    return {record["id"] for record in await tx.fetch(ADD, rows)}


LOCK = "SELECT state, answers, invitation FROM invitation WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE"


async def lock(tx: Transaction, ids: Collection[UUID]) -> Sequence[Held]:
    return [_held(record) for record in await tx.fetch(LOCK, list(ids))] if ids else []


LOCK_ONE = "SELECT state, answers, invitation FROM invitation WHERE lookup = $1 FOR UPDATE"


async def lock_one(tx: Transaction, lookup: str) -> Held:
    """The invitation of a code, which must be known."""
    record = await tx.fetchrow(LOCK_ONE, lookup)
    if record is None:
        raise LookupError("there is no invitation of this code: look it up with `find` first")
    return _held(record)


LOCK_PERSON = """
SELECT lookup, state, answers, invitation FROM invitation
WHERE persons && (SELECT persons FROM invitation WHERE lookup = $1)
ORDER BY id FOR UPDATE
"""


async def lock_person(tx: Transaction, lookup: str) -> dict[str, Held]:
    """All invitations of the person who holds this code, by the hash of theirs."""
    return {record["lookup"]: _held(record) for record in await tx.fetch(LOCK_PERSON, lookup)}


LOCK_OPTED_OUT = """
SELECT state, answers, invitation FROM invitation
WHERE id = ANY($1::uuid[]) AND persons && ARRAY(SELECT person FROM opted_out WHERE person = ANY($2::text[]))
ORDER BY id FOR UPDATE
"""


async def lock_opted_out(tx: Transaction, invitations: Collection[Invitation]) -> Sequence[Held]:
    """Those of the invitations whose person does not want to be asked again."""
    persons = {person for invitation in invitations for person in persons_of(invitation)}
    found = await tx.fetch(LOCK_OPTED_OUT, [invitation.id for invitation in invitations], list(persons))
    return [_held(record) for record in found]


MOVE = """
UPDATE invitation
SET
    state = moved.state, closed_at = moved.closed_at,
    answers = CASE WHEN moved.keeps_answers THEN invitation.answers ELSE '{}' END
FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::boolean[]) AS moved (id, state, closed_at, keeps_answers)
WHERE invitation.id = moved.id
"""


async def move(tx: Transaction, moves: Sequence[Move]) -> None:
    """Writes the new states of invitations that the transaction has locked."""
    changed = [moved for moved in moves if moved.changes]
    if changed:
        columns = zip(
            *((moved.held.invitation.id, moved.after, moved.closed_at, moved.keeps_answers) for moved in changed),
            strict=True,
        )
        await tx.execute(MOVE, *map(list, columns))


OPT_OUT = """
INSERT INTO opted_out (person, since) SELECT person, $2 FROM unnest($1::text[]) AS given (person) ORDER BY person
ON CONFLICT (person) DO NOTHING RETURNING person
"""


async def opt_out(tx: Transaction, invitation: Invitation, since: datetime) -> bool:
    """Keeps that the person does not want to be asked again; whether that was new."""
    return bool(await tx.fetch(OPT_OUT, persons_of(invitation), since))


@dataclass(frozen=True)
class Found:
    """What a page needs of the invitation its code opens."""

    id: UUID
    state: State
    survey: str
    questionnaire_version: int
    answers: Mapping[str, str]
    stands_at: int
    opted_out: bool


FIND = """
SELECT
    id, state, survey, questionnaire_version, answers, stands_at,
    EXISTS (SELECT FROM opted_out WHERE person = ANY(invitation.persons)) AS opted_out
FROM invitation WHERE lookup = $1
"""


async def find(tx: Transaction, lookup: str) -> Found | None:
    record = await tx.fetchrow(FIND, lookup)
    return Found(**record) if record else None


SAVE = """
UPDATE invitation SET answers = (answers - $3::text[]) || $4::jsonb, stands_at = $5
WHERE lookup = $1 AND state = ANY($2::text[])
"""


async def save(
    tx: Transaction, lookup: str, states: Collection[State], asked: Sequence[str], answers: Mapping[str, str], at: int
) -> bool:
    """Puts one page's answers in the place of those it had; False, and nothing is kept, in any other state."""
    return await tx.execute(SAVE, lookup, list(states), asked, answers, at) == "UPDATE 1"


def persons_of(invitation: Invitation) -> list[str]:
    return [invitation.person, *invitation.earlier_persons]


def _row(moved: Move, lookup: str) -> Mapping[str, Any]:
    invitation = moved.held.invitation
    return {
        "id": str(invitation.id),
        "lookup": lookup,
        "persons": persons_of(invitation),
        "survey": invitation.survey,
        "questionnaire_version": invitation.questionnaire_version,
        "state": moved.after,
        "closed_at": moved.closed_at.isoformat() if moved.closed_at else None,
        "invitation": invitation.model_dump(mode="json"),
    }


def _held(record: Any) -> Held:
    return Held(Invitation.model_validate(record["invitation"], extra="ignore"), record["state"], record["answers"])
