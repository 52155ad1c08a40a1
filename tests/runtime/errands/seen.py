"""What a trial of rounds and errands is given, and what is seen of it."""

from datetime import datetime
from pathlib import Path
from typing import Any

from tests.runtime.trial import Trial, until
from tests.support.builders.things import danish

MIDNIGHT = danish("2026-11-05 00:00")


async def letters(trial: Trial, count: int, at: datetime = MIDNIGHT) -> None:
    await trial.rows(
        "INSERT INTO letter (number, at) SELECT number, $2 FROM generate_series(1, $1::int) AS number", count, at
    )


async def ticks(trial: Trial, at: datetime, fails: str = "false") -> None:
    await trial.rows("INSERT INTO tick (at, fails) VALUES ($1, $2::text::boolean)", at, fails)


async def all_recorded(trial: Trial) -> bool:
    return not await trial.query("SELECT count(*) FROM letter WHERE carried_at IS NULL")


async def ticked(trial: Trial) -> bool:
    return not await trial.query("SELECT count(*) FROM tick WHERE done_at IS NULL")


async def round_called(trial: Trial, name: str) -> dict[str, Any]:
    status = await until(trial.status, "a status")
    return next(one for one in status["rounds"] if one["name"] == name)


def world(trial: Trial) -> list[int]:
    path = Path(trial.settings["PULS_WORLD"])
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []
