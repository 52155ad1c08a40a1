"""A month's register extract: read, judged, sampled, and everybody who is asked told."""

import json
from collections import Counter
from pathlib import Path

from deploy.sandbox.register_extract import deliver
from shared.events import PatientIncluded
from tests.bench import floors
from tests.bench.extract import DELIVERIES, MONTH, write
from tests.bench.figures import Figure, Row, Used
from tests.bench.run import BenchRun
from tests.bench.stage import Stage
from tests.support.builders import danish

PATIENTS = 100_000
SLOTS = {
    "the delivery is read": danish("2026-11-02 00:00"),
    "the hospital's wave is told": danish("2026-11-05 00:00"),
    "psychiatry's wave is told": danish("2026-11-15 00:00"),
}


async def measure(run: BenchRun) -> Row:
    async with run.stage("inclusion", "inclusion") as stage:
        prepared = stage.stack.folder.parent / "prepared"
        await write(prepared, run.size(PATIENTS))
        for delivery in DELIVERIES:
            deliver(prepared, stage.stack.folder / "drop", delivery)
        stage.start("inclusion")
        await stage.rest()
        with stage.meter() as meter:
            took = {what: await stage.seconds_to_rest(slot) for what, slot in SLOTS.items()}
        told = await _told(stage)
        _require_expected(told, prepared)
        raw = floors.raw_read(prepared / f"lpr-{MONTH}.csv")
    floor = len(SLOTS) * raw + (await run.floors()).seconds(produced=told, copied=told)
    peak = next(one.peak_mb for one in meter.used if one.name == "inclusion")
    return _row(run, took, told, floor, peak, list(meter.used))


def _row(run: BenchRun, took: dict[str, float], told: int, floor: float, peak: float, used: list[Used]) -> Row:
    contacts = 12 * run.size(PATIENTS)
    whole = Figure("all of it", sum(took.values()), "seconds", "less", 25 * run.scale, 20 * run.scale, floor=floor)
    figures = [
        whole,
        *(Figure(what, seconds, "seconds", "less") for what, seconds in took.items()),
        Figure("the most memory of inclusion", peak, "MB", "less", budget=1536, aim=1536),
    ]
    remarks = [
        f"{contacts:,} rows; {told:,} patients told, by two waves that start on days of their own.",
        "The extract is read three times: when it arrives, and again by each wave.",
        "Floor: the file's lines looked at three times, those told copied and produced, one after the other.",
    ]
    return Row(f"An extract of {contacts:,} rows", figures, used, remarks)


async def _told(stage: Stage) -> int:
    async with stage.log("inclusion") as log:
        kinds = Counter([dict(record.headers)["kind"] async for record in log.records()])
    return kinds[PatientIncluded.kind().encode()]


def _require_expected(told: int, prepared: Path) -> None:
    waves = json.loads((prepared / "answers.json").read_text())["waves"]
    expected = sum(wave["included"] for wave in waves.values())
    if told != expected:
        raise ValueError(f"{told} patients were told, expected {expected}: the figure would be of something else")
