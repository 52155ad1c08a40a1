"""How a service starts, stops, and answers for itself."""

import json
import socket
import time
import urllib.error
import urllib.request
from typing import Any

from deploy.local.ports import HOST
from tests.runtime.input import months
from tests.runtime.trial import Trial, until

FIRST, *_ = months(240)
NOWHERE = f"{HOST}:1"


def answer(trial: Trial, path: str) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{trial.ports[0]}{path}", timeout=5) as found:
            return found.status, json.load(found)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)
    except OSError:
        return 0, None


async def answers(trial: Trial) -> bool:
    return answer(trial, "/live")[0] != 0


async def test_a_service_at_rest_stops_within_seconds(trial: Trial) -> None:
    trial.start()
    await trial.up()
    assert trial.stop() == 0
    assert "Traceback" not in trial.log()


async def test_a_service_that_waits_for_kafka_says_so_and_stops_within_seconds(trial: Trial) -> None:
    trial.start(PULS_KAFKA=NOWHERE)
    await until(lambda: said(trial, "where=kafka"), "the service to say what it waits for")
    assert trial.stop() == 0


async def test_a_service_that_waits_for_the_database_says_so_and_stops_within_seconds(trial: Trial) -> None:
    trial.start(PULS_DATABASE_URL=f"postgresql://karens@{NOWHERE}/karens")
    await until(lambda: said(trial, "where=database"), "the service to say what it waits for")
    assert trial.stop() == 0


async def said(trial: Trial, words: str) -> bool:
    return words in trial.log()


async def test_a_stopped_batch_is_given_back(trial: Trial) -> None:
    """Whoever holds up a batch does not hold up the end."""
    trial.start()
    await trial.up()
    holder = await trial.connect()
    async with holder.transaction():
        await holder.execute("LOCK TABLE decision IN EXCLUSIVE MODE")
        await trial.publish(FIRST)
        await until(lambda: trial.waits_for("INSERT INTO decision"), "karens to decide")
        assert trial.stop() == 0
    await holder.close()
    assert await trial.query("SELECT count(*) FROM decision") == 0


async def test_a_taken_port_is_one_sentence_and_the_end(trial: Trial) -> None:
    with socket.create_server((HOST, 0)) as taken:
        trial.ports[0] = taken.getsockname()[1]
        trial.start()
        assert trial.processes.pop(0).wait(timeout=60) == 1
    assert f"cannot listen on {HOST}:{trial.ports[0]} (Address already in use)" in trial.log()
    assert "Traceback" not in trial.log()


async def test_a_database_that_does_not_answer_is_said_in_words(trial: Trial) -> None:
    trial.start(PULS_DATABASE_URL=f"postgresql://karens@{NOWHERE}/karens")
    await until(lambda: answers(trial), "the service to answer")
    away = {"away": "the database does not answer (ConnectionRefusedError)"}
    assert answer(trial, "/status") == (503, away)
    assert answer(trial, "/ready") == (503, away)
    assert answer(trial, "/live") == (200, {"live": "yes"})


async def test_a_broker_that_does_not_answer_keeps_nobody_from_asking_how_it_stands(trial: Trial) -> None:
    trial.start(PULS_KAFKA=NOWHERE)
    await until(lambda: answers(trial), "the service to answer")
    code, status = answer(trial, "/status")
    assert (code, status["reads"], status["consuming"]) == (200, [], False)


async def test_how_it_stands_is_said_quickly(trial: Trial) -> None:
    """The quickest of some answers takes a few milliseconds: nobody outside the database is asked."""
    trial.start()
    await trial.up()

    def seconds() -> float:
        before = time.perf_counter()
        assert answer(trial, "/status")[0] == 200
        return time.perf_counter() - before

    assert min(seconds() for _ in range(40)) < 0.02


async def test_going_on_after_a_kill_takes_less_than_ten_seconds(trial: Trial) -> None:
    """The copy that starts in its place has the partitions at once: nobody waits for a session to time out."""
    trial.start()
    await trial.up()
    trial.kill()
    trial.start()
    await until(lambda: answers(trial), "the service to answer")
    began = time.monotonic()
    await trial.publish(FIRST)
    await until(lambda: trial.query("SELECT count(*) FROM decision"), "karens to decide")
    assert time.monotonic() - began < 10
