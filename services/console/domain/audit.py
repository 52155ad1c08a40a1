"""The audit trail: what operators did, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.console.domain.words import counted, spaced


@dataclass(frozen=True)
class AuditEntry:
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
        return SENTENCES[self.asked](self)

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
            "retry_stuck": "/stuck",
            "leave_stuck": "/stuck",
        }
        return addresses.get(self.asked)


def _of_wave(did: str) -> Callable[[AuditEntry], str]:
    return lambda entry: did.format(f"{counted(entry.many, 'unit')} of {entry.about}" if entry.many else entry.about)


def _resumed(entry: AuditEntry) -> str:
    service, _, work = entry.about.partition(" ")
    which = f" with {spaced(work)}" if work else ""
    return f"told {service} to go on{which}, with {counted(entry.many or 0, 'failure')} allowed"


SENTENCES: Mapping[str, Callable[[AuditEntry], str]] = {
    "running": _of_wave("let {} run"),
    "paused": _of_wave("paused {}"),
    "stopped": _of_wave("stopped {}"),
    "resume": _resumed,
    "redrive": lambda entry: f"published {counted(entry.many or 0, 'record')} again: {entry.about}",
    "redrive_one": lambda entry: f"published the record {entry.about} again",
    "leave": lambda entry: f"left {counted(entry.many or 0, 'record')} as they are: {entry.about}",
    "leave_one": lambda entry: f"left the record {entry.about} as it is",
    "leave_delivery": lambda entry: f"left the delivery {entry.about} as it is",
    "retry_stuck": lambda entry: f"had {counted(entry.many or 0, 'stuck item')} tried again: {entry.about}",
    "leave_stuck": lambda entry: f"left {counted(entry.many or 0, 'stuck item')} as they are: {entry.about}",
    "account": lambda entry: f"gave {entry.about} an account or a new password",
    "remove": lambda entry: f"removed the account of {entry.about}",
}
"""What was asked -> the sentence for it, after whoever asked."""
