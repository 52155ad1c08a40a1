"""Copies of a service are told apart by what they draw themselves, and a copy that died is known by its silence."""

import signal
from typing import Any

from tests.runtime.errands.seen import all_recorded, letters, world
from tests.runtime.trial import Trial, until


async def copies(trial: Trial, replica: int = 0) -> list[dict[str, Any]]:
    status = await trial.status(replica)
    return status["copies"] if status else []


async def slots(trial: Trial, *expected: int) -> bool:
    return [copy["slot"] for copy in await copies(trial) if not copy["gone"]] == list(expected)


async def test_each_copy_draws_an_id_and_the_lowest_free_slot_and_any_of_them_shows_all(errands: Trial) -> None:
    errands.start()
    await until(lambda: slots(errands, 0), "the first copy")
    errands.start(replica=1)
    await until(lambda: slots(errands, 0, 1), "the second copy")
    seen = await until(lambda: copies(errands, 1), "the second to answer")
    assert len({copy["id"] for copy in seen}) == 2
    assert all("waiting" in copy["status"] for copy in seen)


async def test_whoever_starts_in_the_place_of_a_killed_copy_takes_its_slot_and_its_work_at_once(errands: Trial) -> None:
    errands.start()
    [before] = await until(lambda: copies(errands), "the copy")
    errands.kill()
    errands.start()
    await until(errands.status, "the copy that follows")
    [after] = await until(lambda: copies(errands), "its place")
    assert (after["slot"], after["id"] == before["id"]) == (0, False)
    assert await errands.query("SELECT runtime.is_gone($1)", before["id"])


async def test_a_copy_that_stops_by_itself_is_no_longer_among_them(errands: Trial) -> None:
    errands.start()
    errands.start(replica=1)
    await until(lambda: slots(errands, 0, 1), "both copies")
    assert errands.stop(1) == 0
    assert len(await copies(errands)) == 1


async def test_what_a_copy_had_claimed_that_stands_still_is_done_by_another(errands: Trial) -> None:
    """Its silence tells; when it wakes up it takes another place, and nothing is told twice."""
    await letters(errands, 5)
    errands.start()
    await until(errands.status, "the first copy")
    await until(lambda: all_recorded(errands), "the first letters")
    await errands.rows("UPDATE letter SET carried_at = NULL, leased_by = (SELECT id FROM runtime.copy)")
    errands.signal(signal.SIGSTOP)
    errands.start(replica=1)
    await until(lambda: all_recorded(errands), "the other copy to do what the first had claimed")
    errands.signal(signal.SIGCONT)
    await until(lambda: two_alive(errands), "the first to be back")
    assert max(world(errands)) == 5


async def two_alive(trial: Trial) -> bool:
    return len([copy for copy in await copies(trial, 1) if not copy["gone"]]) == 2
