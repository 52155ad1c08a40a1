"""A wave with everybody in it accounted for, as the console tells it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, computed_field

from services.console.domain.lines import LINES
from shared.events import Wanted

Count = Annotated[int, Field(ge=0)]
Reasons = Annotated[dict[str, int], Field(default_factory=dict)]
"""Reason -> how many."""


class Reminders(BaseModel):
    due: Count = Field(0, description="Reminders that were told as due: all of them.")
    waiting: Count = Field(0, description="Neither handed over nor ended yet.")
    submitted: Count = Field(0, description="Handed over, and not confirmed.")
    delivered: Count = 0
    failed: Reasons
    stopped: Reasons


class Account(BaseModel):
    """Everybody of a wave, or of one region or unit in it."""

    contacts: Count = Field(0, description="Contacts of the wave's deliveries, by the selections finished so far.")
    other_survey_or_period: Count = 0
    excluded: Reasons
    not_sampled: Count = 0
    another_contact: Count = Field(0, description="The person was drawn with another contact of the same wave.")
    included: Count = Field(0, description="Drawn, by the selections finished so far.")
    invitations: Count = Field(0, description="Invitations heard of; equals `included` once all have been.")
    quarantined: Count = 0
    dropped: Reasons
    cleared: Count = 0
    undecided: Count = Field(0, description="In flight: karens has not decided.")
    stopped: Reasons
    undeliverable: Reasons
    unconfirmed: Count = Field(0, description="Handed over and closed, and never confirmed.")
    delivered: Count = Field(0, description="Confirmed by receipt, or proven by an answer, a decline or an opt-out.")
    in_delivery: Count = Field(0, description="In flight: cleared, and not known to have reached the person or not.")
    complete: Count = 0
    opted_out: Count = 0
    declined: Count = 0
    partial: Count = 0
    withdrawn: Count = 0
    unanswered: Count = 0
    open: Count = Field(0, description="In flight: delivered, and not closed.")
    reminders: Reminders = Field(default_factory=lambda: Reminders.model_validate({}))
    in_flight: Count = Field(0, description="Invitations that are undecided, in delivery or open.")


class Delivery(BaseModel):
    """A register extract that the wave rests on. Without numbers: not heard of yet."""

    delivery: str
    rows: Count | None
    rejected: Reasons
    superseded: Count | None
    contacts: Count | None

    @property
    def parts(self) -> Sequence[int]:
        """What its rows are the sum of."""
        return sum(self.rejected.values()), self.superseded or 0, self.contacts or 0


class Share(Account):
    """One region's or one unit's share of a wave."""

    part: str = Field(description="The region's code, or the unit's.")
    name: str | None = Field(description="Of the unit, as it stood when the wave started.")


class Held(BaseModel):
    """Why a wave does not start, or its selection does not go on, before a person has seen to it."""

    holds: Literal["start", "selection"]
    reason: str
    expected: str
    found: str
    held_at: datetime

    @property
    def resumes(self) -> str:
        """What letting it go on comes to, in two words."""
        return "start anyway" if self.holds == "start" else "try again"


class Wave(Account):
    wave: str
    survey: str
    month: str
    wanted: Wanted
    started_at: datetime | None = Field(description="None: requested, and not started yet.")
    selected: bool = Field(description="Whether every unit's selection has been heard.")
    held: Held | None = Field(None, description="Why it waits for a person.")
    extract_read: bool = Field(False, description="Whether a register extract of its month has been read.")
    deliveries: list[Delivery]
    parts: list[Share] = Field(default_factory=list, description="By region or unit, where that was asked for.")

    @property
    def is_over(self) -> bool:
        """Everybody was drawn and heard of, and nobody is in flight; or it was stopped before it started."""
        if self.wanted == "stopped" and not self.started_at:
            return self.in_flight == 0
        return self.selected and self.in_flight == 0 and self.invitations >= self.included

    @computed_field
    @property
    def status(self) -> Literal[Wanted, "requested", "held", "ended"]:
        """What is wanted of it, until it has ended; requested: it is to run, and has not started."""
        if self.is_over and self.wanted != "stopped":
            return "ended"
        if self.held and self.wanted == "running":
            return "held"
        return "requested" if self.wanted == "running" and not self.started_at else self.wanted

    @computed_field
    @property
    def waits_for(self) -> str | None:
        """What a wave that was requested cannot start without, and what is not there, in words."""
        missing = self.status == "requested" and not self.extract_read
        return f"the register extract of {self.month}: none has been read" if missing else None

    @computed_field
    @property
    def what_to_do(self) -> str | None:
        """What lets a held wave go on, in words."""
        if self.held is None or self.status != "held":
            return None
        if self.held.holds == "start":
            mends = "have the delivery mended and sent under a new name: it starts by itself"
            return f"{mends}; or start it anyway by `puls resume {self.wave}`, or cancel it by `puls stop {self.wave}`"
        return f"put back the file that it rests on; or mend the cause, and try it again by `puls resume {self.wave}`"

    @computed_field
    @property
    def does_not_add_up(self) -> list[str]:
        """Lines of the identity that do not hold, in words. Expected: none."""
        lines = [_line(term, size(self, term), [size(self, part) for part in parts]) for term, parts in LINES.items()]
        lines += [
            _line(f"rows of {delivery.delivery}", delivery.rows, delivery.parts)
            for delivery in self.deliveries
            if delivery.rows is not None
        ]
        if self.selected and self.in_flight == 0:
            lines.append(_line("included", self.included, [self.invitations]))
        return [line for line in lines if line]


def account(terms: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Counted terms (term, reason, number) -> the fields of an `Account`."""
    fields: dict[str, Any] = {}
    for counted in terms:
        *outer, term = counted["term"].split(".")
        place = fields
        for name in outer:
            place = place.setdefault(name, {})
        if counted["reason"] is None:
            place[term] = counted["number"]
        else:
            place.setdefault(term, {})[counted["reason"]] = counted["number"]
    return fields


def size(counted: Account, term: str) -> int:
    """How many stand under a term, over all its reasons."""
    value: Any = counted
    for name in term.split("."):
        value = getattr(value, name)
    return sum(value.values()) if isinstance(value, dict) else value


def _line(term: str, whole: int, parts: Sequence[int]) -> str:
    return "" if whole == sum(parts) else f"{term} {whole} is not {' + '.join(map(str, parts))}"
