"""What all rows of one run share: how large it is, its folder, and what several rows need once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from deploy.local.folders import CLONE
from tests.bench import floors, month
from tests.bench.figures import Row
from tests.bench.floors import Floors
from tests.bench.month import Month
from tests.bench.stage import Stage, stage

FOLDER = CLONE / "var" / "bench"


@dataclass
class BenchRun:
    scale: float
    """1 for figures that count; less only to find mistakes."""
    _floors: tuple[Floors, Row] | None = None
    _months: dict[int, Month] = field(default_factory=dict)

    def size(self, whole: int) -> int:
        return max(100, round(whole * self.scale))

    @asynccontextmanager
    async def stage(self, row: str, *services: str) -> AsyncIterator[Stage]:
        async with stage(FOLDER / row, services) as there:
            yield there

    async def floors(self) -> Floors:
        return (await self._measured_floors())[0]

    async def floors_row(self) -> Row:
        return (await self._measured_floors())[1]

    async def _measured_floors(self) -> tuple[Floors, Row]:
        if self._floors is None:
            async with self.stage("floors", "karens") as there:
                self._floors = await floors.measure(there, self.size(floors.EVENTS))
        return self._floors

    async def month(self, patients: int) -> Month:
        """Lived once a run for each size."""
        if patients not in self._months:
            async with stage(FOLDER / "month") as there:
                self._months[patients] = await month.live(there, patients)
        return self._months[patients]
