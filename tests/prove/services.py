"""The mechanisms of the services: their natural keys, and what dispatch asks at the last moment."""

from collections.abc import Sequence

from tests.prove.mutation import Mutation, mutation

QUEUE = "tests/service/dispatch/test_queue.py::test_"
SWITCH = "tests/service/dispatch/test_red_switch.py::test_"
HELD = "tests/service/inclusion/test_held_waves.py::test_"
WAVES = "tests/service/inclusion/test_waves.py::"
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
        "services/dispatch/store/claims.py",
        "coalesce(why_ended(letter), CASE",
        "coalesce(NULL, CASE",
        f"{QUEUE}a_stop_that_nobody_applied_is_read_when_the_letter_is_claimed",
    ),
    mutation(
        "dispatch: the red switch holds",
        "services/dispatch/store/claims.py",
        "\n          AND NOT (SELECT is_on FROM red_switch)\n",
        "\n",
        f"{QUEUE}the_red_switch_holds_everything_and_tells_nothing",
    ),
    mutation(
        "dispatch: a pause holds",
        "services/dispatch/store/claims.py",
        "\n          AND NOT (SELECT paused_waves()) @> ARRAY[wave] AND NOT is_paused(letter)\n",
        "\n",
        f"{QUEUE}a_paused_wave_holds_its_letters_and_a_resumed_one_lets_them_go",
    ),
    mutation(
        "dispatch: the lease",
        "services/dispatch/store/claims.py",
        "THEN leased_by = $5 OR runtime.is_gone(leased_by)",
        "THEN true",
        f"{QUEUE}what_one_has_claimed_no_other_claims",
    ),
    mutation(
        "dispatch: the derived message",
        "services/dispatch/memo.py",
        'return UUID(bytes=hmac.digest(key, letter.bytes, "sha256")[:16], version=4)',
        "return __import__('uuid').uuid4()",
        f"{QUEUE}the_message_is_derived_from_the_letter",
    ),
    mutation(
        "dispatch: after an answer that was too slow fewer are asked about",
        "services/dispatch/http_client.py",
        "        except TooSlow:\n            self._numbers.was_too_much(size)\n            raise\n",
        "        except TooSlow:\n            raise\n",
        "tests/unit/dispatch/test_http_client.py::"
        "test_after_a_look_up_that_was_too_slow_fewer_numbers_are_asked_about_at_once",
    ),
    mutation(
        "dispatch: a receipt that cannot be deleted stands alone",
        "services/dispatch/digital_post/client.py",
        "                self._deletions.was_too_much(len(first))\n                return []\n",
        "                raise\n",
        "tests/unit/dispatch/test_digital_post.py::test_one_receipt_that_cannot_be_deleted_holds_up_no_other",
    ),
    mutation(
        "dispatch: a code that is none is not passed on",
        "services/dispatch/digital_post/client.py",
        'code and (readable_code(code) or "unreadable_code")',
        "code",
        "tests/service/dispatch/test_submission.py::test_a_receipt_with_an_odd_code_is_taken_and_fails_no_poll",
    ),
    mutation(
        "dispatch: the sealing key is known by its id",
        "shared/privacy/sealing.py",
        "            if key not in self._boxes:\n                raise AnotherKey(key, self._boxes)\n"
        "            boxes = [self._boxes[key]]\n",
        "            boxes = list(self._boxes.values())\n",
        f"{SWITCH}letters_sealed_for_another_key_end_nothing_and_turn_the_switch_on",
    ),
    mutation(
        "dispatch: a mistake found at the start holds everything",
        "services/dispatch/startup.py",
        "return None if await self.problem(tx) else moment",
        "return moment",
        f"{SWITCH}with_a_wrong_address_no_letter_is_due_and_status_and_log_say_so",
    ),
)

_INCLUSION = (
    mutation(
        "inclusion: a wave that would ask nobody is held",
        "services/inclusion/rounds/selections.py",
        "    if not any(count.included for count in came.counts):\n",
        "    if False:\n",
        f"{HELD}nobody_taking_part_holds_the_wave_when_it_would_start",
    ),
    mutation(
        "inclusion: a spoilt delivery holds its waves",
        "services/inclusion/domain/starting.py",
        "return self.share > unlikely",
        "return False",
        f"{HELD}a_few_late_contacts_mend_nothing_and_the_wave_is_held_anew",
    ),
    mutation(
        "inclusion: one delivery's failure is its own",
        "services/inclusion/extract/delivery.py",
        "    except Exception as error:\n        return cannot_be_read(error)\n",
        "    except ZeroDivisionError as error:\n        return cannot_be_read(error)\n",
        "tests/service/inclusion/test_deliveries.py::test_an_odd_delivery_is_refused_alone_and_all_others_go_on",
    ),
    mutation(
        "inclusion: one wave's failure is its own",
        "services/inclusion/rounds/selections.py",
        "        except Exception as error:\n",
        "        except ZeroDivisionError as error:\n",
        f"{WAVES}TestUnforeseen::test_a_wave_that_cannot_be_told_does_not_block_the_next",
    ),
    mutation(
        "inclusion: nobody sweeps a workplace that is being made",
        "services/inclusion/extract/folder.py",
        "            fcntl.flock(gate, fcntl.LOCK_EX)\n",
        "",
        "tests/unit/inclusion/test_folder.py::test_a_second_copys_sweep_leaves_a_workplace_alone_from_its_first_moment",
    ),
)

SERVICES: Sequence[Mutation] = (*_NATURAL_KEYS, *_KARENS, *_DISPATCH, *_INCLUSION)
