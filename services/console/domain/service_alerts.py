"""What of the services needs a person."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from services.console.domain.alert import Alert, Cause
from services.console.domain.service_status import ServiceStatus, Stuck, Wait
from services.console.domain.words import counted, listed, spaced

LONG_WAITED = 600.0
"""Seconds after which what was not consumed or published needs a person. An assumption."""
QUEUES = "/queues"


def service_alerts(services: Iterable[ServiceStatus]) -> Iterator[Alert]:
    """What several services wait for is told once."""
    services = list(services)
    yield from _waits(services)
    for service in services:
        yield from _troubles(service)
        yield from _behind(service)


def troubles(service: ServiceStatus) -> list[Alert]:
    """Of one service; that it is merely behind is none."""
    return [*_waits([service]), *_troubles(service)]


def _troubles(service: ServiceStatus) -> Iterator[Alert]:
    if service.unreachable:
        yield _unreachable(service)
        return
    yield from _halted(service)
    yield from _failing(service)
    yield from _held(service)
    yield from _refused(service)
    yield from (_stuck(service.name, group) for group in service.stuck)


SERVERS = ("kafka", "the database")
AWAY = ", which is away"


def _unreachable(service: ServiceStatus) -> Alert:
    mend = (
        f"look into its log for why it ended, and start it again: `make up`, or `docker compose up -d {service.name}`"
    )
    return Alert("critical", Cause.OUTAGE, f"{service.name} {service.unreachable}", mend, QUEUES)


def _waits(services: Iterable[ServiceStatus]) -> Iterator[Alert]:
    waiting: dict[tuple[str, str | None], list[tuple[str, Wait]]] = {}
    for service in services:
        for wait in service.waits:
            waiting.setdefault((wait.where, wait.failure), []).append((service.name, wait))
    for found in waiting.values():
        names, longest = [name for name, _ in found], found[0][1]
        verb = "waits" if len(names) == 1 else "wait"
        place = (
            f"at {spaced(longest.where)}: {longest.failure}"
            if longest.failure
            else f"for {longest.where}{AWAY if longest.where in SERVERS else ''}"
        )
        mend = f"mend what is named there, by the log of {names[0]}; it is tried again by itself"
        what = f"{listed(names)} {verb} {place}"
        yield Alert("critical", Cause.OUTAGE, what, mend, QUEUES, since=longest.since, seconds=longest.seconds)


def _halted(service: ServiceStatus) -> Iterator[Alert]:
    if service.halted:
        what = f"{service.name} has stopped itself: {service.halted}"
        mend = f"mend the cause, then `puls resume {service.name}`"
        yield Alert("critical", Cause.STOPPED, what, mend, QUEUES)
    for halt in service.halts:
        what = f"{service.name} has halted {spaced(halt.work)}: {halt.because}"
        mend = f"mend the cause, then `puls resume {service.name} --work {halt.work}`"
        yield Alert("critical", Cause.STOPPED, what, mend, QUEUES, since=halt.at)


def _failing(service: ServiceStatus) -> Iterator[Alert]:
    for work in service.work:
        if work.failing:
            what = f"{service.name}: {spaced(work.name)} fails and is tried again ({work.failing})"
            mend = f'look into the log of {service.name}; the runbook says more ("A round fails")'
            yield Alert("critical", Cause.STOPPED, what, mend, QUEUES, since=work.since)


def _held(service: ServiceStatus) -> Iterator[Alert]:
    """One alert for all work that is held for the same reason."""
    for reason in dict.fromkeys(work.held for work in service.work if work.held):
        names = listed([spaced(work.name) for work in service.work if work.held == reason])
        what = f"{service.name} holds {names}: {reason}"
        mend = 'see to the reason; the runbook says how it goes on ("Nothing leaves")'
        yield Alert("critical", Cause.STOPPED, what, mend, QUEUES)


def _refused(service: ServiceStatus) -> Iterator[Alert]:
    if service.outbox.refused:
        what = f"{counted(service.outbox.refused, 'record')} of {service.name} refused by the broker"
        mend = 'the runbook says how to put them back ("Outbox rows that the broker refuses")'
        yield Alert("critical", Cause.STOPPED, what, mend, QUEUES)


def _stuck(service: str, group: Stuck) -> Alert:
    """Everything else goes on meanwhile."""
    what = f"{counted(group.count, 'item')} of {spaced(group.work)} stuck in {service}: {spaced(group.reason)}"
    page = f"/stuck?{urlencode({'service': service, 'work': group.work, 'reason': group.reason})}"
    which = f"{service} --work {group.work} --reason {group.reason}"
    mend = f"`puls stuck list {which}`, then `puls stuck retry` or `puls stuck leave` with the same"
    return Alert("warning", Cause.DECISION, what, mend, page, since=group.since)


def _behind(service: ServiceStatus) -> Iterator[Alert]:
    outbox = service.outbox
    if service.unreachable:
        return
    for oldest, what in (
        (service.oldest_seconds, f"{service.name} is behind with what it reads: {service.records:,} records"),
        (outbox.oldest_seconds, f"{service.name} is behind with what it tells: {outbox.records:,} records"),
    ):
        if oldest is not None and oldest > LONG_WAITED:
            mend = '`puls queues` shows where; the runbook says more ("The lag grows")'
            yield Alert("warning", Cause.SYMPTOM, what, mend, QUEUES, seconds=oldest)
