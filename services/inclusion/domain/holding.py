"""When a wave needs a person before anything of it starts: a delivery that is hardly to be used, or nobody to ask."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Literal

from services.inclusion.domain.starting import Delivered, Extract, Start, resting_on
from services.inclusion.domain.wave import Wave, name_of
from shared.events import WaveHeld
from shared.surveys import Survey

Holds = Literal["start", "selection"]
Held = Mapping[tuple[str, str], tuple[set[str], int]]
"""A wave, and what it was held on -> the reasons, and the highest revision of a request heard by then."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a wave does not start, or does not go on, before a person has seen to it."""

    wave: str
    holds: Holds
    reason: str
    expected: str
    found: str
    held_on: str
    """A checksum of what it was held on: held on something else, it is held anew."""
    revision: int = 0
    """Of the request that had been heard by then: a later one lets it go on."""
    since: datetime | None = None
    """When it could be known. None: now."""

    def told(self, now: datetime) -> WaveHeld:
        survey, year, month = self.wave.rsplit("-", 2)
        return WaveHeld(
            wave=self.wave,
            survey=survey,
            month=f"{year}-{month}",
            holds=self.holds,
            reason=self.reason,
            expected=self.expected,
            found=self.found,
            held_on=self.held_on,
            occurred_at=now,
        )


def usable(delivered: Delivered, unlikely: float) -> Delivered:
    """Without register extracts that had an unlikely share of rejected rows and have been mended by a later one."""
    months = {month: _unmended(extracts, unlikely) for month, extracts in delivered.contacts.items()}
    return replace(delivered, contacts=months)


def judge(
    starting: Iterable[Start], surveys: Mapping[str, Survey], delivered: Delivered, held: Held, unlikely: float
) -> tuple[Sequence[Start], Sequence[Hold]]:
    """Which of these waves may start, and which are to be held and were not yet.

    A wave that was held waits until it would rest on something else, or until it is asked for once more.
    """
    may_start: list[Start] = []
    new: list[Hold] = []
    for start in starting:
        rests_on = resting_on(start, surveys[start.survey], delivered)
        reasons, revision = held.get((name_of(start.survey, start.month), rests_on), (set(), 0))
        doubt = _doubt(start, delivered.contacts[start.month], rests_on, unlikely)
        if doubt and doubt.reason not in reasons:
            new.append(doubt)
        elif not reasons or start.revision > revision:
            may_start.append(start)
    return may_start, new


def nobody_to_ask(wave: Wave, contacts: int, revision: int) -> Hold:
    """For a wave of whose contacts the selection includes none."""
    found = f"{contacts} contacts, and none of them is included"
    return Hold(wave.wave, "start", "nobody_to_ask", SOMEBODY, found, wave.fingerprint, revision)


def stands_still(wave: Wave, reason: str, expected: str, found: str, seen: str) -> Hold:
    """For a wave whose selection cannot be made. `seen` is what was seen of its files."""
    return Hold(wave.wave, "selection", reason, expected, found, sha256(seen.encode()).hexdigest())


SOMEBODY = "somebody to ask"


def _unmended(extracts: Sequence[Extract], unlikely: float) -> Sequence[Extract]:
    return [
        one
        for place, one in enumerate(extracts)
        if not (one.is_unlikely(unlikely) and any(later.mends(one, unlikely) for later in extracts[place + 1 :]))
    ]


def _doubt(start: Start, extracts: Sequence[Extract], rests_on: str, unlikely: float) -> Hold | None:
    wave, since = name_of(start.survey, start.month), max(one.read_at for one in extracts)
    rows, rejected = sum(one.rows for one in extracts), sum(one.rejected for one in extracts)
    if not any(one.contacts for one in extracts):
        found = f"no contacts: {rejected} of {rows} rows were rejected"
        return Hold(wave, "start", "nobody_to_ask", SOMEBODY, found, rests_on, start.revision, since)
    if worst := max((one for one in extracts if one.is_unlikely(unlikely)), key=lambda one: one.share, default=None):
        expected = f"at most {unlikely:.0%} of a delivery's rows rejected"
        found = f"{worst.pinned.delivery}: {worst.rejected} of {worst.rows} rows were rejected"
        return Hold(wave, "start", "rejects_unlikely", expected, found, rests_on, start.revision, since)
    return None
