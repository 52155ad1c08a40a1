"""A wave's selection, made again from what it pinned, and kept open while it is told."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb

from services.inclusion.domain.hierarchy import Hierarchy
from services.inclusion.domain.selection import Patient, UnitCount
from services.inclusion.domain.wave import Wave
from services.inclusion.extract import delivery, drawing, judging, reading
from services.inclusion.extract.database import Engine
from services.inclusion.extract.folder import DropFolder
from services.inclusion.extract.references import read_hierarchy, read_participation

Run = Mapping[str, Wave]
"""The waves that started in the same slot, by name."""


class Selection:
    """What became of a wave's contacts. The same pins give the same selection, to the letter."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, counts: Sequence[UnitCount], hierarchy: Hierarchy
    ) -> None:
        self._connection = connection
        self.counts = counts
        self.hierarchy = hierarchy

    def patients(self, units: Sequence[UnitCount]) -> Sequence[Patient]:
        return drawing.patients(self._connection, [count.unit for count in units])

    def keep_persons(self, file: Path) -> None:
        drawing.keep_persons(self._connection, file)


class Selections:
    """Keeps the selection open that was asked for last: the next units are mostly of the same wave."""

    def __init__(self, folder: DropFolder, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._open = ExitStack()
        self._latest: tuple[Wave, Selection] | None = None

    def of(self, wave: Wave, run: Run) -> Selection:
        """Takes seconds for the first units of a wave. Raises AlteredSinceRead, OSError."""
        if self._latest is None or self._latest[0] != wave:
            self.close()
            selection = self._open.enter_context(select(self._folder, wave, run, self._engine))
            self._latest = (wave, selection)
        return self._latest[1]

    def close(self) -> None:
        self._latest = None
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def select(folder: DropFolder, wave: Wave, run: Run, engine: Engine) -> Iterator[Selection]:
    """Reads what the wave pinned and judges it. Raises AlteredSinceRead, OSError."""
    with folder.workplace() as place:
        asked_first = _asked_first(folder, wave, run, engine, place, {})
        with _selected(folder, wave, asked_first, engine, place) as selection:
            yield selection


def _asked_first(
    folder: DropFolder, wave: Wave, run: Run, engine: Engine, place: Path, kept: dict[str, Path]
) -> Sequence[Path]:
    """Files with the persons whom the waves before this one ask. `kept` holds those that are written already."""
    before_it = [name for name in wave.yields_to if name in run]
    for name in before_it:
        if name not in kept:
            before = _asked_first(folder, run[name], run, engine, place, kept)
            with _selected(folder, run[name], before, engine, place) as selection:
                selection.keep_persons(place / f"{name}.parquet")
            kept[name] = place / f"{name}.parquet"
    return [kept[name] for name in before_it]


@contextmanager
def _selected(
    folder: DropFolder, wave: Wave, asked_first: Sequence[Path], engine: Engine, place: Path
) -> Iterator[Selection]:
    hierarchy = read_hierarchy(delivery.fetch_pinned(folder, wave.units, place), wave.units.profile)
    participation = delivery.fetch_pinned(folder, wave.participation, place)
    taking_part = read_participation(participation, wave.participation.profile)
    with engine.opened(place) as connection:
        for number, contacts in enumerate(wave.deliveries):
            known = delivery.known_units(folder, contacts.units, place)
            copied = delivery.fetch_pinned(folder, contacts, place)
            reading.read_contacts(connection, copied, contacts.profile, known, number)
            copied.path.unlink()
        judging.judge(connection, wave, wave.deliveries[-1].profile, taking_part)
        counts = drawing.draw(connection, wave, asked_first)
        yield Selection(connection, counts, hierarchy)
