"""What needs a person, and whether all is well."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from services.console.domain.account import Wave
from services.console.domain.service_status import ServiceStatus

LONG_WAITED = 600.0
"""Seconds after which what was not consumed or published needs a person. An assumption."""
LONG_OVER = timedelta(days=7)
"""After which a wave that should have ended needs a person: receipts and reminders may be late. An assumption."""

Severity = Literal["critical", "warning"]
"""Critical: something has stopped or is wrong, and stays so. Warning: something waits for a decision."""


@dataclass(frozen=True)
class Alert:
    """Something for a person to see to."""

    severity: Severity
    what: str
    where: str
    """The address of the page about it."""
    since: datetime | None = None
    """None: nobody wrote down since when."""
    seconds: float | None = None
    """How long already, where that is known instead."""


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
    """The oldest first; before them what stands still and nobody knows since when."""
    found = [*_of_services(services), *_of_waves(waves, items), *_of_late_waves(items, now), *_of_items(items)]
    return sorted(found, key=lambda alert: -_seconds(alert, now))


def headline(found: Sequence[Alert]) -> tuple[str, str]:
    """A word and the sentence for it."""
    critical = sum(alert.severity == "critical" for alert in found)
    if critical:
        return "Stands still", f"{_many(critical, 'thing')} will not go on or add up before a person has seen to it."
    if found:
        return "Look here", f"Everything goes on; {_many(len(found), 'thing')} waiting for a person."
    return "All is well", "Everything goes on, everybody is accounted for, and nothing waits for a person."


def worst(found: Sequence[Alert]) -> Severity | None:
    """None where there is nothing to see to."""
    severities = {alert.severity for alert in found}
    return "critical" if "critical" in severities else "warning" if severities else None


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _seconds(alert: Alert, now: datetime) -> float:
    if alert.since:
        return (now - alert.since).total_seconds()
    return float("inf") if alert.seconds is None else alert.seconds


def _of_services(services: Iterable[ServiceStatus]) -> Iterator[Alert]:
    for service in services:
        if service.unreachable:
            yield Alert("critical", f"{service.name} {service.unreachable}", "/queues")
            continue
        if service.halted:
            yield Alert("critical", f"{service.name} has stopped itself: {service.halted}", "/queues")
        if service.waiting_for:
            yield Alert("critical", f"{service.name} waits for {service.waiting_for}, which is away", "/queues")
        yield from _failing(service)
        yield from _held(service)
        if service.outbox.refused:
            refused = _many(service.outbox.refused, "record")
            yield Alert("critical", f"{refused} of {service.name} refused by the broker", "/queues")
        yield from _behind(service)


def _failing(service: ServiceStatus) -> Iterator[Alert]:
    for work in service.work:
        if work.failing:
            what = f"{service.name}: {_words(work.name)} fails and is tried again ({work.failing})"
            yield Alert("critical", what, "/queues", since=work.since)


def _held(service: ServiceStatus) -> Iterator[Alert]:
    """One alert for all work that is held for the same reason."""
    for reason in dict.fromkeys(work.held for work in service.work if work.held):
        names = " and ".join(_words(work.name) for work in service.work if work.held == reason)
        yield Alert("critical", f"{service.name} holds {names}: {reason}", "/queues")


def _behind(service: ServiceStatus) -> Iterator[Alert]:
    outbox = service.outbox
    for oldest, what in (
        (service.oldest_seconds, f"{service.name} is behind with what it reads: {service.waiting:,} records"),
        (outbox.oldest_seconds, f"{service.name} is behind with what it tells: {outbox.records:,} records"),
    ):
        if oldest is not None and oldest > LONG_WAITED:
            yield Alert("warning", what, "/queues", seconds=oldest)


def _of_waves(waves: Iterable[Wave], items: OpenItems) -> Iterator[Alert]:
    for wave in waves:
        page = f"/waves/{wave.wave}"
        if wave.does_not_add_up:
            what = f"{wave.wave} does not add up: {'; '.join(wave.does_not_add_up)}"
            yield Alert("critical", what, page)
        if wave.status == "paused":
            yield Alert("warning", f"{wave.wave} is paused", page, since=items.paused.get(wave.wave))


def _of_late_waves(items: OpenItems, now: datetime) -> Iterator[Alert]:
    for wave, ends in items.ends.items():
        if now - ends > LONG_OVER:
            what = f"{wave} should have ended, and some of it is in flight"
            yield Alert("warning", what, f"/waves/{wave}", since=ends)


def _of_items(items: OpenItems) -> Iterator[Alert]:
    for group in items.set_aside:
        if group["waiting"]:
            what = f"{_many(group['waiting'], 'record')} set aside by {group['service']}: {_words(group['reason'])}"
            where = f"/set-aside?service={group['service']}&topic={group['topic']}&reason={group['reason']}"
            yield Alert("warning", what, where, since=group["oldest"])
    for delivery in items.refused:
        what = f"The delivery {delivery['manifest']} was not taken: {_words(delivery['reason'])}"
        yield Alert("warning", what, "/deliveries", since=delivery["refused_at"])
    for late in items.overdue:
        what = f"{_many(late['letters'], 'letter')} of {late['wave']} handed over, and no receipt came"
        yield Alert("warning", what, f"/waves/{late['wave']}/receipts", since=late["oldest"])


def _words(reason: str) -> str:
    return reason.replace("_", " ")
