"""What operators do about stuck items of a service's work: look at them, have them tried again, or leave them."""

from collections.abc import Awaitable, Sequence
from typing import Any

from pydantic import BaseModel

from services.console.commands.reasons import checked_reason
from services.console.commands.services import internal_api_of, not_told, record_failure
from services.console.context import Context
from services.console.domain.masking import without_numbers
from services.console.internal_api import DoesNotAnswer
from services.console.store import audit
from shared.runtime import now, transaction


class StuckItems(BaseModel):
    """Which items of one service's work: those with these keys and this reason; where one is missing, all."""

    service: str
    work: str
    reason: str | None = None
    keys: list[str] | None = None

    def in_words(self) -> str:
        """For the audit trail."""
        reason = f", {self.reason}" if self.reason else ""
        return without_numbers(f"{self.service}, {self.work}{reason}")


async def browse(items: StuckItems, after: str | None, context: Context) -> Sequence[dict[str, Any]]:
    """A page of them, those beyond the key `after`; what may be a person's number is struck out."""
    api = internal_api_of(items.service, context)
    try:
        found = await api.stuck(items.work, items.reason, after)
    except DoesNotAnswer as silence:
        raise not_told(items.service, silence) from silence
    return [{**item, "detail": without_numbers(item.get("detail") or "")} for item in found]


async def retry(items: StuckItems, context: Context, by: str) -> int:
    """Has them tried again. Returns how many."""
    api = internal_api_of(items.service, context)
    entry = await _record("retry_stuck", items, by)
    return await _counted(entry, items, api.retry_stuck(items.work, items.reason, items.keys))


async def leave(items: StuckItems, because: str, context: Context, by: str) -> int:
    """They need nobody any more. Returns how many were left."""
    reason, api = checked_reason(because), internal_api_of(items.service, context)
    entry = await _record("leave_stuck", items, by, reason)
    return await _counted(entry, items, api.leave_stuck(items.work, items.reason, items.keys, reason))


async def _record(action: str, items: StuckItems, by: str, because: str | None = None) -> int:
    async with transaction() as tx:
        return await audit.add(tx, by, now(), action, items.in_words(), because=because)


async def _counted(entry: int, items: StuckItems, asked: Awaitable[int]) -> int:
    """Records how many it came to, or why it came to nothing."""
    try:
        count = await asked
    except DoesNotAnswer as silence:
        await record_failure(entry, str(silence))
        raise not_told(items.service, silence) from silence
    async with transaction() as tx:
        await audit.record_count(tx, entry, count)
    return count
