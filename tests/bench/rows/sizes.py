"""Whether ten times the patients cost ten times as much, and take no more memory."""

from collections.abc import Mapping

from deploy.local.programs import SERVICES
from tests.bench.figures import Figure, Row, Used
from tests.bench.month import Month
from tests.bench.run import BenchRun

FEW, MANY = 10_000, 100_000
MEMORY_MAY_DIFFER, COST_MAY_DIFFER = 10.0, 15.0
"""Percent."""


async def measure(run: BenchRun) -> Row:
    few, many = [await run.month(run.size(size)) for size in (FEW, MANY)]
    memory = {name: percent(_peaks(few)[name], _peaks(many)[name]) for name in SERVICES}
    worst = max(memory, key=lambda name: abs(memory[name]))
    cost = [1000 * sum(_seconds(one).values()) / one.patients for one in (few, many)]
    limit, cost_limit = MEMORY_MAY_DIFFER, COST_MAY_DIFFER
    figures = [
        Figure(f"the service whose memory differs most ({worst})", abs(memory[worst]), "percent", "less", limit, limit),
        Figure("CPU of all processes for a patient", cost[1], "milliseconds", "less"),
        Figure("difference of that", abs(percent(*cost)), "percent", "less", cost_limit, cost_limit),
    ]
    sizes = f"{few.patients:,} and {many.patients:,}"
    remarks = [
        f"From the delivery to the last receipt, at {sizes} patients.",
        f"CPU of all processes for a patient: {cost[0]:.2f} and {cost[1]:.2f} milliseconds.",
        *(_both(name, few, many) for name in sorted(_peaks(many), key=lambda name: -_seconds(many)[name])),
    ]
    return Row(f"{sizes} patients compared", figures, (), remarks)


def percent(before: float, after: float) -> float:
    """How much larger it has become."""
    return 100 * (after / before - 1) if before else 0.0


def _all(lived: Month) -> list[Used]:
    return [*lived.reading.used, *lived.queueing.used, *lived.handing_over.used]


def _peaks(lived: Month) -> Mapping[str, float]:
    return {one.name: max(o.peak_mb for o in _all(lived) if o.name == one.name) for one in _all(lived)}


def _seconds(lived: Month) -> Mapping[str, float]:
    return {one.name: sum(o.cpu_seconds for o in _all(lived) if o.name == one.name) for one in _all(lived)}


def _both(name: str, few: Month, many: Month) -> str:
    peaks = (
        f"{_peaks(few)[name]:.0f} and {_peaks(many)[name]:.0f} MB" if _peaks(few)[name] else "memory: see PostgreSQL"
    )
    cost = [1000 * _seconds(one)[name] / one.patients for one in (few, many)]
    return f"{name}: {peaks}, {cost[0]:.3f} and {cost[1]:.3f} CPU milliseconds a patient"
