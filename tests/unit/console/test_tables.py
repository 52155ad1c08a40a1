"""Tables stay whole in a terminal of 80 columns."""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from rich.console import Console as Terminal
from rich.console import RenderableType

from services.console.tables import services, stuck, waves

COLUMNS = 80
COUNTED = {
    "contacts": 812_345,
    "included": 101_234,
    "quarantined": 5_123,
    "cleared": 96_111,
    "delivered": 94_000,
    "complete": 41_000,
    "in_flight": 50_123,
}


def a_wave(name: str, status: str) -> Mapping[str, Any]:
    return {**COUNTED, "wave": name, "status": status, "does_not_add_up": []}


def lines(shown: RenderableType) -> list[str]:
    written = StringIO()
    Terminal(file=written, width=COLUMNS, highlight=False).print(shown)
    return [" ".join(line.split()) for line in written.getvalue().splitlines()]


def test_a_wave_is_one_whole_line() -> None:
    shown = lines(waves.waves([a_wave("lup-psykiatri-2026-10", "requested")]))
    assert "Wave Stands Included Delivered Complete flight up" in shown
    assert "lup-psykiatri-2026-10 requested 101,234 94,000 41,000 50,123 yes" in shown


def test_the_longest_name_is_folded_and_nothing_else() -> None:
    name = f"{'s' * 40}-2026-10"
    shown = lines(waves.waves([a_wave(name, "requested")]))
    [at] = [number for number, line in enumerate(shown) if "101,234 94,000 41,000 50,123 yes" in line]
    assert shown[at].split()[0] + shown[at + 1] == name


def test_a_units_share_is_one_whole_line_and_its_name_stands_below() -> None:
    part = {**COUNTED, "part": "130000001016", "name": "Afsnit A"}
    shown = lines(waves.shares([part]))
    at = shown.index("130000001016 812,345 101,234 5,123 96,111 94,000 41,000 50,123")
    assert shown[at + 1] == "Afsnit A"


def a_queue(service: str, **more: Any) -> Mapping[str, Any]:
    quiet = {"reads": [], "outbox": {"records": 0, "oldest_seconds": None, "refused": 0}, "work": [], "stuck": []}
    return {"service": service, "answers": True, "known": True, "troubles": [], **quiet, **more}


TROUBLE = {"what": "dispatch does not answer", "mend": "start it: `make up`", "since": None, "seconds": None}
READS = [
    {"topic": "puls.karens.v1", "records": 12, "oldest_seconds": 4.0},
    {"topic": "puls.reminders.v1", "records": 0, "oldest_seconds": None},
]
WORK = [
    {"name": "hand_over", "due": "2026-11-05T07:00:00Z", "since": None, "failing": None, "held": None},
    {"name": "tick", "due": None, "since": None, "failing": None, "held": None},
]


def test_a_services_trouble_is_said_once_over_what_waits() -> None:
    down = a_queue("dispatch", answers=False, troubles=[TROUBLE], reads=READS)
    shown = lines(services.queues([down, a_queue("karens")], everything=False))
    assert sum("does not answer" in line for line in shown) == 1
    assert "To do: start it: `make up`." in shown
    assert "dispatch reads puls.karens.v1 12 oldest 4 s" in shown
    assert "Nothing waits at 1 service; --all shows every line." in shown


def test_what_is_due_stands_there_with_its_moment() -> None:
    shown = lines(services.queues([a_queue("dispatch", work=WORK)], everything=False))
    assert "dispatch hand over due 2026-11-05 08:00" in shown
    assert not any("tick" in line for line in shown)


def test_where_nothing_waits_is_left_to_all() -> None:
    quiet = a_queue("dispatch", reads=READS, work=WORK)
    assert not any("puls.reminders.v1" in line for line in lines(services.queues([quiet], everything=False)))
    shown = lines(services.queues([quiet], everything=True))
    assert {"dispatch reads puls.reminders.v1 0", "dispatch tick nothing due", "dispatch has in its outbox 0"} <= {
        *shown
    }


def test_the_status_is_one_screen_with_each_cause_and_what_mends_it() -> None:
    alert = {**TROUBLE, "severity": "critical", "page": "/queues", "since": "2026-11-05T07:00:00Z"}
    wave = {"wave": "lup-somatik-2026-10", "status": "running", "ends": "2026-12-05T07:00:00Z", **COUNTED}
    answer = {"well": False, "word": "Stands still", "sentence": "1 thing will not go on.", "behind": None}
    shown = lines(services.status({**answer, "now": "2026-11-05T07:05:00Z", "alerts": [alert], "waves": [wave]}))
    assert shown[0] == "Stands still"
    at = shown.index("dispatch does not answer")
    assert shown[at + 1 : at + 3] == ["Since 2026-11-05 08:00, 5 min", "To do: start it: `make up`."]
    assert "lup-somatik-2026-10 running 101,234 94,000 41,000 50,123 2026-12-05" in shown


def test_stuck_items_are_shown_with_their_keys() -> None:
    item = {"key": "a-key", "work": "hand_over", "reason": "unknown_code", "detail": "code 17", "tries": 3}
    shown = lines(stuck.items([{**item, "since": "2026-11-05T07:00:00Z"}]))
    at = shown.index("a-key unknown_code 2026-11-05 08:00")
    assert shown[at + 1 : at + 3] == ["code 17", "tried 3 times"]
