"""What needs a person, and whether all is well."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from services.console.domain.account import Wave
from services.console.domain.service import Service

LONG_WAITED = 600.0
"""Seconds after which what was not taken or told needs a person. An assumption."""
LONG_OVER = timedelta(days=7)
"""After which a wave that should have ended needs a person: receipts and reminders may be late. An assumption."""

Grave = Literal["still", "look"]
"""Still: something has stopped or is wrong, and stays so. Look: something waits for a decision."""


@dataclass(frozen=True)
class Need:
    """Something for a person to see to."""

    grave: Grave
    what: str
    where: str
    """The address of the page about it."""
    since: datetime | None = None
    """None: nobody wrote down since when."""
    seconds: float | None = None
    """How long already, where that is known instead."""


@dataclass(frozen=True)
class Kept:
    """What the console has kept that somebody must decide on."""

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


def needs(services: Iterable[Service], waves: Iterable[Wave], kept: Kept, now: datetime) -> list[Need]:
    """The oldest first; before them what stands still and nobody knows since when."""
    found = [*_of_services(services), *_of_waves(waves, kept), *_of_late_waves(kept, now), *_of_kept(kept)]
    return sorted(found, key=lambda one: -_seconds(one, now))


def all_is_well(found: Sequence[Need]) -> tuple[str, str]:
    """A word and the sentence for it."""
    still = sum(one.grave == "still" for one in found)
    if still:
        return "Stands still", f"{_many(still, 'thing')} will not go on or add up before a person has seen to it."
    if found:
        return "Look here", f"Everything goes on; {_many(len(found), 'thing')} waiting for a person."
    return "All is well", "Everything goes on, everybody is accounted for, and nothing waits for a person."


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _seconds(need: Need, now: datetime) -> float:
    if need.since:
        return (now - need.since).total_seconds()
    return float("inf") if need.seconds is None else need.seconds


def _of_services(services: Iterable[Service]) -> Iterator[Need]:
    for one in services:
        if one.away:
            yield Need("still", f"{one.name} {one.away}", "/queues")
            continue
        if one.halted:
            yield Need("still", f"{one.name} has stopped itself: {one.halted}", "/queues")
        if one.waiting_for:
            yield Need("still", f"{one.name} waits for {one.waiting_for}", "/queues")
        for doing in one.rounds:
            if doing.failing:
                what = f"{one.name}: {_words(doing.name)} fails and is tried again ({doing.failing})"
                yield Need("still", what, "/queues", since=doing.since)
        yield from _held(one)
        if one.outbox.refused:
            yield Need("still", f"{_many(one.outbox.refused, 'record')} of {one.name} refused by the broker", "/queues")
        yield from _behind(one)


def _held(one: Service) -> Iterator[Need]:
    """One need for all work that is held for the same reason."""
    for reason in dict.fromkeys(doing.held for doing in one.rounds if doing.held):
        work = " and ".join(_words(doing.name) for doing in one.rounds if doing.held == reason)
        yield Need("still", f"{one.name} holds {work}: {reason}", "/queues")


def _behind(one: Service) -> Iterator[Need]:
    for oldest, what in (
        (one.oldest_seconds, f"{one.name} is behind with what it reads: {one.waiting:,} records"),
        (one.outbox.oldest_seconds, f"{one.name} is behind with what it tells: {one.outbox.records:,} records"),
    ):
        if oldest is not None and oldest > LONG_WAITED:
            yield Need("look", what, "/queues", seconds=oldest)


def _of_waves(waves: Iterable[Wave], kept: Kept) -> Iterator[Need]:
    for wave in waves:
        if wave.does_not_add_up:
            what = f"{wave.wave} does not add up: {'; '.join(wave.does_not_add_up)}"
            yield Need("still", what, f"/waves/{wave.wave}")
        if wave.standing == "paused":
            yield Need("look", f"{wave.wave} is paused", f"/waves/{wave.wave}", since=kept.paused.get(wave.wave))


def _of_late_waves(kept: Kept, now: datetime) -> Iterator[Need]:
    for wave, ends in kept.ends.items():
        if now - ends > LONG_OVER:
            yield Need("look", f"{wave} should have ended, and some of it is in flight", f"/waves/{wave}", since=ends)


def _of_kept(kept: Kept) -> Iterator[Need]:
    for alike in kept.set_aside:
        if alike["waiting"]:
            what = f"{_many(alike['waiting'], 'record')} set aside by {alike['service']}: {_words(alike['reason'])}"
            where = f"/set-aside?service={alike['service']}&topic={alike['topic']}&reason={alike['reason']}"
            yield Need("look", what, where, since=alike["oldest"])
    for one in kept.refused:
        what = f"The delivery {one['manifest']} was not taken: {_words(one['reason'])}"
        yield Need("look", what, "/deliveries", since=one["refused_at"])
    for late in kept.overdue:
        what = f"{_many(late['letters'], 'letter')} of {late['wave']} handed over, and no receipt came"
        yield Need("look", what, f"/waves/{late['wave']}/receipts", since=late["oldest"])


def _words(reason: str) -> str:
    return reason.replace("_", " ")
