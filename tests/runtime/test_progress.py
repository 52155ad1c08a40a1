"""A partition that stands, a batch that is slow, a database that says nothing: each is shown as what it is."""

import asyncio

from tests.runtime.input import months
from tests.runtime.test_bad_records import set_aside
from tests.runtime.test_internal_api import answer
from tests.runtime.test_partitions import waits_for
from tests.runtime.trial import Trial, until

SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.06); RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION slow();
"""
FIRST, _, _ = months(400)


async def test_a_partition_that_stands_while_others_move_is_named_and_fails_liveness(trial: Trial) -> None:
    trial.module = "tests.runtime.impatient"
    trial.start()
    await trial.publish(FIRST)
    await until(lambda: trial.query("SELECT count(*) > 300 FROM decision"), "the others to move")
    status, said = await until(lambda: not_alive(trial), "liveness to fail")
    assert status == 503
    assert said["live"].startswith(f"{trial.topic('inclusion')}/7 has not moved for")
    assert await waits_for(trial, f"{trial.topic('inclusion')}/7")


async def not_alive(trial: Trial) -> tuple[int, dict[str, str]] | None:
    status, said = await asyncio.to_thread(answer, trial, "/live")
    return (status, said) if status == 503 else None


async def said(trial: Trial, words: str) -> bool:
    return words in trial.log()


async def test_a_batch_that_times_out_is_tried_smaller(trial: Trial) -> None:
    """Twenty-four seconds of work, where the database ends a transaction after sixteen."""
    connection = await trial.connect()
    await connection.execute(SLOW)
    await connection.close()
    await trial.publish(FIRST)
    trial.start(PULS_STANDSTILL="2")
    await until(lambda: said(trial, "where=database"), "the database to end the transaction")
    await trial.at_rest()
    assert await trial.query("SELECT count(*) FROM decision") == 400
    assert await set_aside(trial) == []


async def test_a_batch_that_is_slow_is_shown_as_what_it_is_and_kafka_is_not_blamed(trial: Trial) -> None:
    trial.module = "tests.runtime.impatient"
    trial.start()
    await trial.up()
    holder = await trial.connect()
    async with holder.transaction():
        await holder.execute("LOCK TABLE decision")
        await trial.publish(FIRST)
        await until(lambda: waits_for(trial, "a batch of"), "the batch to be shown")
    await holder.close()
    await until(lambda: trial.query("SELECT count(*) > 300 FROM decision"), "the batch to be taken")
    assert "where=kafka" not in trial.log()


async def test_a_database_that_says_nothing_is_said_to_be_away(trial: Trial) -> None:
    trial.start()
    await trial.up()
    holder = await trial.connect()
    async with holder.transaction():
        await holder.execute("LOCK TABLE runtime.outbox")
        status, said = await asyncio.to_thread(answer, trial, "/status")
    await holder.close()
    assert (status, said) == (503, {"away": "the database does not answer (TimeoutError)"})
