"""Reference files: the hierarchy of units, and which units take part. They hold no persons."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
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

Row = TypeVar("Row", Standing, TakingPart)


def read_hierarchy(copy: Path, profile: Profile) -> Hierarchy:
    """Raises NotTaken, naming the first line that cannot be used."""
    return Hierarchy(read_standings(copy, profile))


def read_standings(copy: Path, profile: Profile) -> Sequence[Standing]:
    return _read(copy, profile, read_standing)


def read_participation(copy: Path, profile: Profile) -> Sequence[TakingPart]:
    """Raises NotTaken, naming the first line that cannot be used."""
    return _read(copy, profile, read_taking_part)


def _read(copy: Path, profile: Profile, read: Callable[[int, dict[str, str], DayReader], Row]) -> Sequence[Row]:
    day = DayReader(profile.dates)
    try:
        return [read(line, row, day) for line, row in _rows(copy, profile)]
    except Malformed as error:
        found = f"line {error.line}: {error.found}"
        raise NotTaken(Refusal(f"{profile.kind}_malformed", error.expected, found)) from None


def _rows(copy: Path, profile: Profile) -> Iterator[tuple[int, dict[str, str]]]:
    with open(copy, encoding="utf-8", newline="") as text:
        reader = csv.reader(text, delimiter=profile.separator)
        names = name_columns(profile, next(reader, []))
        for row in reader:
            if not row:
                continue
            if len(row) != len(names):
                raise Malformed(reader.line_num, f"{len(names)} fields", f"{len(row)}")
            yield reader.line_num, dict(zip(names, row, strict=True))
