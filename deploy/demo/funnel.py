"""The months as they pass, in the terminal: each wave a funnel, the day, and how long is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.console import Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from shared.runtime.clock import DENMARK

STAGES = (
    ("included", "included"),
    ("cleared", "cleared"),
    ("delivered", "delivered"),
    ("complete", "answered"),
    ("closed", "closed"),
)
CLOSED = ("complete", "opted_out", "declined", "partial", "withdrawn", "unanswered")


@dataclass(frozen=True)
class Progress:
    """How far the months have passed."""

    started: datetime
    ends: datetime
    now: datetime
    seconds: float
    """Of real time since the clock was first moved."""

    @property
    def share(self) -> float:
        return min(1.0, max(0.0, (self.now - self.started) / (self.ends - self.started)))

    @property
    def left(self) -> timedelta | None:
        """A guess, from the pace so far; None until the first wave has left, for the quiet days before tell nothing."""
        if self.share < 0.08:
            return None
        return timedelta(seconds=round(self.seconds / self.share - self.seconds))


def render(progress: Progress, waves: Sequence[Mapping[str, Any]], problem: str | None = None) -> RenderableType:
    """All of it, to be drawn anew each time; a problem is one line."""
    lines = [Text(f"\n{problem}", style="yellow")] if problem else []
    return Group(_heading(progress), *(_funnel(wave) for wave in waves), *lines)


def _heading(progress: Progress) -> RenderableType:
    local = progress.now.astimezone(DENMARK)
    left = progress.left
    said = f"about {left.seconds // 60}:{left.seconds % 60:02} left" if left else "just begun"
    line = Table.grid(padding=(0, 2))
    line.add_row(
        Text(f"{local:%A %-d %B %Y, %H:00}", style="bold"),
        ProgressBar(total=1.0, completed=progress.share, width=30, complete_style="green"),
        Text(said, style="dim"),
    )
    return line


def _funnel(wave: Mapping[str, Any]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=12)
    table.add_column(width=7, justify="right")
    table.add_column(width=40)
    most = max(wave["included"], 1)
    for key, word in STAGES:
        count = sum(wave[name] for name in CLOSED) if key == "closed" else wave[key]
        table.add_row(
            word,
            str(count),
            ProgressBar(total=most, completed=count, width=40, complete_style="cyan", finished_style="cyan"),
        )
    in_flight = f"{wave['in_flight']} in flight" if wave["in_flight"] else "at rest"
    return Group(Text(f"\n{wave['wave']}  ·  {wave['wanted']}  ·  {in_flight}", style="bold cyan"), table)
