"""The mechanisms of the services: their natural keys, and what dispatch asks at the last moment."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

QUEUE = "tests/service/dispatch/test_queue.py::test_"
BATCHING = "tests/service/test_any_batching.py::test_any_batching"

TWICE = "tests/runtime/test_twice.py::test_with_the_offset_check_off_what_is_taken_twice_happens_once"

_DECIDED_ANEW = [
    (" WHERE NOT EXISTS (SELECT FROM decision WHERE invitation = id)", ""),
    (
        "ON CONFLICT DO NOTHING\nRETURNING invitation\n",
        "ON CONFLICT (invitation) DO UPDATE SET wave = excluded.wave\nRETURNING invitation\n",
    ),
]
_NATURAL_KEYS = (
    Mutation("natural key: karens' decision", "services/karens/store.py", _DECIDED_ANEW, [f"{BATCHING}[karens]"]),
    Mutation("natural key: alone against repeats", "services/karens/store.py", _DECIDED_ANEW, [TWICE]),
)

_KARENS = (
    mutation(
        "karens: persons are locked",
        "services/karens/handlers.py",
        "    await store.lock_persons(tx, included)\n",
        "",
        "tests/service/karens/test_deciding.py::test_two_batches_never_clear_the_same_person",
    ),
)

_DISPATCH = (
    mutation(
        "dispatch: the stop is read at the claim",
        "services/dispatch/store/letters.py",
        "coalesce(why_ended(letter), CASE",
        "coalesce(NULL, CASE",
        f"{QUEUE}a_stop_that_nobody_applied_is_read_when_the_letter_is_claimed",
    ),
    mutation(
        "dispatch: the red switch holds",
        "services/dispatch/store/letters.py",
        "\n          AND NOT (SELECT is_on FROM red_switch)\n",
        "\n",
        f"{QUEUE}the_red_switch_holds_everything_and_tells_nothing",
    ),
    mutation(
        "dispatch: a pause holds",
        "services/dispatch/store/letters.py",
        "\n          AND NOT (SELECT paused_waves()) @> ARRAY[wave] AND NOT is_paused(letter)\n",
        "\n",
        f"{QUEUE}a_paused_wave_holds_its_letters_and_a_resumed_one_lets_them_go",
    ),
    mutation(
        "dispatch: the lease",
        "services/dispatch/store/letters.py",
        "          AND (leased_until IS NULL OR leased_until < clock_timestamp()\n"
        "               OR (leased_by = $5 AND state IN ('claimed', 'reclaimed')))\n",
        "",
        f"{QUEUE}what_one_has_claimed_no_other_claims",
    ),
    mutation(
        "dispatch: the derived message",
        "services/dispatch/memo.py",
        'return UUID(bytes=hmac.digest(key, letter.bytes, "sha256")[:16], version=4)',
        "return __import__('uuid').uuid4()",
        f"{QUEUE}the_message_is_derived_from_the_letter",
    ),
)

SERVICES: Sequence[Mutation] = (*_NATURAL_KEYS, *_KARENS, *_DISPATCH)
