"""Items of rounds and errands that cannot be done: they stand aside, with a reason, until somebody decides.

A service's claims leave out what stands here. What is tried again is deleted here, and so claimed again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from shared.runtime import metrics
from shared.runtime.database import Transaction

log = structlog.get_logger()


@dataclass(frozen=True)
class Stuck:
    """An item that cannot be done. `key` is what its work's claims know it by; no name and no number of a person."""

    key: str
    reason: str
    """Lower-case words joined by underscores or dots: what is counted and shown."""
    detail: str = ""
    """More about it, for whoever looks. Never what a record or a row held."""


ADD = """
INSERT INTO runtime.stuck_work (work, key, reason, detail, since)
SELECT $1, key, reason, detail, $5 FROM unnest($2::text[], $3::text[], $4::text[]) AS found (key, reason, detail)
ON CONFLICT (work, key) DO UPDATE SET reason = excluded.reason, detail = excluded.detail, left_because = NULL
"""


async def add(tx: Transaction, work: str, items: Sequence[Stuck], now: datetime) -> None:
    if not items:
        return
    columns = ([getattr(item, name) for item in items] for name in ("key", "reason", "detail"))
    await tx.execute(ADD, work, *columns, now)
    for item in items:
        metrics.STUCK.labels(work, item.reason).inc()
        log.warning("work is stuck", work=work, key=item.key, reason=item.reason, then=f"puls stuck --work {work}")


GROUPS = """
SELECT work, reason, count(*) AS count, min(since) AS since FROM runtime.stuck_work
WHERE left_because IS NULL GROUP BY work, reason ORDER BY work, reason
"""


async def groups(tx: Transaction) -> list[dict[str, Any]]:
    """work, reason, count, since: what waits for somebody's decision."""
    return [dict(row) for row in await tx.fetch(GROUPS)]


BROWSE = """
SELECT work, key, reason, detail, since FROM runtime.stuck_work
WHERE left_because IS NULL AND work = coalesce($1, work) AND reason = coalesce($2, reason) AND (work, key) > ($3, $4)
ORDER BY work, key LIMIT $5
"""


async def browse(
    tx: Transaction, work: str | None, reason: str | None, after: tuple[str, str], at_most: int
) -> list[dict[str, Any]]:
    """work, key, reason, detail, since; in the order of work and key, those beyond `after`."""
    return [dict(row) for row in await tx.fetch(BROWSE, work, reason, *after, at_most)]


RETRY = """
DELETE FROM runtime.stuck_work
WHERE work = $1 AND left_because IS NULL AND reason = coalesce($2, reason) AND ($3::text[] IS NULL OR key = ANY($3))
RETURNING key
"""


async def retry(tx: Transaction, work: str, reason: str | None, keys: Sequence[str] | None) -> int:
    """Has items claimed again: these, or all with the reason. Returns how many."""
    return len(await tx.fetch(RETRY, work, reason, keys))


LEAVE = """
UPDATE runtime.stuck_work SET left_because = $4
WHERE work = $1 AND left_because IS NULL AND reason = coalesce($2, reason) AND ($3::text[] IS NULL OR key = ANY($3))
RETURNING key
"""


async def leave(tx: Transaction, work: str, reason: str | None, keys: Sequence[str] | None, because: str) -> int:
    """Nothing more is done about these. Returns how many."""
    return len(await tx.fetch(LEAVE, work, reason, keys, because))
