"""What needs a person, and the sentence over it."""

from datetime import timedelta
from typing import Any

from services.console.domain.account import Wave
from services.console.domain.alerts import LONG_OVER, OpenItems, alerts, headline
from services.console.domain.service_alerts import LONG_WAITED
from services.console.domain.service_status import (
    Halt,
    Outbox,
    PartitionLag,
    ServiceStatus,
    Stuck,
    TopicLag,
    Wait,
    Work,
)
from tests.support.builders import STARTED_AT, WAVE

NOTHING = OpenItems([], [], {})
NOW = STARTED_AT + timedelta(days=3)


def a_wave(**fields: Any) -> Wave:
    made_up = {"wave": WAVE, "survey": "lup-somatik", "month": "2026-10", "wanted": "running", "started_at": STARTED_AT}
    return Wave.model_validate({**made_up, "selected": True, "deliveries": [], **fields})


def said(*services: ServiceStatus, waves: tuple[Wave, ...] = (), items: OpenItems = NOTHING) -> list[str]:
    return [alert.what for alert in alerts(services, waves, items, NOW)]


def reading(oldest: float | None) -> TopicLag:
    return TopicLag("puls.inclusion.v1", [PartitionLag(0, 3, 10, oldest)])


def test_where_nothing_waits_all_is_well() -> None:
    assert said(ServiceStatus("karens", reads=[reading(3.0)]), waves=(a_wave(),)) == []
    assert headline([])[0] == "All is well"


def test_a_service_that_has_stopped_or_is_away_stands_still() -> None:
    found = alerts(
        [ServiceStatus("karens", halted="25 failed"), ServiceStatus("dispatch", unreachable="does not answer")],
        [],
        NOTHING,
        NOW,
    )
    assert [(alert.severity, alert.page) for alert in found] == [("critical", "/queues")] * 2
    assert headline(found)[0] == "Stands still"


def test_a_service_that_does_not_answer_is_one_need_whatever_was_last_known_of_it() -> None:
    away = ServiceStatus(
        "karens", unreachable="does not answer", reads=[reading(LONG_WAITED + 1)], outbox=Outbox(1, 1.0, 2)
    )
    assert said(away) == ["karens does not answer"]


def test_a_round_that_fails_and_a_record_that_was_refused_stand_still() -> None:
    service = ServiceStatus(
        "dispatch", outbox=Outbox(1, 1.0, 2), work=[Work("hand_over", None, STARTED_AT, "KeyError")]
    )
    assert said(service) == [
        "2 records of dispatch refused by the broker",
        "dispatch: hand over fails and is tried again (KeyError)",
    ]


def test_what_waits_long_is_looked_at_and_what_waits_a_little_is_not() -> None:
    assert said(ServiceStatus("karens", reads=[reading(LONG_WAITED + 1)])) == [
        "karens is behind with what it reads: 7 records"
    ]
    assert said(ServiceStatus("karens", reads=[reading(LONG_WAITED)])) == []


def test_a_wave_that_does_not_add_up_stands_still() -> None:
    assert said(waves=(a_wave(in_flight=1),)) == ["lup-somatik-2026-10 does not add up: in_flight 1 is not 0 + 0 + 0"]


def test_a_held_wave_is_critical_and_says_what_mends_it() -> None:
    held = {
        "holds": "start",
        "reason": "nobody_to_ask",
        "expected": "somebody",
        "found": "0 rows",
        "held_at": STARTED_AT,
    }
    [alert] = alerts([], [a_wave(started_at=None, selected=False, held=held)], NOTHING, STARTED_AT)
    assert alert.what == "lup-somatik-2026-10 is held (nobody to ask: 0 rows)"
    assert (alert.severity, alert.page, alert.since) == ("critical", f"/waves/{WAVE}", STARTED_AT)
    assert alert.mend.startswith("have the delivery mended")


def test_the_oldest_comes_first_and_before_it_what_nobody_knows_the_age_of() -> None:
    alike = {"service": "karens", "topic": "t", "reason": "too_old", "waiting": 1}
    items = OpenItems(
        [{**alike, "oldest": STARTED_AT + timedelta(days=1)}],
        [{"manifest": "lpr.manifest.json", "reason": "rows_differ", "refused_at": STARTED_AT}],
        {WAVE: STARTED_AT + timedelta(days=2)},
    )
    assert said(
        ServiceStatus("karens", halted="25 failed"), waves=(a_wave(wanted="paused", selected=False),), items=items
    ) == [
        "karens has stopped itself: 25 failed",
        "The delivery lpr.manifest.json was not taken: rows differ",
        "1 record set aside by karens: too old",
        "lup-somatik-2026-10 is paused",
    ]


def test_a_wave_that_should_have_ended_needs_a_person_after_a_while() -> None:
    items = OpenItems([], [], {}, ends={WAVE: NOW - LONG_OVER})
    assert alerts([], [], items, NOW) == []
    (alert,) = alerts([], [], items, NOW + timedelta(seconds=1))
    assert alert.what == "lup-somatik-2026-10 should have ended, and some of it is in flight"


def test_letters_whose_receipts_are_missing_need_a_person() -> None:
    overdue = [{"wave": WAVE, "letters": 2, "oldest": STARTED_AT}]
    (alert,) = alerts([], [], OpenItems([], [], {}, overdue=overdue), NOW)
    assert alert.what == "2 letters of lup-somatik-2026-10 handed over, and no receipt came"
    assert (alert.page, alert.since) == (f"/waves/{WAVE}/receipts", STARTED_AT)


def test_records_that_were_published_again_need_nobody() -> None:
    alike = {"service": "karens", "topic": "t", "reason": "too_old", "waiting": 0, "oldest": None}
    assert said(items=OpenItems([alike], [], {})) == []


def test_work_that_is_held_stands_still_and_says_why_once() -> None:
    held = [Work(name, None, None, None, "the red switch is on: Bo looks") for name in ("hand_over_a", "hand_over_b")]
    found = alerts([ServiceStatus("dispatch", work=[*held, Work("tick", None, None, None)])], [], NOTHING, NOW)
    assert [(alert.severity, alert.what) for alert in found] == [
        ("critical", "dispatch holds hand over a and hand over b: the red switch is on: Bo looks")
    ]


def test_what_several_services_wait_for_is_said_once_and_before_its_symptoms() -> None:
    services = [ServiceStatus(name, waits=[Wait("kafka")], reads=[reading(LONG_WAITED + 1)]) for name in ("a", "b")]
    assert said(*services) == [
        "a and b wait for kafka, which is away",
        "a is behind with what it reads: 7 records",
        "b is behind with what it reads: 7 records",
    ]


def test_the_cause_comes_before_its_symptoms_however_old_these_are() -> None:
    overdue = [{"wave": WAVE, "letters": 2, "oldest": STARTED_AT}]
    halted = ServiceStatus("dispatch", halts=[Halt("hand_over", "20 of 60 were refused", NOW)])
    assert said(halted, items=OpenItems([], [], {}, overdue=overdue)) == [
        "dispatch has halted hand over: 20 of 60 were refused",
        "2 letters of lup-somatik-2026-10 handed over, and no receipt came",
    ]


def test_every_alert_says_what_to_do() -> None:
    service = ServiceStatus("dispatch", waits=[Wait("kafka")], stuck=[Stuck("hand_over", "unknown_code", 1)])
    assert all(alert.mend for alert in alerts([service], [a_wave(wanted="paused", selected=False)], NOTHING, NOW))
