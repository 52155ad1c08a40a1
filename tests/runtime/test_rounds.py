"""What time brings: at its time, once, by one copy, and only after what must have been heard."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.events import RecordSetAside
from shared.runtime import relay
from shared.runtime.clock import SteppedClock
from tests.runtime.errands.seen import MIDNIGHT, all_recorded, letters, round_called, ticked, ticks, world
from tests.runtime.trial import Trial, until
from tests.support.builders.things import danish

MORNING, NOON = (danish(f"2026-11-05 {hour:02}:00") for hour in (6, 12))


@pytest.fixture
def trial(errands: Trial) -> Trial:
    return errands


async def test_killed_between_claim_and_record_the_work_is_claimed_again_and_told_once(trial: Trial) -> None:
    await letters(trial, 12)
    still = Path(trial.settings["PULS_WORLD"]).with_suffix(".stands-still")
    still.touch()
    trial.start()
    await until(lambda: _is(len(world(trial)) == 5), "the first letters to be on their way")
    trial.kill()
    assert not await trial.query("SELECT count(*) FROM letter WHERE carried_at IS NOT NULL")
    still.unlink()
    trial.start()
    await until(lambda: all_recorded(trial), "all letters")
    await trial.at_rest()
    assert set(world(trial)) == set(range(1, 13))
    assert len(world(trial)) == 12 + 5
    assert len(await trial.told("reminders")) == 12


async def test_two_copies_carry_each_letter_once(trial: Trial) -> None:
    trial.start()
    trial.start(replica=1)
    await until(lambda: trial.status(0), "the first copy")
    await until(lambda: trial.status(1), "the second copy")
    await letters(trial, 200)
    await until(lambda: all_recorded(trial), "all letters")
    await trial.at_rest()
    assert sorted(world(trial)) == list(range(1, 201))
    assert len(await trial.told("reminders")) == 200


async def test_rounds_act_at_midnight_and_noon_only(trial: Trial, clock: SteppedClock) -> None:
    clock.move_to(MORNING)
    trial.start()
    await ticks(trial, MIDNIGHT)
    await until(lambda: marked(trial, MORNING), "the morning to be marked")
    await until(lambda: round_called(trial, "tick"), "the round")
    assert not await ticked(trial)
    clock.move_to(NOON)
    await until(lambda: ticked(trial), "the tick")
    assert await trial.query("SELECT done_at FROM tick") == NOON


async def marked_by(trial: Trial, partitions: int) -> bool:
    return len(await trial.records("reminders", kinds=lambda kind: kind == "watermark")) >= partitions


async def marked(trial: Trial, moment: datetime) -> bool:
    status = await trial.status()
    return bool(
        status and status["watermark_published"] and datetime.fromisoformat(status["watermark_published"]) == moment
    )


async def test_a_round_that_must_have_heard_waits_for_marks(trial: Trial) -> None:
    trial.start(PULS_HEARD=json.dumps(["responses"]))
    await ticks(trial, MIDNIGHT)
    await trial.mark("responses", MIDNIGHT - timedelta(minutes=5, seconds=1))
    await until(lambda: heard(trial, 12), "the marks to be taken")
    await until(lambda: marked(trial, MIDNIGHT), "the slot to be marked")
    assert not await ticked(trial)
    await trial.mark("responses", MIDNIGHT - timedelta(minutes=5))
    await until(lambda: ticked(trial), "the tick")


async def test_a_watermark_of_2099_says_nothing_and_is_set_aside(trial: Trial) -> None:
    """Believed, it would say for ever that all answers have been heard."""
    trial.start(PULS_HEARD=json.dumps(["responses"]))
    await ticks(trial, MIDNIGHT)
    await trial.mark("responses", datetime(2099, 1, 1, tzinfo=UTC))
    aside = await until(lambda: set_aside(trial, 12), "the watermarks to be set aside")
    assert {one.reason for one in aside} == {"from_the_future"}
    assert await trial.query("SELECT count(watermark) FROM runtime.consumer_offset") == 0
    assert not await ticked(trial)
    await trial.mark("responses", MIDNIGHT)
    await until(lambda: ticked(trial), "the tick")


async def set_aside(trial: Trial, count: int) -> list[RecordSetAside] | None:
    told = [one for one in await trial.told("set-aside") if isinstance(one, RecordSetAside)]
    return told if len(told) == count else None


async def test_a_partition_that_said_nothing_counts_as_not_heard(trial: Trial) -> None:
    trial.start(PULS_HEARD=json.dumps(["responses"]))
    await ticks(trial, MIDNIGHT)
    await trial.mark("responses", MIDNIGHT)
    await until(lambda: ticked(trial), "the tick")
    await trial.rows("UPDATE runtime.consumer_offset SET watermark = NULL WHERE partition = 7")
    await ticks(trial, MIDNIGHT)
    await letters(trial, 1)
    await until(lambda: all_recorded(trial), "another round to act")
    assert not await ticked(trial)


@pytest.mark.parametrize("partitions", [3, 24])
async def test_complete_until_is_judged_over_the_partitions_that_the_topic_has(trial: Trial, partitions: int) -> None:
    await trial.begin_anew(partitions)
    trial.start(PULS_HEARD=json.dumps(["responses"]))
    await ticks(trial, MIDNIGHT)
    await trial.mark("responses", MIDNIGHT)
    await until(lambda: ticked(trial), "the tick")
    assert await heard(trial, partitions)


async def test_a_partition_that_only_the_publisher_knows_of_yet_counts_as_not_heard(trial: Trial) -> None:
    trial.start(PULS_HEARD=json.dumps(["responses"]))
    await ticks(trial, MIDNIGHT)
    await trial.mark("responses", MIDNIGHT, partitions=13)
    await until(lambda: heard(trial, 12), "the watermarks to be taken")
    await letters(trial, 1)
    await until(lambda: all_recorded(trial), "another round to act")
    assert not await ticked(trial)
    await trial.mark("responses", MIDNIGHT, partitions=12)
    await until(lambda: ticked(trial), "the tick")


async def heard(trial: Trial, partitions: int) -> bool:
    return await trial.query("SELECT count(watermark) FROM runtime.consumer_offset") == partitions


async def test_marks_are_written_only_after_everything_told_before_has_been_sent(trial: Trial) -> None:
    await letters(trial, 1)
    holder = await trial.connect()
    assert await holder.fetchval(relay.LOCK)
    trial.start()
    await until(lambda: all_recorded(trial), "the letter to be told")
    await holder.close()
    await until(lambda: marked_by(trial, 12), "the slot to be marked")
    records = await trial.records("reminders", kinds=bool)
    [told] = await trial.records("reminders")
    assert all(one.offset >= told.offset for one in records if one.partition == told.partition)


async def test_a_round_whose_items_cannot_be_claimed_is_shown_and_tried_again(trial: Trial) -> None:
    await ticks(trial, MIDNIGHT)
    await trial.rows("ALTER TABLE tick RENAME COLUMN fails TO missing")
    trial.start()
    failing = await until(lambda: is_failing(trial), "the failure to be shown")
    assert failing["failing"] == "UndefinedColumnError"
    assert datetime.fromisoformat(failing["since"]) == MIDNIGHT
    await trial.rows("ALTER TABLE tick RENAME COLUMN missing TO fails")
    await until(lambda: ticked(trial), "the tick")
    await until(lambda: is_well(trial), "the failure to be gone")
    assert "UndefinedColumnError at " in trial.log()


async def is_failing(trial: Trial) -> dict[str, Any] | None:
    shown = await round_called(trial, "tick")
    return shown if shown["failing"] else None


async def is_well(trial: Trial) -> bool:
    return not (await round_called(trial, "tick"))["failing"]


async def test_a_round_refuses_to_act_where_the_databases_clock_is_another(trial: Trial) -> None:
    await trial.rows(
        "CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "$$ SELECT pg_catalog.clock_timestamp() + interval '61 seconds' $$"
    )
    name, role = (await trial.rows("SELECT current_database(), current_user"))[0]
    await trial.rows(f'ALTER ROLE "{role}" IN DATABASE "{name}" SET search_path = public, pg_catalog')
    trial.start()
    await ticks(trial, MIDNIGHT)
    failing = await until(lambda: is_failing(trial), "the failure to be shown")
    assert failing["failing"] == "ClocksApart"
    assert not await ticked(trial)


async def test_nothing_is_asked_over_and_over_while_nothing_is_due(trial: Trial) -> None:
    """A service at rest looks about once a second."""
    trial.start()
    await until(lambda: marked(trial, MIDNIGHT), "the slot to be marked")
    before = await committed(trial)
    started = time.monotonic()
    await until(lambda: _is(time.monotonic() - started > 2), "two seconds to pass")
    assert await committed(trial) - before < 60


async def committed(trial: Trial) -> int:
    return await trial.query(
        "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database() AND pg_stat_force_next_flush() "
        "IS NOT NULL"
    )


async def _is(condition: bool) -> bool:
    return condition
