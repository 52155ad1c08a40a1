"""The mechanisms by which records are taken."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

TAKING = "tests/runtime/test_taking.py::test_"

_TAKING = (
    mutation(
        "bookmark: its check",
        "shared/runtime/taking.py",
        "(bookmark.cluster, bookmark.next_offset) == (self._cluster, part[0].offset)",
        "bookmark.cluster == self._cluster",
        f"{TAKING}a_part_that_does_not_start_at_the_bookmark_is_left_alone",
    ),
    mutation(
        "bookmark: its cluster",
        "shared/runtime/taking.py",
        "(bookmark.cluster, bookmark.next_offset) == (self._cluster, part[0].offset)",
        "bookmark.next_offset == part[0].offset",
        f"{TAKING}a_bookmark_of_another_cluster_is_nothing_to_take_from",
    ),
    mutation(
        "bookmark: its lock",
        "shared/runtime/bookmarks.py",
        "FOR UPDATE OF bookmark\n",
        "",
        f"{TAKING}of_two_who_take_the_same_part_one_waits_and_is_late",
    ),
    Mutation(
        "bookmark: its move in the effects' transaction",
        "shared/runtime/taking.py",
        [
            ("        await bookmarks.move(tx, {", "        self._moves = ({"),
            (
                "        return {place: held[place].next_offset for place in parts",
                (
                    "        if at_bookmark:\n            async with self._database.transaction() as tx:\n"
                    "                await bookmarks.move(tx, self._moves)\n"
                    "        return {place: held[place].next_offset for place in parts"
                ),
            ),
        ],
        [f"{TAKING}effects_what_is_told_and_the_bookmark_are_one_transaction"],
    ),
    mutation(
        "savepoint of a failing part",
        "shared/runtime/taking.py",
        "            async with tx.savepoint():\n",
        "            if True:\n",
        f"{TAKING}what_a_failing_part_did_is_undone_and_the_others_are_kept",
    ),
    mutation(
        "halving",
        "shared/runtime/taking.py",
        "half = len(arrived) // 2",
        "half = 1",
        f"{TAKING}one_bad_record_in_two_thousand_takes_some_twenty_attempts",
    ),
    mutation(
        "repeats within a batch",
        "shared/runtime/taking.py",
        "by_kind[kind].setdefault(event.identity(), (record, event))",
        "by_kind[kind].setdefault(len(by_kind[kind]), (record, event))",
        f"{TAKING}a_fact_that_comes_twice_in_one_batch_is_handed_over_once",
    ),
    mutation(
        "an outage is not a bad record",
        "shared/runtime/taking.py",
        "            if passes_by_itself(error):\n                raise\n",
        "",
        f"{TAKING}an_outage_is_not_a_bad_record",
    ),
    mutation(
        "halt: kept in the database",
        "shared/runtime/serving.py",
        "            await failures.halt(tx, because)",
        "            self._say_halted(because)",
        "tests/runtime/test_poison.py::test_nothing_but_bad_records_stops_the_service_over_restarts_until_a_human_says_go_on",
    ),
    mutation(
        "standstill: idle in a transaction",
        "shared/runtime/database.py",
        '"idle_in_transaction_session_timeout": f"{self._standstill}s",',
        "",
        f"{TAKING}whoever_stands_still_in_a_transaction_loses_it_and_what_it_held",
    ),
    mutation(
        "standstill: in the middle of a statement",
        "shared/runtime/database.py",
        '"transaction_timeout": f"{LONGEST_TRANSACTION * self._standstill}s",',
        "",
        "tests/runtime/test_rebalance.py::test_a_copy_that_was_long_away_comes_back_and_changes_nothing",
    ),
)

_INTAKE = (
    mutation(
        "seeking the bookmark after an assignment",
        "shared/runtime/intake.py",
        "            if not self.standing:\n                _seek(",
        "            if False:\n                _seek(",
        "tests/runtime/test_twice.py::test_a_bookmark_set_back_is_where_the_service_goes_on",
    ),
    mutation(
        "log: another cluster's",
        "shared/runtime/agreement.py",
        "if bookmark.cluster != cluster:",
        "if False:",
        "tests/runtime/test_log.py::test_a_bookmark_of_another_cluster",
    ),
    mutation(
        "log: its bounds",
        "shared/runtime/agreement.py",
        "if not first <= bookmark.next_offset <= end:",
        "if False:",
        "tests/runtime/test_log.py::test_a_topic_that_was_made_anew",
    ),
)

OF_TAKING: Sequence[Mutation] = (*_TAKING, *_INTAKE)
