"""When so many records fail that the code must be wrong: then the service stops instead of setting everything aside."""

from dataclasses import dataclass

from shared.runtime.database import Transaction

SEEN_AT_LEAST = 1000
"""How many of the latest records are judged."""
FAILED_AT_LEAST = 20
FAILED_SHARE = 0.05


class Halted(Exception):
    """The service stopped itself, and a human must say that it may go on."""


@dataclass(frozen=True)
class Failures:
    """What the latest records came to, as (taken, failed) of each batch; and how many failures a human allowed."""

    recent: tuple[tuple[int, int], ...]
    allowance: int = 0

    def after(self, taken: int, failed: int) -> "Failures":
        allowed = min(self.allowance, failed)
        recent = [*self.recent, (taken, failed - allowed)]
        while len(recent) > 1 and sum(n for n, _ in recent[1:]) >= SEEN_AT_LEAST:
            recent.pop(0)
        return Failures(tuple(recent), self.allowance - allowed)

    def too_many(self) -> bool:
        """More than 5 % and at least 20 of the last thousand, beyond what a human allowed."""
        taken = sum(n for n, _ in self.recent)
        failed = sum(n for _, n in self.recent)
        return failed >= FAILED_AT_LEAST and failed > FAILED_SHARE * taken


READ = "SELECT recent, allowance FROM runtime.failures FOR UPDATE"
KEEP = "UPDATE runtime.failures SET recent = $1, allowance = $2"


async def count(tx: Transaction, taken: int, failed: int) -> str | None:
    """Adds a batch to the window. Returns why the service must stop, or None."""
    row = await tx.fetchrow(READ)
    assert row is not None
    before = Failures(tuple((n, bad) for n, bad in row["recent"]), row["allowance"])
    after = before.after(taken, failed)
    if after.too_many():
        return f"{sum(bad for _, bad in after.recent)} of the last {sum(n for n, _ in after.recent)} records failed"
    await tx.execute(KEEP, [list(pair) for pair in after.recent], after.allowance)
    return None


ALLOWANCE = "SELECT allowance FROM runtime.failures"


async def allowance(tx: Transaction) -> int:
    """How many failures a human allowed."""
    return await tx.fetchval(ALLOWANCE)


HALT = "UPDATE runtime.failures SET halted_because = $1, halted_at = clock_timestamp() WHERE halted_because IS NULL"


async def halt(tx: Transaction, because: str) -> None:
    await tx.execute(HALT, because)


HALTED = "SELECT halted_because FROM runtime.failures"


async def halted(tx: Transaction) -> str | None:
    return await tx.fetchval(HALTED)


RESUME = """
UPDATE runtime.failures
SET recent = '[]', halted_because = NULL, halted_at = NULL, allowance = $1
WHERE halted_because IS NOT NULL
RETURNING allowance
"""


async def resume(tx: Transaction, allowance: int) -> bool:
    """Goes on, with an empty window. The allowance is how many failures may be set aside without stopping again.

    Returns whether failures had stopped it; else nothing is changed.
    """
    return await tx.fetchval(RESUME, allowance) is not None
