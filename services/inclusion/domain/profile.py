"""The import profile: how a delivery writes down what we want to know."""

import codecs
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Kind = Literal["units", "participation", "contacts"]
"""What a delivery holds, in the order in which deliveries are read: contacts need the units."""

REQUIRED: Mapping[Kind, frozenset[str]] = {
    "units": frozenset({"code", "name", "parent", "region", "valid_from", "valid_to"}),
    "participation": frozenset({"survey", "unit", "valid_from", "valid_to"}),
    "contacts": frozenset({"contact", "cpr", "started", "ended", "contact_type", "unit"}),
}
OPTIONAL: Mapping[Kind, frozenset[str]] = {
    "units": frozenset(),
    "participation": frozenset(),
    "contacts": frozenset(
        {"course", "stay", "started_time", "ended_time", "priority", "diagnosis", "main_specialty", "reported"}
        | {"born", "died"}
    ),
}
"""`started_time` and `ended_time` stand beside `started` and `ended` where day and hour are columns of their own."""


def _known_encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError(f"there is no encoding named {name}") from None


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Codes(BaseModel):
    """Regular expressions over the whole of a code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contact_type: Pattern
    priority: Pattern
    diagnosis: Pattern


class Profile(BaseModel):
    """One way of writing a delivery. Pinned by what is read with it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
    version: Annotated[int, Field(ge=1)]
    kind: Kind
    encoding: Annotated[str, AfterValidator(_known_encoding)]
    separator: Annotated[str, StringConstraints(min_length=1, max_length=1)]
    columns: Mapping[str, str]
    """Our name -> the header."""
    times: tuple[str, ...] = ()
    dates: Annotated[tuple[str, ...], Field(min_length=1)]
    codes: Codes | None = None
    inpatient_from_hours: Annotated[int, Field(ge=1, le=48)] | None = None

    @model_validator(mode="after")
    def _whole(self) -> "Profile":
        required, known = REQUIRED[self.kind], REQUIRED[self.kind] | OPTIONAL[self.kind]
        if missing := required - self.columns.keys():
            raise ValueError(f"columns: {', '.join(sorted(missing))} must be named")
        if unknown := self.columns.keys() - known:
            raise ValueError(f"columns: there is no use for {', '.join(sorted(unknown))}")
        if self.kind == "contacts" and not (self.times and self.codes and self.inpatient_from_hours):
            raise ValueError("contacts need times, codes and inpatient_from_hours")
        return self


def headers(profile: Profile) -> Sequence[str]:
    """The headers that must stand in the file, in lower case."""
    return [header.lower() for header in profile.columns.values()]


def name_columns(profile: Profile, header: Sequence[str]) -> Sequence[str]:
    """Our name for each column of the file, in the file's order; a column we do not read gets a number.

    The profile's headers must all be there, each once (`missing` and `repeated` tell).
    """
    ours = {theirs.lower(): name for name, theirs in profile.columns.items()}
    return [ours.get(_plain(name), f"unread {place}") for place, name in enumerate(header)]


def missing(profile: Profile, header: Sequence[str]) -> Sequence[str]:
    found = {_plain(name) for name in header}
    return [name for name in headers(profile) if name not in found]


def repeated(profile: Profile, header: Sequence[str]) -> Sequence[str]:
    found = [_plain(name) for name in header]
    return [name for name in headers(profile) if found.count(name) > 1]


def _plain(header: str) -> str:
    return header.strip().lower()
