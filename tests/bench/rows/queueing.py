"""From the operator's word to a hundred thousand letters in dispatch's queue, everybody listening."""

from tests.bench.figures import Figure, Row
from tests.bench.floors import Floors
from tests.bench.month import Month
from tests.bench.run import BenchRun

PATIENTS = 100_000
CONSUMED, COPIED = 6, 7
"""How often each patient's records are taken, and kept as rows, outboxes too, until everybody has caught up."""


async def measure(run: BenchRun) -> Row:
    lived, floors = await run.month(run.size(PATIENTS)), await run.floors()
    took = lived.queueing
    figures = [
        Figure(
            "the last letter is queued after",
            took.seconds,
            "seconds",
            "less",
            budget=40 * run.scale,
            aim=30 * run.scale,
            floor=_floor(lived, floors),
        ),
        Figure("everybody has caught up after", took.seconds_to_rest, "seconds", "less"),
    ]
    remarks = [
        f"{lived.patients:,} patients; the wave reads and judges its extract again, as every wave does.",
        f"Floor: each record produced twice, consumed {CONSUMED} times, copied {COPIED} times, and nothing else done.",
        f"Other programs of the machine took {took.elsewhere:.0f} CPU seconds meanwhile.",
    ]
    return Row(f"{lived.patients:,} patients from the request to the queue", figures, took.used, remarks)


def _floor(lived: Month, floors: Floors) -> float:
    many = lived.patients
    return floors.seconds(produced=2 * many, consumed=CONSUMED * many, copied=COPIED * many)
