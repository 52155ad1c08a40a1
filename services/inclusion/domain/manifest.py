"""The manifest beside each delivered file: what was promised, and why a delivery is not taken."""

import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import from_json

from services.inclusion.domain.profile import Kind, Profile

_CPR = re.compile(r"(?<![0-9])(?:[06][1-9]|[1278][0-9]|[39][01])(?:0[1-9]|1[0-2])[0-9]{2}[-_. ]?[0-9]{4}(?![0-9])")
"""A day, sixty more for a replacement number, a month, a year, and a serial."""
MONTH = r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
"""Far from the ends of the calendar, so that days can be counted from it in both directions."""
LONGEST_FOUND = 200
"""Characters of an odd name that a refusal repeats."""


class Manifest(BaseModel):
    """Written last, so that what it promises lies there whole."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    kind: Kind
    delivery: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,79}$")]
    period: Annotated[str, StringConstraints(pattern=MONTH)] | None = None
    """The month of the contacts."""
    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,199}$")]
    """The data file's name, in the same folder."""
    rows: Annotated[int, Field(ge=0)]
    """Without the header."""
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$", to_lower=True)]
    profile: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]

    @model_validator(mode="after")
    def _period_where_it_belongs(self) -> "Manifest":
        if (self.kind == "contacts") != (self.period is not None):
            raise ValueError("contacts have a period, and nothing else has")
        return self


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a delivery is not taken. Never holds what stands in a data file."""

    reason: str
    expected: str
    found: str


class NotTaken(Exception):
    """A delivered file that does not hold what was promised."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


def read_manifest(content: bytes, profiles: Mapping[str, Profile]) -> Manifest | Refusal:
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        return _malformed(error, content)
    profile = profiles.get(manifest.profile)
    if profile is None or profile.kind != manifest.kind:
        known = sorted(name for name, one in profiles.items() if one.kind == manifest.kind)
        return Refusal(
            "profile_unknown", f"for {manifest.kind} one of {', '.join(known)}", without_cpr(manifest.profile)
        )
    return manifest


def judge_names(manifest: str, content: bytes) -> Refusal | None:
    """Names go where they are told and kept, so no CPR number may stand in one. `manifest` is its file's own name."""
    written = _written(content)
    for name in (manifest, written.get("delivery"), written.get("file")):
        if isinstance(name, str) and without_cpr(name) != name:
            found = as_told(name)[:LONGEST_FOUND]
            return Refusal("name_holds_cpr", "names of files and deliveries without CPR numbers", found)
    if as_told(manifest) != manifest:
        return Refusal("name_malformed", "a file name in UTF-8", as_told(manifest))
    return None


def file_of(content: bytes) -> str | None:
    """The data file that a manifest names, as far as it can be told."""
    file = _written(content).get("file")
    return file if isinstance(file, str) and "/" not in file and "\\" not in file and "\0" not in file else None


def without_cpr(name: str) -> str:
    """A file's or a delivery's name as it may be told: senders have named files after persons."""
    return _CPR.sub("•••", name)


def as_told(name: str) -> str:
    """Without CPR numbers, and as text that can be kept and sent: a file system takes any bytes as a name."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return without_cpr(text.replace("\0", "\ufffd"))


def cannot_be_read(error: Exception) -> Refusal:
    """A mistake of ours refuses the one delivery that met it."""
    return Refusal("cannot_be_read", "a delivery that the program can read", _unforeseen(error))


def cannot_be_selected(error: Exception) -> Refusal:
    """A mistake of ours holds the one wave that met it."""
    return Refusal("cannot_be_selected", "a wave of which the program can make the selection", _unforeseen(error))


def _unforeseen(error: Exception) -> str:
    """Only its kind and its place are told: its text may hold the data."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"unforeseen: {type(error).__name__} at {PurePath(place.filename).name}:{place.lineno}"


def cannot_be_opened(file: str, found: str) -> Refusal:
    return Refusal("cannot_be_opened", f"{file}: a file in the drop folder itself, that may be read", found)


def judge_repeat(manifest: Manifest, read_before: str | None) -> Refusal | None:
    """A delivery's name stands for one content: another one under the same name is refused.

    `read_before` is the checksum of the content that was read under this name.
    """
    if read_before is None or read_before == manifest.sha256:
        return None
    return Refusal("delivery_repeated_with_other_content", f"sha256 {read_before}", f"sha256 {manifest.sha256}")


def repeated_as(earlier: str) -> Refusal:
    """A content counts once, under the name of the delivery that brought it first."""
    return Refusal(
        "repeated", "content that no other delivery brought", f"the same content as delivery {without_cpr(earlier)}"
    )


def _malformed(error: ValidationError, content: bytes) -> Refusal:
    mistakes = error.errors(include_url=False, include_input=False)
    places = {".".join(map(str, mistake["loc"])) for mistake in mistakes}
    found = "; ".join(f"{'.'.join(map(str, m['loc'])) or 'the whole'}: {m['msg']}" for m in mistakes)[:500]
    if places == {"period"} or (places == {""} and _written(content)):
        return Refusal("period_malformed", "period: the contacts' month, 1900-01 to 2099-12, for contacts only", found)
    fields = ", ".join(Manifest.model_fields)
    return Refusal("manifest_malformed", f"a JSON object with {fields}", found)


def _written(content: bytes) -> Mapping[str, Any]:
    """The fields of a JSON object; of anything else none."""
    try:
        written = from_json(content)
    except ValueError:
        return {}
    return written if isinstance(written, dict) else {}
