"""The guard of rounds and errands: isolation, stuck work, the brake, and pieces that get smaller. Real processes."""

from typing import Any

from tests.runtime.errands.seen import MIDNIGHT, all_recorded, letters, ticked, ticks, world
from tests.runtime.trial import Trial, until

STUCK = "SELECT key, reason, detail FROM runtime.stuck_work WHERE left_because IS NULL ORDER BY key"


async def stuck(trial: Trial) -> list[tuple[str, str]]:
    return [(row["key"], row["reason"]) for row in await trial.rows(STUCK)]


async def makes(trial: Trial, becomes: str, *numbers: int) -> None:
    await trial.rows("UPDATE letter SET becomes = $1 WHERE number = ANY($2::int[])", becomes, list(numbers))


async def halt_of(trial: Trial, work: str) -> dict[str, Any] | None:
    status = await trial.status()
    return next((halt for halt in status["halts"] if halt["work"] == work), None) if status else None


async def carried(trial: Trial, *, but: int) -> bool:
    return await trial.query("SELECT count(*) FROM letter WHERE carried_at IS NULL") == but


async def test_one_tick_that_cannot_be_decided_is_stuck_and_the_others_go_on(errands: Trial) -> None:
    for number in range(1, 101):
        await ticks(errands, MIDNIGHT, fails="true" if number == 37 else "false")
    errands.start()
    await until(lambda: undone(errands, but=1), "the others")
    assert await stuck(errands) == [("37", "broken")]
    assert (await errands.rows(STUCK))[0]["detail"].startswith("tests/runtime/errands/__main__.py:")
    await errands.rows("UPDATE tick SET fails = false")
    assert errands.post("/stuck/retry", work="tick", reason="broken") == {"count": 1}
    await until(lambda: ticked(errands), "the one that is tried again")
    assert await stuck(errands) == []


async def undone(trial: Trial, *, but: int) -> bool:
    return await trial.query("SELECT count(*) FROM tick WHERE done_at IS NULL") == but


async def test_too_many_ticks_that_fail_halt_the_round_and_nothing_is_kept(errands: Trial) -> None:
    for number in range(1, 51):
        await ticks(errands, MIDNIGHT, fails="true" if number % 2 else "false")
    errands.start()
    halt = await until(lambda: halt_of(errands, "tick"), "the round to halt")
    assert halt["because"].startswith("20 of the last 3")
    assert "came to stuck, the latest for broken at tests/runtime/errands/__main__.py:" in halt["because"]
    assert await undone(errands, but=50)
    assert await stuck(errands) == []
    assert "puls resume reminders --work tick" in errands.log()
    await errands.rows("UPDATE tick SET fails = false")
    assert errands.post("/resume?work=tick") == {"resumed": "yes", "work": ["tick"]}
    await until(lambda: ticked(errands), "all of them")


async def test_one_letter_that_cannot_be_carried_is_stuck_and_the_others_go_on(errands: Trial) -> None:
    await letters(errands, 20)
    await makes(errands, "broken", 8)
    errands.start()
    await until(lambda: carried(errands, but=1), "the others")
    assert await stuck(errands) == [("8", "broken")]
    assert sorted(world(errands)) == [number for number in range(1, 21) if number != 8]
    assert "2512489996" not in errands.log()


async def test_what_is_left_with_a_reason_is_not_tried_again_and_not_shown(errands: Trial) -> None:
    await letters(errands, 5)
    await makes(errands, "broken", 3)
    errands.start()
    await until(lambda: carried(errands, but=1), "the others")
    [group] = (await until(errands.status, "a status"))["stuck"]
    assert (group["work"], group["reason"], group["count"]) == ("carry", "broken", 1)
    assert errands.post("/stuck/leave", work="carry", keys=["3"], because="torn by us") == {"count": 1}
    assert (await until(errands.status, "a status"))["stuck"] == []
    await makes(errands, "carried", 3)
    await letters_more(errands, 6)
    await until(lambda: carried(errands, but=1), "another letter")
    assert await errands.query("SELECT carried_at FROM letter WHERE number = 3") is None


async def letters_more(trial: Trial, number: int) -> None:
    await trial.rows("INSERT INTO letter (number, at) VALUES ($1, $2)", number, MIDNIGHT)


async def test_what_cannot_be_kept_is_found_by_smaller_pieces(errands: Trial) -> None:
    await letters(errands, 20)
    await makes(errands, "unrecordable", 11)
    errands.start()
    await until(lambda: carried(errands, but=1), "the others")
    assert await stuck(errands) == [("11", "broken")]


async def test_too_many_that_end_alike_stop_the_errand_before_any_of_it_is_kept(errands: Trial) -> None:
    await letters(errands, 100)
    await makes(errands, "gone", *range(1, 101))
    await makes(errands, "carried", 5)
    errands.start(PULS_AT_ONCE="50")
    halt = await until(lambda: halt_of(errands, "carry"), "the errand to halt")
    assert halt["because"] == "49 of the last 50 came to gone, the latest for a letter that is gone"
    assert await errands.query("SELECT array_agg(number) FROM letter WHERE carried_at IS NOT NULL") == [5]
    await makes(errands, "carried", *range(1, 101))
    errands.post("/resume?work=carry")
    await until(lambda: all_recorded(errands), "all of them")


async def test_a_few_at_a_time_at_most_twenty_end_alike_before_the_errand_stops(errands: Trial) -> None:
    await letters(errands, 200)
    await makes(errands, "gone", *range(1, 201))
    errands.start()
    await until(lambda: halt_of(errands, "carry"), "the errand to halt")
    assert await errands.query("SELECT count(*) FROM letter WHERE carried_at IS NOT NULL") < 20


async def test_a_human_who_has_looked_lets_so_many_end_alike(errands: Trial) -> None:
    await letters(errands, 60)
    await makes(errands, "gone", *range(1, 61))
    errands.start(PULS_AT_ONCE="60")
    await until(lambda: halt_of(errands, "carry"), "the errand to halt")
    errands.post("/resume?work=carry&set_aside=60")
    await until(lambda: all_recorded(errands), "all of them")


async def test_when_all_fail_the_errand_stops_after_twenty_and_gives_everything_back(errands: Trial) -> None:
    await letters(errands, 100)
    await makes(errands, "broken", *range(1, 101))
    errands.start(PULS_AT_ONCE="100")
    halt = await until(lambda: halt_of(errands, "carry"), "the errand to halt")
    assert halt["because"].startswith("20 of the last 20 came to stuck, the latest for broken at ")
    assert await stuck(errands) == []
    assert await errands.query("SELECT count(*) FROM letter WHERE leased_by IS NOT NULL") == 0


async def test_a_piece_that_was_too_slow_is_followed_by_a_smaller_one(errands: Trial) -> None:
    """The database ends what takes too long: the round shows that, and halves its pieces until they are quick."""
    for _ in range(40):
        await ticks(errands, MIDNIGHT)
    await errands.rows(SLOW)
    await errands.rows("CREATE TRIGGER slow BEFORE UPDATE ON tick FOR EACH ROW EXECUTE FUNCTION slow()")
    name = await errands.query("SELECT quote_ident(current_database())")
    await errands.rows(f"ALTER DATABASE {name} SET statement_timeout = '1s'")
    errands.start()
    await until(lambda: ticked(errands), "all of them")
    assert "TimeoutError" in errands.log() or "QueryCanceledError" in errands.log()


SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.06); RETURN new; END $$
"""
