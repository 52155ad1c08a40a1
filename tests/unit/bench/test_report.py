"""What the bench says of its figures is true: a miss is a miss, and the last run is the last run."""

import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests.bench import printing, report
from tests.bench.figures import Better, Figure, Row, Used

MACHINE = {
    "cores": 2,
    "processor": "Some processor",
    "memory_gb": 23,
    "kernel": "6.1",
    "python": "3.11.7",
    "measured_at": "2026-11-22T18:00+00:00",
    "commit": "0123456789",
}


def a_figure(value: float, better: Better = "more", **wanted: float) -> Figure:
    return Figure("decided", value, "a second", better, **wanted)


def a_row(*figures: Figure) -> Row:
    return Row("Karens", figures, [Used("karens", 1.25, 130.0)])


def kept(*figures: Figure, before: Mapping[str, float] | None = None, **machine: str) -> Mapping[str, Any]:
    return report.as_numbers(a_row(*figures), MACHINE | machine, before or {})


def measure(docs: Path, row: str, *figures: Figure, **machine: str) -> None:
    """As the bench does it: compared with what was kept last."""
    before = report.values(report.read_last(docs).get(row))
    report.write({row: kept(*figures, before=before, **machine)}, docs)


@pytest.mark.parametrize(
    ("value", "better", "verdict"),
    [(9_999, "more", "MISS"), (10_000, "more", "met"), (10_001, "less", "MISS"), (10_000, "less", "met")],
)
def test_a_figure_is_judged_by_its_budget(value: float, better: Better, verdict: str) -> None:
    assert a_figure(value, better, budget=10_000).verdict == verdict


def test_a_figure_without_a_budget_is_not_judged() -> None:
    assert a_figure(1, aim=10_000).verdict == ""


def test_a_budget_that_is_met_says_nothing_of_the_aim() -> None:
    assert a_figure(12_000, budget=10_000, aim=20_000).verdict == "met"


def test_the_terminal_shows_a_miss_as_a_miss() -> None:
    written = StringIO()
    printing.show(Console(file=written, width=150), a_row(a_figure(9_000, budget=10_000)), {})
    assert "MISS" in written.getvalue()


def test_the_page_shows_a_miss_as_a_miss() -> None:
    assert "| MISS |" in report.page({"karens": kept(a_figure(9_000, budget=10_000))})


def test_the_floor_stands_beside_its_figure() -> None:
    assert "| 9,000 a second | ≥ 10,000 | MISS | ≥ 20,000 | 13,053 |  |" in report.page(
        {"karens": kept(a_figure(9_000, budget=10_000, aim=20_000, floor=13_053))}
    )


@pytest.mark.parametrize(
    ("value", "better", "said"),
    [
        (110, "more", "100 (10 % better)"),
        (110, "less", "100 (10 % worse)"),
        (80, "more", "100 (20 % worse)"),
        (80, "less", "100 (20 % better)"),
        (100.2, "more", "100 (the same)"),
    ],
)
def test_a_figure_is_compared_with_the_last_run(value: float, better: Better, said: str) -> None:
    assert report.compared(a_figure(value, better), 100) == said


def test_a_figure_that_is_new_is_compared_with_nothing() -> None:
    assert report.compared(a_figure(110), None) == ""


def test_what_was_zero_gives_no_percentage() -> None:
    assert report.compared(a_figure(110), 0) == "0.00"


def test_the_next_run_is_compared_with_this_one(tmp_path: Path) -> None:
    measure(tmp_path, "karens", a_figure(100))
    measure(tmp_path, "karens", a_figure(150))
    assert "100 (50 % better)" in (tmp_path / "bench.md").read_text()


def test_the_last_run_is_the_one_before_and_not_the_first(tmp_path: Path) -> None:
    for value in (50, 100, 150):
        measure(tmp_path, "karens", a_figure(value))
    assert "100 (50 % better)" in (tmp_path / "bench.md").read_text()


def test_a_row_that_was_not_measured_stays_as_it_was(tmp_path: Path) -> None:
    measure(tmp_path, "karens", a_figure(100), commit="the-first")
    measure(tmp_path, "letters", a_figure(8), commit="the-second")
    numbers = json.loads((tmp_path / "bench.json").read_text())
    assert [numbers[name]["machine"]["commit"] for name in ("karens", "letters")] == ["the-first", "the-second"]


def test_a_row_that_was_not_measured_keeps_what_it_was_compared_with(tmp_path: Path) -> None:
    measure(tmp_path, "karens", a_figure(100))
    measure(tmp_path, "karens", a_figure(150))
    measure(tmp_path, "letters", a_figure(7))
    assert "100 (50 % better)" in (tmp_path / "bench.md").read_text()


def test_the_notes_written_by_hand_are_kept(tmp_path: Path) -> None:
    measure(tmp_path, "karens", a_figure(100))
    page = tmp_path / "bench.md"
    page.write_text(page.read_text() + "Karens waits for PostgreSQL.\n")
    measure(tmp_path, "karens", a_figure(150))
    assert page.read_text().endswith(f"{report.NOTES}\nKarens waits for PostgreSQL.\n")


def test_what_was_kept_reads_as_what_was_measured(tmp_path: Path) -> None:
    row = a_row(a_figure(9_000, budget=10_000, floor=13_053))
    report.write({"karens": report.as_numbers(row, MACHINE, {})}, tmp_path)
    read = report.of_numbers(report.read_last(tmp_path)["karens"])
    assert (read.title, [*read.figures], [*read.used]) == (row.title, [*row.figures], [*row.used])
