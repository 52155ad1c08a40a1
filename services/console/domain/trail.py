"""What operators did, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Act:
    asked: str
    """What was wanted of a wave, or one of the sorts that the migration of acts names."""
    about: str
    """A wave, a service, an operator, or which records."""
    many: int | None
    """Units, records, or failures allowed; None where there is no number to it."""
    asked_by: str
    asked_at: datetime
    came_of_it: str | None
    """Why nothing came of it; None where it was done."""
    because: str | None = None
    """In the operator's own words, where they were asked for some."""

    @property
    def what(self) -> str:
        return SAID[self.asked](self)

    @property
    def where(self) -> str | None:
        """The address of the page about it."""
        if self.asked in ("running", "paused", "stopped"):
            return f"/waves/{self.about}"
        addresses = {
            "resume": "/queues",
            "redrive": "/set-aside",
            "redrive_one": f"/set-aside/{self.about}",
            "leave": "/set-aside",
            "leave_one": f"/set-aside/{self.about}",
            "leave_delivery": "/deliveries",
        }
        return addresses.get(self.asked)


def _of_wave(did: str) -> Callable[[Act], str]:
    return lambda act: did.format(f"{counted(act.many, 'unit')} of {act.about}" if act.many else act.about)


SAID: Mapping[str, Callable[[Act], str]] = {
    "running": _of_wave("let {} run"),
    "paused": _of_wave("paused {}"),
    "stopped": _of_wave("stopped {}"),
    "resume": lambda act: f"told {act.about} to go on, with {counted(act.many or 0, 'failure')} allowed",
    "redrive": lambda act: f"published {counted(act.many or 0, 'record')} again: {act.about}",
    "redrive_one": lambda act: f"published the record {act.about} again",
    "leave": lambda act: f"left {counted(act.many or 0, 'record')} as they are: {act.about}",
    "leave_one": lambda act: f"left the record {act.about} as it is",
    "leave_delivery": lambda act: f"left the delivery {act.about} as it is",
    "account": lambda act: f"gave {act.about} an account or a new password",
    "remove": lambda act: f"removed the account of {act.about}",
}
"""What was asked -> the sentence for it, after whoever asked."""


def counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
