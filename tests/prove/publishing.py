"""The mechanisms by which events are published, and by which time brings work."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

KILLED = "tests/runtime/test_killed.py::test_"
OUTBOX = "tests/runtime/test_publishing.py::test_"
ROUNDS = "tests/runtime/test_rounds.py::test_"

_RELAY = (
    mutation(
        "relay: its lock",
        "shared/runtime/relay.py",
        "while not await tx.fetchval(LOCK):",
        "while not await tx.fetchval('SELECT true'):",
        f"{KILLED}killed_between_the_commit_and_the_relay",
    ),
    mutation(
        "relay: deletes only what it sent",
        "shared/runtime/outbox.py",
        "DELETE FROM runtime.outbox WHERE id = ANY($1::bigint[])",
        "DELETE FROM runtime.outbox WHERE id <= (SELECT max(id) FROM unnest($1::bigint[]) AS id)",
        f"{OUTBOX}a_row_that_the_broker_refuses_is_put_aside_and_the_others_are_told_once",
    ),
    Mutation(
        "relay: deletes after the acknowledgement",
        "shared/runtime/relay.py",
        [
            (
                (
                    "        sent, failed = await sending.send(producer, rows)\n"
                    "        await outbox.delete(tx, [row.id for row in sent])\n"
                ),
                (
                    "        await outbox.delete(tx, [row.id for row in rows])\n"
                    "        sent, failed = await sending.send(producer, rows)\n"
                ),
            )
        ],
        [f"{KILLED}killed_between_sending_and_deleting"],
    ),
    mutation(
        "relay: puts aside what the broker refuses",
        "shared/runtime/relay.py",
        "            if isinstance(error, NEVER):\n",
        "            if False:\n",
        f"{OUTBOX}what_lies_beyond_a_refused_row_is_still_told",
    ),
    mutation(
        "relay: watermarks only after draining",
        "shared/runtime/relay.py",
        "            if rows:\n                await self._send(tx, producer, rows)\n",
        "            await self._mark(producer, now)\n            if rows:\n"
        "                await self._send(tx, producer, rows)\n",
        f"{ROUNDS}marks_are_written_only_after_everything_told_before_has_been_sent",
    ),
)

_ROUNDS = (
    mutation(
        "rounds: watermarks",
        "shared/runtime/scheduler.py",
        " and await self._has_heard(tx, work, now)",
        "",
        f"{ROUNDS}a_round_that_must_have_heard_waits_for_marks",
    ),
    mutation(
        "rounds: clocks apart",
        "shared/runtime/scheduler.py",
        "            await require_same_time(tx)\n",
        "",
        f"{ROUNDS}a_round_refuses_to_act_where_the_databases_clock_is_another",
    ),
    mutation(
        "rounds: the hours at which they act",
        "shared/runtime/clock.py",
        "return self.now().astimezone(DENMARK).hour in ROUND_HOURS",
        "return True",
        f"{ROUNDS}rounds_act_at_midnight_and_noon_only",
    ),
    mutation(
        "rounds: looking changes nothing",
        "shared/runtime/scheduler.py",
        "async with self.database.reading() as tx:",
        "async with self.database.transaction() as tx:",
        f"{ROUNDS}nothing_is_asked_over_and_over_while_nothing_is_due",
    ),
    mutation(
        "stepper: the log's ends",
        "deploy/local/snapshot.py",
        "if stored != ends[topic, partition]",
        "if False",
        "tests/runtime/test_stepper.py::test_it_never_moves_while_something_is_on_its_way",
    ),
)

PUBLISHING: Sequence[Mutation] = (*_RELAY, *_ROUNDS)
