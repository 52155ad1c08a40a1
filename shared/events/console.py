"""What the console publishes: what an operator wants of a wave."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.event import Month, SorCode
from shared.events.invitation import AboutWave

Wanted = Literal["running", "paused", "stopped"]


class WaveRequested(AboutWave):
    """What is wanted of a wave, or of some of its units. Per wave and unit the highest revision wins."""

    natural_key: ClassVar[Sequence[str]] = ("wave", "revision")

    survey: str
    month: Month
    revision: Annotated[int, Field(ge=1)]
    """Rises by one with each request about the wave."""
    wanted: Wanted
    units: tuple[SorCode, ...] = ()
    """The units it is about; none means the whole wave."""
    requested_by: str
    """The operator, or the program in whose name it was asked."""


__all__ = ["Wanted", "WaveRequested"]
