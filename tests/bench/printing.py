"""A row in the terminal, as soon as it is measured."""

from collections.abc import Mapping

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from tests.bench import report
from tests.bench.figures import Row

STYLE = {"met": "green", "MISS": "bold red"}
COLUMNS = ("", "measured", "budget", "", "aim", "floor", "last")


def show(console: Console, row: Row, before: Mapping[str, float]) -> None:
    table = Table(*COLUMNS, box=SIMPLE, title=row.title, title_justify="left", title_style="bold")
    for figure in row.figures:
        table.add_row(*report.cells(figure, before.get(figure.name)), style=STYLE.get(figure.verdict))
    console.print()
    console.print(table)
    for remark in row.remarks:
        console.print(f"  {remark}", highlight=False)
    processes = [
        f"{one.name} {one.cpu_seconds:.1f} s{f' {one.peak_mb:.0f} MB' if one.peak_mb else ''}"
        for one in report.largest_first(row.used)
    ]
    if processes:
        console.print(f"  CPU and peak memory: {'; '.join(processes)}", highlight=False)
