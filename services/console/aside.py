"""What operators do about what was not taken: publish records again, or leave them and deliveries as they are."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from services.console.domain.masking import without_numbers
from services.console.domain.problem import Problem
from services.console.store import accounts, set_aside, trail
from shared.events import OriginalRecord
from shared.privacy import may_hold_cpr
from shared.runtime import Transaction, now, publish, transaction

LONGEST_REASON = 200
"""Characters of why something is left as it is."""


class Alike(BaseModel):
    """Records alike in all that is given; nothing given: all."""

    service: str | None = None
    topic: str | None = None
    reason: str | None = None

    def in_words(self) -> str:
        """For the trail: what was typed is kept without what may be a person's number."""
        given = [f"{name} {value}" for name, value in self if value]
        return without_numbers(f"alike in {', '.join(given)}") if given else "all that waited"


class Redriven(BaseModel):
    redriven: int = Field(description="How many are published again: each once, whoever set it aside.")
    left: int = Field(description="How many of the chosen are beyond `at_most`: ask again for them.")


async def redrive(ids: Sequence[UUID], by: str) -> Redriven:
    """Publishes these records again, all of them or none."""
    async with transaction() as tx:
        await _all_known(tx, ids)
        records = await _again(tx, ids, by)
        await trail.add(tx, by, now(), *_which("redrive", ids, len(records)))
    return Redriven(redriven=len(records), left=0)


async def redrive_alike(alike: Alike, at_most: int, by: str) -> Redriven:
    """Publishes those again that never were, the oldest first."""
    async with transaction() as tx:
        ids = await _waiting(tx, alike)
        records = await _again(tx, ids[:at_most], by)
        await trail.add(tx, by, now(), "redrive", alike.in_words(), len(records))
        left = await set_aside.waiting(tx, alike.service, alike.topic, alike.reason)
    return Redriven(redriven=len(records), left=len(left))


async def leave(ids: Sequence[UUID], because: str, by: str) -> int:
    """These records need nobody any more, and are kept. Returns how many waited."""
    why = _in_short(because)
    async with transaction() as tx:
        await _all_known(tx, ids)
        if many := await set_aside.leave(tx, ids, why, now(), by):
            await trail.add(tx, by, now(), *_which("leave", ids, many), because=why)
    return many


async def leave_alike(alike: Alike, because: str, by: str) -> int:
    """All of the filter that wait."""
    why = _in_short(because)
    async with transaction() as tx:
        ids = await _waiting(tx, alike)
        if many := await set_aside.leave(tx, ids, why, now(), by):
            await trail.add(tx, by, now(), "leave", alike.in_words(), many, because=why)
    return many


async def leave_delivery(manifest: str, by: str) -> None:
    """A delivery that was not taken needs nobody any more, and stays on the list."""
    async with transaction() as tx:
        if not await accounts.leave_delivery(tx, manifest, now(), by):
            raise nothing_to_leave()
        await trail.add(tx, by, now(), "leave_delivery", manifest)


def nothing_to_leave() -> Problem:
    return Problem(
        404,
        "no delivery of that manifest waits for anybody",
        expected="the manifest of a delivery that was not taken, and that nobody left yet",
        what_to_do="look at the list of deliveries",
    )


async def _waiting(tx: Transaction, alike: Alike) -> Sequence[UUID]:
    """Those that wait, perhaps none any more. Raises Problem where nothing of the kind was ever set aside."""
    ids = await set_aside.waiting(tx, alike.service, alike.topic, alike.reason)
    if not ids and alike != Alike() and not await set_aside.browse(tx, alike.service, alike.topic, alike.reason, 1):
        raise Problem(
            404,
            f"no record {alike.in_words()} was ever set aside",
            expected="a service, a topic and a reason of the list of set-aside records",
            what_to_do="look at their spelling in the list",
        )
    return ids


def _in_short(because: str) -> str:
    """What is kept of an operator's reason. Raises Problem, which never repeats it."""
    if may_hold_cpr(because):
        raise Problem(
            422,
            "why they are left holds what may be a CPR number, and it is kept for all to read",
            expected="a reason without any person's number",
            what_to_do="say it so",
        )
    if because.strip() and len(because) <= LONGEST_REASON:
        return because.strip()
    raise Problem(
        422,
        "why they are left is missing, or too long",
        expected=f"a sentence of at most {LONGEST_REASON} characters",
        what_to_do="say in a few words why nobody needs to see to them",
    )


async def _again(tx: Transaction, ids: Sequence[UUID], by: str) -> Sequence[OriginalRecord]:
    records = await set_aside.redrive(tx, ids, now(), by)
    await publish(tx, *records)
    return records


async def _all_known(tx: Transaction, ids: Sequence[UUID]) -> None:
    if await set_aside.known(tx, ids) < len(set(ids)):
        raise Problem(
            404,
            "some of these ids are of no set-aside record, so nothing was done with any",
            expected="ids of the list of set-aside records",
            what_to_do="leave out the unknown ones",
        )


def _which(did: str, ids: Sequence[UUID], many: int) -> tuple[str, str, int | None]:
    return (f"{did}_one", str(ids[0]), None) if len(ids) == 1 else (did, "chosen one by one", many)
