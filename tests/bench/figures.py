"""What a row of the bench found out: figures, each beside what was wanted and beside its floor."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Better = Literal["more", "less"]


@dataclass(frozen=True)
class Figure:
    """One measured number. `budget` is what it is judged by, `aim` what is hoped for."""

    name: str
    value: float
    unit: str
    better: Better = "more"
    budget: float | None = None
    aim: float | None = None
    floor: float | None = None
    """What the same machine did in the same run with the bare minimum, in the same unit."""

    @property
    def verdict(self) -> str:
        """`met` or `MISS`; empty for a figure that is only told."""
        if self.budget is None:
            return ""
        return "met" if self.reaches(self.budget) else "MISS"

    def reaches(self, wanted: float) -> bool:
        return self.value >= wanted if self.better == "more" else self.value <= wanted

    @property
    def sign(self) -> str:
        """How a wanted number is written: at least, or at most."""
        return "≥" if self.better == "more" else "≤"


@dataclass(frozen=True)
class Used:
    """What one process took while it was measured."""

    name: str
    cpu_seconds: float
    peak_mb: float


@dataclass(frozen=True)
class Row:
    """Everything one row found. `remarks` say what was measured and what a reader must know of it."""

    title: str
    figures: Sequence[Figure]
    used: Sequence[Used] = field(default_factory=tuple)
    remarks: Sequence[str] = field(default_factory=tuple)
