"""Reference files: the hierarchy of units, and which units take part. They hold no persons."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from services.inclusion.domain.hierarchy import (
    DayReader,
    Hierarchy,
    Malformed,
    Standing,
    TakingPart,
    read_standing,
    read_taking_part,
)
from services.inclusion.domain.manifest import NotTaken, Refusal
from services.inclusion.domain.profile import Profile, name_columns
from services.inclusion.extract.copying import Copied, rows

Row = TypeVar("Row", Standing, TakingPart)


def read_hierarchy(copied: Copied, profile: Profile) -> Hierarchy:
    """Raises NotTaken, naming the first line that cannot be used."""
    return Hierarchy(read_standings(copied, profile))


def read_standings(copied: Copied, profile: Profile) -> Sequence[Standing]:
    return _read(copied, profile, read_standing)


def read_participation(copied: Copied, profile: Profile) -> Sequence[TakingPart]:
    """Raises NotTaken, naming the first line that cannot be used."""
    return _read(copied, profile, read_taking_part)


def _read(copied: Copied, profile: Profile, read: Callable[[int, dict[str, str], DayReader], Row]) -> Sequence[Row]:
    day = DayReader(profile.dates)
    try:
        return [read(line, row, day) for line, row in _rows(copied, profile)]
    except Malformed as error:
        found = f"line {error.line}: {error.found}"
        raise NotTaken(Refusal(f"{profile.kind}_malformed", error.expected, found)) from None


def _rows(copied: Copied, profile: Profile) -> Iterator[tuple[int, dict[str, str]]]:
    numbered = rows(copied)
    _, header = next(numbered, (0, []))
    names = name_columns(profile, header)
    for number, fields in numbered:
        if len(fields) != len(names):
            raise Malformed(number, f"{len(names)} fields", f"{len(fields)}")
        yield number, dict(zip(names, fields, strict=True))
