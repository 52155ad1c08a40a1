"""The wave, and all that it pins so that it can be selected again to the letter."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from services.inclusion.domain.profile import Profile
from shared.events import PinnedDelivery, WaveStarted
from shared.surveys.definition import Eligibility, Sampling

DENMARK = ZoneInfo("Europe/Copenhagen")


class Pinned(BaseModel):
    model_config = ConfigDict(frozen=True)


class PinnedFile(Pinned):
    """A delivered file as it was when it was read."""

    delivery: str
    sha256: str
    file: str
    manifest: str
    manifest_sha256: str
    profile: Profile

    def told(self) -> PinnedDelivery:
        return PinnedDelivery(delivery=self.delivery, sha256=self.sha256)


class PinnedContacts(PinnedFile):
    """A register extract, and the units it was read against."""

    units: PinnedFile


class Rules(Pinned):
    """What of a survey's definition decides who is asked."""

    eligibility: Eligibility
    sampling: Sampling
    precedence: int
    questionnaire_version: int
    fingerprint: str


class Wave(Pinned):
    """One survey's round over one month of contacts."""

    wave: str
    survey: str
    month: str
    started_by: Literal["schedule", "request"]
    run: datetime
    seed: str
    rules: Rules
    deliveries: tuple[PinnedContacts, ...]
    units: PinnedFile
    participation: PinnedFile
    yields_to: tuple[str, ...]
    """The waves of the same run that ask first: who is drawn there is not asked here. One that would have asked nobody
    has not started, and is no longer of the run."""

    @property
    def day(self) -> date:
        """The Danish day on which it started; ages and the age of contacts count from it."""
        return self.run.astimezone(DENMARK).date()

    @property
    def files(self) -> Sequence[PinnedFile]:
        read_against = tuple(one.units for one in self.deliveries)
        return (*self.deliveries, *read_against, self.units, self.participation)

    @property
    def fingerprint(self) -> str:
        """Of all that decides who is asked, but the day on which it starts and the waves that start with it."""
        files = (*self.deliveries, self.units, self.participation)
        lines = [self.wave, self.rules.fingerprint, *(file.sha256 for file in files)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def rests_on(self, run: Mapping[str, "Wave"]) -> Sequence[str]:
        """The names of all files that its selection is made from: its own, and those of the waves it yields to."""
        waves = (self, *(run[name] for name in self.yields_to if name in run))
        return sorted({file.file for wave in waves for file in wave.files})

    def started(self, parts: int) -> WaveStarted:
        """`parts` is how many units it has."""
        return WaveStarted(
            wave=self.wave,
            survey=self.survey,
            month=self.month,
            started_by=self.started_by,
            deliveries=tuple(one.told() for one in self.deliveries),
            units=self.units.told(),
            participation=self.participation.told(),
            definition=self.rules.fingerprint,
            seed=self.seed,
            run=self.run,
            parts=parts,
            occurred_at=self.run,
        )


def name_of(survey: str, month: str) -> str:
    return f"{survey}-{month}"


def first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_day(month: str) -> date:
    return (first_day(month) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
