"""When waves start: by schedule, or because an operator asked; and what each pins when it does."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.inclusion.domain.wave import (
    DENMARK,
    PinnedContacts,
    PinnedFile,
    Rules,
    Wave,
    last_day,
    name_of,
)
from shared.events import Wanted
from shared.surveys import Survey


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator wants of a whole wave, by the highest revision heard."""

    wave: str
    survey: str
    month: str
    wanted: Wanted
    requested_at: datetime
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Start:
    """A wave that starts at a moment, if all that it needs was delivered."""

    survey: str
    month: str
    at: datetime
    started_by: Literal["schedule", "request"]
    revision: int = 0
    """Of the latest request about it; 0: nobody asked anything."""

    @property
    def wave(self) -> str:
        return name_of(self.survey, self.month)


@dataclass(frozen=True, slots=True)
class Extract:
    """A register extract that was read, and how many of its rows can be used."""

    pinned: PinnedContacts
    rows: int
    rejected: int
    contacts: int
    read_at: datetime

    @property
    def share(self) -> float:
        """Of its rows, those that were rejected."""
        return self.rejected / self.rows if self.rows else 0.0

    def is_unlikely(self, unlikely: float) -> bool:
        return self.share > unlikely

    def mends(self, earlier: "Extract", unlikely: float) -> bool:
        """Whether it is the earlier one as it should have been: a few contacts reported late are not."""
        as_large = self.contacts >= max(earlier.contacts, earlier.rows / 2)
        return as_large and not self.is_unlikely(unlikely)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What was read by now."""

    contacts: Mapping[str, Sequence[Extract]]
    """Month -> register extracts, in the order in which they were read."""
    units: PinnedFile | None
    """The latest."""
    participation: PinnedFile | None


def scheduled_at(survey: Survey, month: str) -> datetime:
    """0 o'clock, Danish time, on the survey's day of the month after the contacts' month."""
    following = last_day(month) + timedelta(days=survey.schedule.day_of_following_month)
    return datetime(following.year, following.month, following.day, tzinfo=DENMARK)


def starts(
    surveys: Mapping[str, Survey],
    delivered: Delivered,
    requests: Iterable[Request],
    begun: Collection[str],
) -> Sequence[Start]:
    """All waves not begun that have what they need, whenever they start.

    A request for a running wave starts it at once; one that is paused or stopped before it began does not start.
    """
    if delivered.units is None or delivered.participation is None:
        return []
    asked_for = {request.wave: request for request in requests}
    possible = [(survey, month) for survey in surveys.values() for month in delivered.contacts]
    unbegun = [(survey, month) for survey, month in possible if name_of(survey.name, month) not in begun]
    found = [_start(survey, month, asked_for.get(name_of(survey.name, month))) for survey, month in unbegun]
    return [start for start in found if start is not None]


def _start(survey: Survey, month: str, request: Request | None) -> Start | None:
    if request is None:
        return Start(survey.name, month, scheduled_at(survey, month), "schedule")
    if request.wanted == "running":
        return Start(survey.name, month, request.requested_at, "request", request.revision)
    return None


def resting_on(start: Start, survey: Survey, delivered: Delivered) -> str:
    """The fingerprint of the wave that would start now."""
    return _begin(start, survey, delivered, (), start.at).fingerprint


def begin(
    starting: Sequence[Start],
    surveys: Mapping[str, Survey],
    delivered: Delivered,
    run_so_far: Sequence[Wave],
    now: datetime,
) -> Sequence[Wave]:
    """The waves that begin now, each with what it pins. `run_so_far` began in this same slot already."""
    waves = list(run_so_far)
    for start in sorted(starting, key=lambda one: (surveys[one.survey].karens.precedence, one.survey, one.month)):
        waves.append(_begin(start, surveys[start.survey], delivered, waves, now))
    return waves[len(run_so_far) :]


def _begin(start: Start, survey: Survey, delivered: Delivered, run: Sequence[Wave], now: datetime) -> Wave:
    if delivered.units is None or delivered.participation is None:
        raise ValueError(f"{survey.name} cannot begin: units and participation must have been read")
    deliveries = tuple(one.pinned for one in delivered.contacts[start.month])
    rules = _rules(survey)
    return Wave(
        wave=name_of(survey.name, start.month),
        survey=survey.name,
        month=start.month,
        started_by=start.started_by,
        run=now,
        seed=_seed(name_of(survey.name, start.month), deliveries),
        rules=rules,
        deliveries=deliveries,
        units=delivered.units,
        participation=delivered.participation,
        yields_to=tuple(wave.wave for wave in run if wave.rules.precedence <= rules.precedence),
    )


def _rules(survey: Survey) -> Rules:
    return Rules(
        eligibility=survey.eligibility,
        sampling=survey.sampling,
        precedence=survey.karens.precedence,
        questionnaire_version=survey.questionnaire.version,
        fingerprint=survey.fingerprint,
    )


def _seed(wave: str, deliveries: Sequence[PinnedFile]) -> str:
    """Nobody chooses it, and whoever has the deliveries can draw again."""
    return hashlib.sha256("\n".join([wave, *(one.sha256 for one in deliveries)]).encode()).hexdigest()
