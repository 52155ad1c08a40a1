"""Tables stay whole in a terminal of 80 columns."""

from collections.abc import Mapping
from io import StringIO
from typing import Any

from rich.console import Console as Terminal
from rich.console import RenderableType

from services.console import tables

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
    shown = lines(tables.waves([a_wave("lup-psykiatri-2026-10", "requested")]))
    assert "Wave Stands Included Delivered Complete flight up" in shown
    assert "lup-psykiatri-2026-10 requested 101,234 94,000 41,000 50,123 yes" in shown


def test_the_longest_name_is_folded_and_nothing_else() -> None:
    name = f"{'s' * 40}-2026-10"
    shown = lines(tables.waves([a_wave(name, "requested")]))
    [at] = [number for number, line in enumerate(shown) if "101,234 94,000 41,000 50,123 yes" in line]
    assert shown[at].split()[0] + shown[at + 1] == name


def test_a_units_share_is_one_whole_line_and_its_name_stands_below() -> None:
    part = {**COUNTED, "part": "130000001016", "name": "Afsnit A"}
    shown = lines(tables._shares([part]))
    at = shown.index("130000001016 812,345 101,234 5,123 96,111 94,000 41,000 50,123")
    assert shown[at + 1] == "Afsnit A"
