"""The guard of rounds and errands, and how copies are told apart."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

TRIALS = "tests/runtime/test_guard.py::test_"
LETTERS = "tests/service/dispatch/test_guarded.py::test_"
COPIES = "tests/runtime/test_copies.py::test_"

GUARD: Sequence[Mutation] = (
    mutation(
        "guard: too many that end alike halt the work",
        "shared/runtime/circuit_breaker.py",
        "            if n >= limit.at_least and n > limit.share * items\n",
        "            if False\n",
        f"{LETTERS}registers_that_know_nobody_end_nobodys_letter",
    ),
    mutation(
        "guard: nothing of what nobody believes is kept",
        "shared/runtime/pieces.py",
        "        self._leave_out(beyond)\n",
        "",
        f"{TRIALS}too_many_that_end_alike_stop_the_errand_before_any_of_it_is_kept",
    ),
    mutation(
        "guard: a halt holds the work",
        "shared/runtime/scheduler.py",
        "if await self._is_halted(tx, work) or not",
        "if not",
        f"{TRIALS}too_many_ticks_that_fail_halt_the_round_and_nothing_is_kept",
    ),
    mutation(
        "guard: what was not tried is given back",
        "shared/runtime/executor.py",
        "if outcome.untouched and work.put_back:",
        "if False:",
        f"{TRIALS}when_all_fail_the_errand_stops_after_twenty_and_gives_everything_back",
    ),
    mutation(
        "guard: what cannot be kept is done by halves",
        "shared/runtime/executor.py",
        "            if is_transient(error):\n                raise\n            if len(items) == 1:\n",
        "            if len(items) > 1:\n                raise\n            if len(items) == 1:\n",
        f"{TRIALS}what_cannot_be_kept_is_found_by_smaller_pieces",
    ),
    mutation(
        "guard: a piece that was too slow is followed by a smaller one",
        "shared/runtime/scheduler.py",
        "            self._sizes[work.name].halve()\n",
        "",
        f"{TRIALS}a_piece_that_was_too_slow_is_followed_by_a_smaller_one",
    ),
    mutation(
        "guard: a refusal by an unlisted code ends nothing",
        "services/dispatch/answers.py",
        'LetterUpdate(letter, "stuck", reason, at)',
        "LetterUpdate(letter, happening, reason, at)",
        f"{LETTERS}a_receipt_with_a_code_that_nobody_knows_is_stuck_and_its_letter_ends_nowhere",
    ),
    mutation(
        "dispatch: the letters of a stopped wave are ended in pieces",
        "services/dispatch/store/endings.py",
        "    if len(found) < at_most:\n",
        "    if True:\n",
        f"{LETTERS}a_stop_is_told_in_pieces_until_the_last_letter",
    ),
    mutation(
        "copies: a silent copy's leases are free",
        "shared/runtime/migrations/20261129000020_copies.sql",
        "interval '20 seconds'",
        "interval '20 days'",
        f"{COPIES}what_a_copy_had_claimed_that_stands_still_is_done_by_another",
    ),
    mutation(
        "copies: whoever takes a slot ends its holder's leases",
        "shared/runtime/copies.py",
        "        await session.execute(FREE, copy_id(), slot)\n        await session.execute(TAKE, copy_id(), slot)\n",
        "        await session.execute('UPDATE runtime.copy SET slot = -slot - 1 WHERE slot = $1', slot)\n"
        "        await session.execute(TAKE, copy_id(), slot)\n",
        f"{COPIES}whoever_starts_in_the_place_of_a_killed_copy_takes_its_slot_and_its_work_at_once",
    ),
)
