"""What operators do about records that were set aside: publish them again, or leave them as they are."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from services.console.commands.reasons import checked_reason
from services.console.domain.masking import without_numbers
from services.console.domain.problem import Problem
from services.console.store import audit, set_aside
from shared.events import OriginalRecord
from shared.runtime import Transaction, now, publish, transaction


class RecordFilter(BaseModel):
    """Records alike in all that is given; nothing given: all."""

    service: str | None = None
    topic: str | None = None
    reason: str | None = None

    def in_words(self) -> str:
        """For the audit trail: what was typed is kept without what may be a person's number."""
        given = [f"{name} {value}" for name, value in self if value]
        return without_numbers(f"alike in {', '.join(given)}") if given else "all that waited"


class Redriven(BaseModel):
    redriven: int = Field(description="How many are published again: each once, whoever set it aside.")
    left: int = Field(description="How many of the chosen are beyond `at_most`: ask again for them.")


async def redrive(ids: Sequence[UUID], by: str) -> Redriven:
    """Publishes these records again, all of them or none."""
    async with transaction() as tx:
        await _require_known(tx, ids)
        records = await _publish_again(tx, ids, by)
        await audit.add(tx, by, now(), *_audited("redrive", ids, len(records)))
    return Redriven(redriven=len(records), left=0)


async def redrive_matching(matching: RecordFilter, at_most: int, by: str) -> Redriven:
    """Publishes those again that never were, the oldest first."""
    async with transaction() as tx:
        ids = await _waiting(tx, matching)
        records = await _publish_again(tx, ids[:at_most], by)
        await audit.add(tx, by, now(), "redrive", matching.in_words(), len(records))
        left = await set_aside.waiting(tx, matching.service, matching.topic, matching.reason)
    return Redriven(redriven=len(records), left=len(left))


async def leave(ids: Sequence[UUID], because: str, by: str) -> int:
    """These records need nobody any more, and are kept. Returns how many waited."""
    reason = checked_reason(because)
    async with transaction() as tx:
        await _require_known(tx, ids)
        if many := await set_aside.leave(tx, ids, reason, now(), by):
            await audit.add(tx, by, now(), *_audited("leave", ids, many), because=reason)
    return many


async def leave_matching(matching: RecordFilter, because: str, by: str) -> int:
    """All of the filter that wait."""
    reason = checked_reason(because)
    async with transaction() as tx:
        ids = await _waiting(tx, matching)
        if many := await set_aside.leave(tx, ids, reason, now(), by):
            await audit.add(tx, by, now(), "leave", matching.in_words(), many, because=reason)
    return many


async def _waiting(tx: Transaction, matching: RecordFilter) -> Sequence[UUID]:
    """Those that wait, perhaps none any more. Raises Problem where nothing of the kind was ever set aside."""
    given = (matching.service, matching.topic, matching.reason)
    ids = await set_aside.waiting(tx, *given)
    if not ids and matching != RecordFilter() and not await set_aside.browse(tx, *given, 1):
        raise Problem(
            404,
            f"no record {matching.in_words()} was ever set aside",
            expected="a service, a topic and a reason of the list of set-aside records",
            what_to_do="look at their spelling in the list",
        )
    return ids


async def _publish_again(tx: Transaction, ids: Sequence[UUID], by: str) -> Sequence[OriginalRecord]:
    records = await set_aside.redrive(tx, ids, now(), by)
    await publish(tx, *records)
    return records


async def _require_known(tx: Transaction, ids: Sequence[UUID]) -> None:
    if await set_aside.known(tx, ids) < len(set(ids)):
        raise Problem(
            404,
            "some of these ids are of no set-aside record, so nothing was done with any",
            expected="ids of the list of set-aside records",
            what_to_do="leave out the unknown ones",
        )


def _audited(action: str, ids: Sequence[UUID], many: int) -> tuple[str, str, int | None]:
    """The action, what it was about and how many, as the audit trail keeps them."""
    return (f"{action}_one", str(ids[0]), None) if len(ids) == 1 else (action, "chosen one by one", many)
