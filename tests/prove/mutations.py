"""The table of mechanisms: what is taken out, and which test must then fail."""

from collections.abc import Sequence
from dataclasses import dataclass

TAKING = "tests/runtime/test_taking.py::test_"
KILLED = "tests/runtime/test_killed.py::test_"
TELLING = "tests/runtime/test_telling.py::test_"
ROUNDS = "tests/runtime/test_rounds.py::test_"
QUEUE = "tests/service/dispatch/test_queue.py::test_"
HELPING = "tests/service/test_any_helping.py::test_any_helping"


@dataclass(frozen=True)
class Mutation:
    name: str
    path: str
    changes: Sequence[tuple[str, str]]
    """Exact text that stands there once, and what stands there instead."""
    tests: Sequence[str]


def _mutation(name: str, path: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(name, path, [(old, new)], tests)


_TAKING = (
    _mutation(
        "bookmark: its check",
        "shared/runtime/taking.py",
        "(held[place].cluster, held[place].next_offset) == (self._cluster, part[0].offset)",
        "held[place].cluster == self._cluster",
        f"{TAKING}a_part_that_does_not_start_at_the_bookmark_is_left_alone",
    ),
    _mutation(
        "bookmark: its cluster",
        "shared/runtime/taking.py",
        "(held[place].cluster, held[place].next_offset) == (self._cluster, part[0].offset)",
        "held[place].next_offset == part[0].offset",
        f"{TAKING}a_bookmark_of_another_cluster_is_nothing_to_take_from",
    ),
    _mutation(
        "bookmark: its lock",
        "shared/runtime/bookmarks.py",
        "FOR UPDATE OF bookmark\n",
        "",
        f"{TAKING}of_two_who_take_the_same_part_one_is_late",
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
    _mutation(
        "savepoint of a failing part",
        "shared/runtime/taking.py",
        "            async with tx.savepoint():\n",
        "            if True:\n",
        f"{TAKING}what_a_failing_part_did_is_undone_and_the_others_are_kept",
    ),
    _mutation(
        "halving",
        "shared/runtime/taking.py",
        "half = len(arrived) // 2",
        "half = 1",
        f"{TAKING}one_bad_record_in_two_thousand_takes_some_twenty_attempts",
    ),
    _mutation(
        "repeats within a batch",
        "shared/runtime/taking.py",
        "by_kind[kind].setdefault(event.identity(), (record, event))",
        "by_kind[kind].setdefault(len(by_kind[kind]), (record, event))",
        f"{TAKING}a_fact_that_comes_twice_in_one_batch_is_handed_over_once",
    ),
    _mutation(
        "an outage is not a bad record",
        "shared/runtime/taking.py",
        "            if passes_by_itself(error):\n                raise\n",
        "",
        f"{TAKING}an_outage_is_not_a_bad_record",
    ),
    _mutation(
        "halt: kept in the database",
        "shared/runtime/serving.py",
        "            await failures.halt(tx, because)",
        "            self._say_halted(because)",
        "tests/runtime/test_poison.py::test_nothing_but_bad_records_stops_the_service_over_restarts_until_a_human_says_go_on",
    ),
    _mutation(
        "standstill: idle in a transaction",
        "shared/runtime/database.py",
        '"idle_in_transaction_session_timeout": f"{self._standstill}s",',
        "",
        f"{TAKING}whoever_stands_still_in_a_transaction_loses_it_and_what_it_held",
    ),
    _mutation(
        "standstill: in the middle of a statement",
        "shared/runtime/database.py",
        '"transaction_timeout": f"{LONGEST_TRANSACTION * self._standstill}s",',
        "",
        "tests/runtime/test_rebalance.py::test_a_copy_that_was_long_away_comes_back_and_changes_nothing",
    ),
)

_INTAKE = (
    _mutation(
        "seeking the bookmark after an assignment",
        "shared/runtime/intake.py",
        "            if not self.standing:\n                _seek(",
        "            if False:\n                _seek(",
        "tests/runtime/test_twice.py::test_a_bookmark_set_back_is_where_the_service_goes_on",
    ),
    _mutation(
        "log: another cluster's",
        "shared/runtime/agreement.py",
        "if bookmark.cluster != cluster:",
        "if False:",
        "tests/runtime/test_log.py::test_a_bookmark_of_another_cluster",
    ),
    _mutation(
        "log: its bounds",
        "shared/runtime/agreement.py",
        "if not first <= bookmark.next_offset <= end:",
        "if False:",
        "tests/runtime/test_log.py::test_a_topic_that_was_made_anew",
    ),
)

_RELAY = (
    _mutation(
        "relay: its lock",
        "shared/runtime/relay.py",
        "while not await tx.fetchval(LOCK):",
        "while not await tx.fetchval('SELECT true'):",
        f"{KILLED}killed_between_the_commit_and_the_relay",
    ),
    _mutation(
        "relay: deletes only what it sent",
        "shared/runtime/outbox.py",
        "DELETE FROM runtime.outbox WHERE id = ANY($1::bigint[])",
        "DELETE FROM runtime.outbox WHERE id <= (SELECT max(id) FROM unnest($1::bigint[]) AS id)",
        f"{TELLING}a_row_that_the_broker_refuses_is_put_aside_and_the_others_are_told_once",
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
    _mutation(
        "relay: puts aside what the broker refuses",
        "shared/runtime/relay.py",
        "            if isinstance(error, NEVER):\n",
        "            if False:\n",
        f"{TELLING}what_lies_beyond_a_refused_row_is_still_told",
    ),
    _mutation(
        "relay: marks only after draining",
        "shared/runtime/relay.py",
        "            if rows:\n                await self._send(tx, producer, rows)\n",
        "            await self._mark(producer, now)\n            if rows:\n"
        "                await self._send(tx, producer, rows)\n",
        f"{ROUNDS}marks_are_written_only_after_everything_told_before_has_been_sent",
    ),
)

_ROUNDS = (
    _mutation(
        "rounds: complete until",
        "shared/runtime/rounds.py",
        "or not await self._has_heard(tx, one, now)",
        "",
        f"{ROUNDS}a_round_that_must_have_heard_waits_for_marks",
    ),
    _mutation(
        "rounds: clocks apart",
        "shared/runtime/rounds.py",
        "            await _same_time(tx)\n",
        "",
        f"{ROUNDS}a_round_refuses_to_act_where_the_databases_clock_is_another",
    ),
    _mutation(
        "rounds: the hours at which they act",
        "shared/runtime/clock.py",
        "return self.now().astimezone(DENMARK).hour in ROUND_HOURS",
        "return True",
        f"{ROUNDS}rounds_act_at_midnight_and_noon_only",
    ),
    _mutation(
        "rounds: looking changes nothing",
        "shared/runtime/rounds.py",
        "async with self.database.reading() as tx:",
        "async with self.database.transaction() as tx:",
        f"{ROUNDS}nothing_is_asked_over_and_over_while_nothing_is_due",
    ),
    _mutation(
        "stepper: the log's ends",
        "deploy/local/stepper.py",
        "            if bookmark != ends[TopicPartition(topic, partition)]\n",
        "            if False\n",
        "tests/runtime/test_stepper.py::test_it_never_moves_while_something_is_on_its_way",
    ),
)

_NATURAL_KEYS = (
    Mutation(
        "natural key: karens' decision",
        "services/karens/store.py",
        [
            (" WHERE NOT EXISTS (SELECT FROM decision WHERE invitation = id)", ""),
            (
                "ON CONFLICT DO NOTHING\nRETURNING invitation\n",
                "ON CONFLICT (invitation) DO UPDATE SET wave = excluded.wave\nRETURNING invitation\n",
            ),
        ],
        [f"{HELPING}[karens]"],
    ),
    _mutation(
        "natural key: dispatch's letter",
        "services/dispatch/store/letters.py",
        "not_before, not_after)\nON CONFLICT DO NOTHING\n",
        "not_before, not_after)\n",
        f"{QUEUE}cleared_twice_is_queued_once",
    ),
    _mutation(
        "natural key: reminders",
        "services/reminders/store.py",
        "JOIN invitation ON invitation.id = planned.invitation\nON CONFLICT DO NOTHING\n",
        "JOIN invitation ON invitation.id = planned.invitation\n",
        f"{HELPING}[reminders]",
    ),
    _mutation(
        "natural key: responses' invitation",
        "services/responses/store.py",
        "ON CONFLICT (id) DO NOTHING",
        "",
        "tests/service/responses/test_hearing.py",
    ),
    _mutation(
        "natural key: the console's set-aside records",
        "services/console/store/set_aside.py",
        "ON CONFLICT DO NOTHING",
        "",
        f"{HELPING}[console]",
    ),
)

_DISPATCH = (
    _mutation(
        "dispatch: the stop is read at the claim",
        "services/dispatch/store/letters.py",
        "coalesce(why_ended(letter), CASE",
        "coalesce(NULL, CASE",
        f"{QUEUE}a_stop_that_nobody_applied_is_read_when_the_letter_is_claimed",
    ),
    _mutation(
        "dispatch: the red switch and pauses hold",
        "services/dispatch/store/letters.py",
        "      AND (leased_until IS NULL OR leased_until < clock_timestamp()) AND NOT is_held(letter)\n",
        "      AND (leased_until IS NULL OR leased_until < clock_timestamp())\n",
        f"{QUEUE}the_red_switch_holds_everything_and_tells_nothing",
    ),
    _mutation(
        "dispatch: the lease",
        "services/dispatch/store/letters.py",
        "      AND (leased_until IS NULL OR leased_until < clock_timestamp()) AND NOT is_held(letter)\n",
        "      AND NOT is_held(letter)\n",
        f"{QUEUE}what_one_has_claimed_no_other_claims",
    ),
    _mutation(
        "dispatch: the derived message",
        "services/dispatch/memo.py",
        "hmac.digest(key, letter.bytes, hashlib.sha256)",
        "hashlib.sha256(str(id(key)).encode() + __import__('os').urandom(8)).digest()",
        f"{QUEUE}the_message_is_derived_from_the_letter",
    ),
)

MUTATIONS: Sequence[Mutation] = (*_TAKING, *_INTAKE, *_RELAY, *_ROUNDS, *_NATURAL_KEYS, *_DISPATCH)
