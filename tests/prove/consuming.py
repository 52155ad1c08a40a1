"""The mechanisms by which records are consumed."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

BATCHES = "tests/runtime/test_batches.py::test_"

_BATCHES = (
    mutation(
        "stored offset: its check",
        "shared/runtime/batches.py",
        "(stored.cluster, stored.next_offset) == (self._cluster, part[0].offset)",
        "stored.cluster == self._cluster",
        f"{BATCHES}a_part_that_does_not_start_at_the_stored_offset_is_left_alone",
    ),
    mutation(
        "stored offset: its cluster",
        "shared/runtime/batches.py",
        "(stored.cluster, stored.next_offset) == (self._cluster, part[0].offset)",
        "stored.next_offset == part[0].offset",
        f"{BATCHES}a_stored_offset_of_another_cluster_is_nothing_to_take_from",
    ),
    mutation(
        "stored offset: its lock",
        "shared/runtime/offsets.py",
        "FOR UPDATE OF consumer_offset\n",
        "",
        f"{BATCHES}of_two_who_take_the_same_part_one_waits_and_is_late",
    ),
    Mutation(
        "stored offset: its move in the effects' transaction",
        "shared/runtime/batches.py",
        [
            ("        await offsets.move(\n            tx, {", "        self._moves = (\n            {"),
            (
                "        return {place: held[place].next_offset for place in parts",
                (
                    "        if at_stored_offset:\n            async with self._database.transaction() as tx:\n"
                    "                await offsets.move(tx, self._moves)\n"
                    "        return {place: held[place].next_offset for place in parts"
                ),
            ),
        ],
        [f"{BATCHES}effects_what_is_told_and_the_stored_offset_are_one_transaction"],
    ),
    mutation(
        "savepoint of a failing part",
        "shared/runtime/batches.py",
        "            async with tx.savepoint():\n",
        "            if True:\n",
        f"{BATCHES}what_a_failing_part_did_is_undone_and_the_others_are_kept",
    ),
    mutation(
        "halving",
        "shared/runtime/isolation.py",
        "half = len(piece) // 2",
        "half = 1",
        f"{BATCHES}one_bad_record_in_two_thousand_takes_some_twenty_attempts",
    ),
    mutation(
        "repeats within a batch",
        "shared/runtime/batches.py",
        "by_kind[kind].setdefault(event.identity(), (record, event))",
        "by_kind[kind].setdefault(len(by_kind[kind]), (record, event))",
        f"{BATCHES}a_fact_that_comes_twice_in_one_batch_is_handed_over_once",
    ),
    mutation(
        "an outage is not a bad record",
        "shared/runtime/batches.py",
        "        if found.outage:\n            raise found.outage\n",
        "",
        f"{BATCHES}an_outage_is_not_a_bad_record",
    ),
    mutation(
        "halt: kept in the database",
        "shared/runtime/serving.py",
        "            await circuit_breaker.halt(tx, CONSUME, because)",
        "            self._say_halted(because)",
        "tests/runtime/test_bad_records.py::test_nothing_but_bad_records_stops_the_service_over_restarts_until_a_human_says_go_on",
    ),
    mutation(
        "standstill: idle in a transaction",
        "shared/runtime/database.py",
        '"idle_in_transaction_session_timeout": f"{self.standstill}s",',
        "",
        f"{BATCHES}whoever_stands_still_in_a_transaction_loses_it_and_what_it_held",
    ),
    mutation(
        "standstill: in the middle of a statement",
        "shared/runtime/database.py",
        '"transaction_timeout": f"{LONGEST_TRANSACTION * self.standstill}s",',
        "",
        "tests/runtime/test_rebalance.py::test_a_copy_that_was_long_away_comes_back_and_changes_nothing",
    ),
)

_CONSUMER = (
    mutation(
        "seeking the stored offset after an assignment",
        "shared/runtime/consumer.py",
        "            if not self.positions_seen:\n                subscription.seek(",
        "            if False:\n                subscription.seek(",
        "tests/runtime/test_twice.py::test_a_stored_offset_set_back_is_where_the_service_goes_on",
    ),
    mutation(
        "log: another cluster's",
        "shared/runtime/positions.py",
        "if stored.cluster != cluster:",
        "if False:",
        "tests/runtime/test_offset_mismatch.py::test_a_stored_offset_of_another_cluster",
    ),
    mutation(
        "log: its bounds",
        "shared/runtime/positions.py",
        "if not first <= stored.next_offset <= end:",
        "if False:",
        "tests/runtime/test_offset_mismatch.py::test_a_topic_that_was_made_anew",
    ),
)

CONSUMING: Sequence[Mutation] = (*_BATCHES, *_CONSUMER)
