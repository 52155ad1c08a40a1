"""What needs a person, and whether all is well."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from services.console.domain.account import Wave
from services.console.domain.alert import Alert, Cause, Severity
from services.console.domain.service_alerts import service_alerts
from services.console.domain.service_status import ServiceStatus
from services.console.domain.words import counted, spaced

LONG_OVER = timedelta(days=7)
"""After which a wave that should have ended needs a person: receipts and reminders may be late. An assumption."""


@dataclass(frozen=True)
class OpenItems:
    """What the console has recorded that somebody must decide on."""

    set_aside: Sequence[Mapping[str, Any]]
    """service, topic, reason, waiting, oldest."""
    refused: Sequence[Mapping[str, Any]]
    """Deliveries that were not taken, and not delivered anew since: manifest, reason, refused_at."""
    paused: Mapping[str, datetime]
    """Wave -> since when it is held."""
    ends: Mapping[str, datetime] = field(default_factory=dict)
    """Running wave -> about when everybody in it should be closed."""
    overdue: Sequence[Mapping[str, Any]] = ()
    """Letters whose receipt is missing: wave, letters, and when the oldest was handed over."""


def alerts(services: Iterable[ServiceStatus], waves: Iterable[Wave], items: OpenItems, now: datetime) -> list[Alert]:
    """Causes before what may be their symptoms; of the same rank the oldest first."""
    found = [*service_alerts(services), *_of_waves(waves, items), *_of_late_waves(items, now), *_of_items(items)]
    return sorted(found, key=lambda alert: (alert.cause, -alert.age(now)))


def headline(found: Sequence[Alert]) -> tuple[str, str]:
    """A word and the sentence for it."""
    critical = sum(alert.severity == "critical" for alert in found)
    if critical:
        return "Stands still", f"{counted(critical, 'thing')} will not go on or add up before a person has seen to it."
    if found:
        return "Look here", f"Everything goes on; {counted(len(found), 'thing')} waiting for a person."
    return "All is well", "Everything goes on, everybody is accounted for, and nothing waits for a person."


def worst(found: Sequence[Alert]) -> Severity | None:
    """None where there is nothing to see to."""
    severities = {alert.severity for alert in found}
    return "critical" if "critical" in severities else "warning" if severities else None


def _of_waves(waves: Iterable[Wave], items: OpenItems) -> Iterator[Alert]:
    for wave in waves:
        page = f"/waves/{wave.wave}"
        if wave.does_not_add_up:
            what = f"{wave.wave} does not add up: {'; '.join(wave.does_not_add_up)}"
            mend = f'`puls wave {wave.wave}`; the runbook says more ("A wave does not add up")'
            yield Alert("critical", Cause.SYMPTOM, what, mend, page)
        if wave.held and wave.what_to_do:
            what = f"{wave.wave} is held ({spaced(wave.held.reason)}: {wave.held.found})"
            yield Alert("critical", Cause.DECISION, what, wave.what_to_do, page, since=wave.held.held_at)
        if wave.status == "paused":
            since = items.paused.get(wave.wave)
            mend = f"`puls resume {wave.wave}`"
            yield Alert("warning", Cause.DECISION, f"{wave.wave} is paused", mend, page, since=since)


def _of_late_waves(items: OpenItems, now: datetime) -> Iterator[Alert]:
    for wave, ends in items.ends.items():
        if now - ends > LONG_OVER:
            what = f"{wave} should have ended, and some of it is in flight"
            mend = f"`puls wave {wave}` says who is in flight"
            yield Alert("warning", Cause.SYMPTOM, what, mend, f"/waves/{wave}", since=ends)


def _of_items(items: OpenItems) -> Iterator[Alert]:
    for group in items.set_aside:
        if group["waiting"]:
            yield _set_aside(group)
    for delivery in items.refused:
        what = f"The delivery {delivery['manifest']} was not taken: {spaced(delivery['reason'])}"
        mend = f"have it mended and delivered again, or `puls leave-delivery {shlex.quote(delivery['manifest'])}`"
        yield Alert("warning", Cause.DECISION, what, mend, "/deliveries", since=delivery["refused_at"])
    for late in items.overdue:
        what = f"{counted(late['letters'], 'letter')} of {late['wave']} handed over, and no receipt came"
        mend = 'ask Digital Post about them; the runbook says how ("Letters without a receipt")'
        yield Alert("warning", Cause.SYMPTOM, what, mend, f"/waves/{late['wave']}/receipts", since=late["oldest"])


def _set_aside(group: Mapping[str, Any]) -> Alert:
    given = {name: group[name] for name in ("service", "topic", "reason")}
    options = " ".join(f"--{name} {value}" for name, value in given.items())
    what = f"{counted(group['waiting'], 'record')} set aside by {group['service']}: {spaced(group['reason'])}"
    mend = f"`puls set-aside {options}`, then `puls redrive` or `puls leave` with the same"
    return Alert("warning", Cause.DECISION, what, mend, f"/set-aside?{urlencode(given)}", since=group["oldest"])
