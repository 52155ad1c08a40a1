"""What the overview says, on its page and through the API: whether all is well, and how far each running wave is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.context import Context
from services.console.domain.account import Wave
from services.console.domain.alert import Alert
from services.console.domain.alerts import OpenItems, alerts
from services.console.domain.funnel import Stage, about_ends, funnel
from services.console.domain.service_status import ServiceStatus
from services.console.domain.waves import receipts_due_before
from services.console.domain.words import age, listed
from services.console.store import accounts, receipts, requests, set_aside
from shared.runtime import Transaction, now, reading
from shared.surveys import Surveys

RECENT = timedelta(days=183)
"""Waves that started within it are counted each time, and paused ones: others have long ended. An assumption."""

LONG_BEHIND = 60.0
"""Seconds: what the console has not consumed for so long is missing in what it shows."""


@dataclass(frozen=True)
class Progress:
    """How far a wave is."""

    wave: Wave
    stages: Sequence[Stage]
    ends: datetime | None
    """About when."""


@dataclass(frozen=True)
class Overview:
    alerts: Sequence[Alert]
    running: Sequence[Progress]
    ended: Sequence[Wave]


async def overview(context: Context) -> Overview:
    services = (await context.monitor.snapshot()).services.values()
    async with reading() as tx:
        waves = await accounts.waves(tx, since=recent())
        running = await _progress(tx, [wave for wave in waves if not wave.is_over], context.surveys)
        items = await _open_items(tx, running, context.surveys)
    found = alerts(services, waves, items, now())
    return Overview(found, running, [wave for wave in waves if wave.is_over])


def recent() -> datetime:
    """Waves that started since are shown without being asked for."""
    return now() - RECENT


def progress(wave: Wave, surveys: Surveys, handed_over: datetime | None) -> Progress:
    """`handed_over` is when the last of its letters so far left."""
    return Progress(wave, funnel(wave), about_ends(wave, surveys.get(wave.survey), handed_over))


async def _progress(tx: Transaction, waves: Sequence[Wave], surveys: Surveys) -> list[Progress]:
    handed_over = await accounts.last_handed_over(tx, [wave.wave for wave in waves])
    return [progress(wave, surveys, handed_over.get(wave.wave)) for wave in waves]


async def _open_items(tx: Transaction, running: Sequence[Progress], surveys: Surveys) -> OpenItems:
    waves = [wave_progress.wave for wave_progress in running]
    return OpenItems(
        await set_aside.groups(tx),
        await accounts.refused_and_waiting(tx),
        await _paused_since(tx, waves),
        {wave_progress.wave.wave: wave_progress.ends for wave_progress in running if wave_progress.ends},
        await receipts.overdue(tx, receipts_due_before(waves, surveys, now())),
    )


async def _paused_since(tx: Transaction, waves: Sequence[Wave]) -> Mapping[str, datetime]:
    history = await requests.history(tx, [wave.wave for wave in waves if wave.status == "paused"])
    return {request["wave"]: request["requested_at"] for request in history if not request["units"]}


def behind(console: ServiceStatus | None) -> str | None:
    """In words how the console itself lags; None where it does not."""
    if console is None:
        return None
    if console.unreachable:
        return "The console cannot see how far it is behind itself: what is shown may be old."
    if console.halted:
        return f"The console has stopped listening ({console.halted}): what is shown stays as it was then."
    if console.waits:
        places = listed([wait.where for wait in console.waits])
        return f"The console waits for {places}: what is shown stays as it was."
    oldest = console.oldest_seconds or 0.0
    if oldest <= LONG_BEHIND:
        return None
    return (
        f"The console itself is behind: {console.records:,} records are not counted yet, "
        f"the oldest for up to {age(oldest)}."
    )
