"""Tables for a terminal that stay whole in 80 columns, and how numbers and moments stand in them."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.table import Table

DENMARK = ZoneInfo("Europe/Copenhagen")


def table(*columns: str, numbers: Iterable[str] = (), whole: Iterable[str] = ()) -> Table:
    """Columns of numbers and those that are whole are never broken; the others give way."""
    made = Table(box=box.SIMPLE_HEAD, padding=0)
    numeric, unbroken = set(numbers), {*numbers, *whole}
    for column in columns:
        justify = "right" if column in numeric else "left"
        heading = column.capitalize().replace(" ", "\n" if column in unbroken else " ")
        made.add_column(heading, justify=justify, overflow="fold", no_wrap=column in unbroken)
    return made


def number(many: int | None) -> str:
    return "unknown" if many is None else f"{many:,}"


def moment(written: str | None, instead: str = "") -> str:
    """As a clock on a Danish wall showed it."""
    return f"{datetime.fromisoformat(written).astimezone(DENMARK):%Y-%m-%d %H:%M}" if written else instead


def term_in_words(name: str) -> str:
    return name.rsplit(".", 1)[-1].replace("_", " ") if name != "reminders.due" else "reminders due"
