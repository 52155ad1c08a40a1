"""The checks at the demo's end find whatever does not add up: each holds for a month in order, and fails for one
in which just that was spoiled."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy.demo import checks
from deploy.demo.observations import Message, Refusal
from deploy.demo.observations import Observations as Seen

OCTOBER, NOVEMBER = datetime(2026, 11, 5, 11, tzinfo=UTC), datetime(2026, 12, 5, 11, tzinfo=UTC)
INVITATION, REMINDER = "Hvordan var det?", "Påmindelse: Hvordan var det?"
ANNA, BO, CARL, DORTE, EVA = "0101010001", "0202020002", "0303030003", "0404040004", "0505050005"
PERSONS = (ANNA, BO, CARL, DORTE, EVA)
IDENTITY = {
    "contacts": 9,
    "other_survey_or_period": 2,
    "excluded": {"under_age": 1},
    "not_sampled": 1,
    "another_contact": 1,
}
DELIVERY: dict[str, Any] = {"rows": 10, "rejected": {"cpr_malformed": 1}, "superseded": 0, "contacts": 9}
OUTCOMES = {"complete": 0, "declined": 0, "opted_out": 0, "partial": 0}


def _wave(name: str, started: datetime, **terms: Any) -> dict[str, Any]:
    """A wave without anybody, but for these terms."""
    nobody = {"quarantined": 0, "dropped": {}, "undeliverable": {}, "delivered": 0, "unconfirmed": 0, "in_flight": 0}
    reminders = {"delivered": 0, "submitted": 0, "failed": {}}
    wave = IDENTITY | OUTCOMES | nobody | {"does_not_add_up": [], "deliveries": [], "reminders": reminders}
    return wave | {"wave": name, "started_at": started.isoformat()} | terms


def _message(uuid: str, cpr: str, label: str, at: datetime) -> Message:
    return Message(uuid, cpr, label, at)


def _told(message: str, cpr: str, outcome: str, at: datetime) -> dict[str, Any]:
    line = {"kind": "invitation", "message": message, "cpr": cpr, "expected": outcome}
    return line | {"confirmed_at": at.isoformat()}


def in_order() -> Seen:
    """Anna answers, Bo is reminded, Carl is refused aloud and Dorte in silence; Eva is exempt. Anna comes again."""
    october = _wave(
        "lup-2026-10",
        OCTOBER,
        included=5,
        delivered=2,
        unconfirmed=1,
        complete=1,
        undeliverable={"exempt": 1, "refused.too_large": 1},
        deliveries=[DELIVERY | {"delivery": "lpr-2026-10"}],
        reminders={"delivered": 1, "submitted": 1, "failed": {}},
    )
    november = _wave("lup-2026-11", NOVEMBER, included=1, quarantined=1)
    return Seen(
        messages=[
            _message("a", ANNA, INVITATION, OCTOBER),
            _message("b", BO, INVITATION, OCTOBER),
            _message("b1", BO, REMINDER, OCTOBER + timedelta(days=10)),
        ],
        refused=[
            Refusal("c", CARL, INVITATION, OCTOBER, told=True),
            Refusal("d", DORTE, INVITATION, OCTOBER, told=False),
            Refusal("d1", DORTE, REMINDER, OCTOBER + timedelta(days=10), told=False),
        ],
        tally=[_told("a", ANNA, "complete", OCTOBER + timedelta(days=1)), {"kind": "reminder", "message": "b1"}],
        expected={
            "deliveries": {"lpr-2026-10": DELIVERY},
            "waves": {"lup-2026-10": IDENTITY | {"included": 5}, "lup-2026-11": IDENTITY | {"included": 1}},
            "persons": {
                "lup-2026-10": dict.fromkeys((ANNA, BO, CARL, DORTE), "delivered") | {EVA: "undeliverable:exempt"},
                "lup-2026-11": {ANNA: "quarantined"},
            },
        },
        persons=dict.fromkeys(PERSONS, ("01", "REGISTERED")) | {EVA: ("01", "EXEMPT")},
        waves=[october, november],
    )


def _with_wave(**terms: Any) -> Callable[[Seen], Seen]:
    """The first wave says something else."""
    return lambda seen: replace(seen, waves=[seen.waves[0] | terms, *seen.waves[1:]])


def _with_later(**terms: Any) -> Callable[[Seen], Seen]:
    return lambda seen: replace(seen, waves=[seen.waves[0], seen.waves[1] | terms])


def _with_message(uuid: str, cpr: str, label: str, at: datetime) -> Callable[[Seen], Seen]:
    return lambda seen: replace(seen, messages=[*seen.messages, _message(uuid, cpr, label, at)])


def _all_told(seen: Seen) -> Seen:
    return replace(seen, refused=[replace(refusal, told=True) for refusal in seen.refused])


def _with_row_lost(seen: Seen) -> Seen:
    spoiled = deepcopy(seen.expected)
    spoiled["deliveries"]["lpr-2026-10"] = DELIVERY | {"rows": 11}
    return replace(seen, expected=spoiled)


SPOILED: list[tuple[str, Callable[[Seen], Seen]]] = [
    ("every row of every delivery", _with_row_lost),
    ("every row of every delivery", _with_wave(deliveries=[])),
    ("every contact stands under", _with_wave(not_sampled=2)),
    ("every contact stands under", _with_wave(included=4)),
    ("every line of the table adds up", _with_wave(does_not_add_up=["included"])),
    ("nothing is in flight", _with_wave(in_flight=1)),
    ("whoever was asked in October", _with_later(quarantined=0)),
    ("whoever was asked in October", _with_later(dropped={"opted_out": 1})),
    ("whoever cannot be reached", _with_wave(undeliverable={"dead": 1, "refused.too_large": 1})),
    ("whoever cannot be reached", _with_wave(undeliverable={"exempt": 1})),
    ("whoever cannot be reached", _all_told),
    ("letters in the mailboxes", _with_wave(delivered=1)),
    ("letters in the mailboxes", _with_wave(unconfirmed=2)),
    ("letters in the mailboxes", _with_message("e", EVA, INVITATION, OCTOBER)),
    ("reminders in the mailboxes", _with_message("a1", ANNA, REMINDER, OCTOBER + timedelta(hours=1))),
    ("reminders in the mailboxes", _with_wave(reminders={"delivered": 0, "submitted": 1, "failed": {}})),
    ("nobody has two invitations", _with_message("b2", BO, INVITATION, OCTOBER + timedelta(days=179))),
    ("nobody has the same reminder", _with_message("b2", BO, REMINDER, OCTOBER + timedelta(days=16))),
    ("nobody has the same reminder", _with_message("b2", BO, REMINDER, OCTOBER + timedelta(days=10))),
    ("no reminder left after", _with_message("a1", ANNA, REMINDER, OCTOBER + timedelta(days=2))),
    ("no letter to the dead", lambda seen: replace(seen, persons=seen.persons | {BO: ("90", "REGISTERED")})),
    ("no letter to the dead", lambda seen: replace(seen, persons=seen.persons | {BO: ("01", "EXEMPT")})),
    ("no letter to the dead", lambda seen: replace(seen, persons={})),
    ("what people were told", _with_wave(complete=0)),
    ("what people were told", _with_wave(partial=1)),
]


def _check(beginning: str) -> checks.Check:
    [found] = [check for what, check in checks.CHECKS.items() if what.startswith(beginning)]
    return found


def test_a_month_in_order_passes_every_check() -> None:
    assert [result for result in checks.run_checks(in_order()) if not result.held] == []


@pytest.mark.parametrize(("check", "spoil"), SPOILED)
def test_what_is_wrong_is_found(check: str, spoil: Callable[[Seen], Seen]) -> None:
    _, wrong = _check(check)(spoil(in_order()))
    assert wrong != []


def test_every_check_is_seen_to_fail() -> None:
    assert all(any(what.startswith(beginning) for beginning, _ in SPOILED) for what in checks.CHECKS)


@pytest.mark.parametrize("what", checks.CHECKS)
def test_a_check_that_saw_nothing_fails(what: str) -> None:
    nothing = Seen([], [], [], {"deliveries": {}, "waves": {}, "persons": {}}, {}, [])
    cases, wrong = checks.CHECKS[what](nothing)
    assert not checks.CheckResult(what, cases, wrong).held
