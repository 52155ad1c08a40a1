"""The hierarchy of units: owner, institution, nested organisational units, each as it stood on a day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.events import Unit

DEEPEST = 20
"""No path is longer. A register in which a unit lies inside itself ends here."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit as it stood for a while."""

    code: str
    name: str
    parent: str | None
    region: str | None
    valid_from: date
    valid_to: date | None
    """The last day; None while it lasts."""

    def distance(self, day: date) -> timedelta:
        """How far the day lies outside the standing's validity."""
        if day < self.valid_from:
            return self.valid_from - day
        if self.valid_to is not None and day > self.valid_to:
            return day - self.valid_to
        return timedelta(0)


class Hierarchy:
    """Where a unit stands on a day.

    On a day outside a unit's validity its nearest standing counts: a contact may be closed after its ward was.
    A unit that the register does not know stands alone, under its code.
    """

    def __init__(self, standings: Iterable[Standing]) -> None:
        self._standings: dict[str, list[Standing]] = {}
        for standing in standings:
            self._standings.setdefault(standing.code, []).append(standing)
        self._places: dict[tuple[str, date], tuple[tuple[Unit, ...], str]] = {}

    @property
    def codes(self) -> Collection[str]:
        return self._standings.keys()

    def path(self, code: str, day: date) -> tuple[Unit, ...]:
        """From the owner down to the unit itself."""
        return self._place(code, day)[0]

    def region(self, code: str, day: date) -> str:
        """The unit's region, or that of the nearest unit above it that has one; empty if none has."""
        return self._place(code, day)[1]

    def _place(self, code: str, day: date) -> tuple[tuple[Unit, ...], str]:
        """Path and region; those of a unit's patients of one day are the same."""
        if (code, day) not in self._places:
            standings = tuple(self._climb(code, day))
            path = tuple(Unit(code=standing.code, name=standing.name) for standing in reversed(standings))
            region = next((standing.region for standing in standings if standing.region), "")
            self._places[code, day] = path or (Unit(code=code, name=code),), region
        return self._places[code, day]

    def _climb(self, code: str | None, day: date) -> Iterable[Standing]:
        for _ in range(DEEPEST):
            standing = self._on(code, day)
            if standing is None:
                return
            yield standing
            code = standing.parent

    def _on(self, code: str | None, day: date) -> Standing | None:
        known = self._standings.get(code or "", ())
        if len(known) == 1:
            return known[0]
        return min(known, key=lambda one: (one.distance(day), -one.valid_from.toordinal()), default=None)


@dataclass(frozen=True, slots=True)
class TakingPart:
    """A unit takes part in a survey for a while."""

    survey: str
    unit: str
    valid_from: date
    valid_to: date | None


class Malformed(Exception):
    """A line of a reference file (which holds no persons) that cannot be used."""

    def __init__(self, line: int, expected: str, found: str) -> None:
        super().__init__(f"line {line}: expected {expected}, found {found}")
        self.line, self.expected, self.found = line, expected, found


def read_standing(line: int, row: Mapping[str, str], day: "DayReader") -> Standing:
    """Raises Malformed."""
    return Standing(
        code=_code(line, row["code"]),
        name=_unwrapped(row["name"]) or _unwrapped(row["code"]),
        parent=_unwrapped(row["parent"]) or None,
        region=_unwrapped(row["region"]) or None,
        valid_from=day.required(line, row["valid_from"]),
        valid_to=day.optional(line, row["valid_to"]),
    )


def read_taking_part(line: int, row: Mapping[str, str], day: "DayReader") -> TakingPart:
    """Raises Malformed."""
    return TakingPart(
        survey=_unwrapped(row["survey"]),
        unit=_code(line, row["unit"]),
        valid_from=day.required(line, row["valid_from"]),
        valid_to=day.optional(line, row["valid_to"]),
    )


class DayReader:
    """Reads days as a profile writes them."""

    def __init__(self, formats: Collection[str]) -> None:
        self._formats = formats

    def required(self, line: int, text: str) -> date:
        day = self.optional(line, text)
        if day is None:
            raise Malformed(line, f"a day as {' or '.join(self._formats)}", "nothing")
        return day

    def optional(self, line: int, text: str) -> date | None:
        written = _unwrapped(text)
        if not written:
            return None
        for one in self._formats:
            try:
                return datetime.strptime(written, one).replace(tzinfo=UTC).date()
            except ValueError:
                continue
        raise Malformed(line, f"a day as {' or '.join(self._formats)}", repr(written[:40]))


def _code(line: int, text: str) -> str:
    code = _unwrapped(text)
    if not (code.isascii() and code.isdigit() and 11 <= len(code) <= 20):
        raise Malformed(line, "a unit's code of 11 to 20 digits", repr(code[:40]))
    return code


def _unwrapped(text: str) -> str:
    """Without the ="..." that keeps spreadsheets from reading a code as a number."""
    text = text.strip()
    return text[2:-1] if text.startswith('="') and text.endswith('"') else text
