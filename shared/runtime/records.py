"""Records as they come from the broker: whose they are, and what of them may be written down."""

import base64
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from shared.events.event import Event
from shared.events.refused import Refused
from shared.events.set_aside import Header
from shared.runtime import watermarks
from shared.runtime.logging import described
from shared.runtime.record_batches import Unparsed
from shared.runtime.watermarks import Watermark

AHEAD_AT_MOST = timedelta(days=1)
"""An event that became true later than this is a mistake: believed, it would bind a person until then."""


def kind_of(record: Any) -> str:
    """The record's header `kind`; empty where there is none, or none that can be read."""
    kind = next((value or b"" for name, value in record.headers if name == "kind"), b"")
    return kind.decode("ascii") if kind.isascii() and kind.decode("ascii").isprintable() else ""


def event(kind: type[Event], record: Any, now: datetime) -> Event:
    """What the record says. Raises ValidationError where it is not of that form, and Refused if it is still to come."""
    said = kind.from_json(record.value or b"")
    if said.occurred_at > now + AHEAD_AT_MOST:
        raise Refused("from_the_future", "occurred_at: expected at most a day ahead of the clock")
    return said


def watermark(part: Sequence[Any], now: datetime) -> Watermark | None:
    """The last watermark among these records that can be believed."""
    found = (_believed(record, now) for record in reversed(part) if kind_of(record) == watermarks.KIND)
    return next((believed for believed in found if believed), None)


def _believed(record: Any, now: datetime) -> Watermark | None:
    if isinstance(record, Unparsed):
        return None
    try:
        return watermarks.read(record.value or b"", record.headers, now)
    except (ValueError, Refused):
        return None


class NoKind(ValueError):
    """A record that does not say what it is, or not so that it can be read."""


def check(record: Any, now: datetime) -> None:
    """Raises if a record that is no event is no watermark that can be believed either."""
    if not kind_of(record):
        raise NoKind
    watermarks.read(record.value or b"", record.headers, now)


def what_is_wrong(error: Exception) -> str:
    """Which fields were not as expected. Never the input, which field names of a mapping may be part of, too."""
    if isinstance(error, NoKind):
        return "expected a header `kind` that names the event, in printable ASCII"
    if not isinstance(error, ValidationError):
        return described(error)
    mistakes = error.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(f"{_place(one['loc'])}{_wording(one)}" for one in mistakes[:10])


def _place(location: Sequence[int | str]) -> str:
    """Empty for the record as a whole."""
    place = ".".join(str(part) if isinstance(part, int) or _is_field(part) else "…" for part in location)
    return f"{place}: " if place else ""


def _is_field(name: str) -> bool:
    return name.isidentifier() and name.isascii() and len(name) <= 40


def _wording(mistake: Any) -> str:
    """pydantic's own sentence; of a check written by hand only its type, for it might repeat the input."""
    return mistake["type"] if mistake["type"] in ("value_error", "assertion_error") else mistake["msg"]


def as_reason(text: str) -> str:
    """A reason's name, or an error's class as one."""
    return re.sub(r"[^a-z0-9_.]", "", text.lower()).lstrip("0123456789_.")[:80] or "unnamed"


def as_kind(text: str) -> str:
    """A kind's name as it may be written down: nothing that is not formed like one, for it might be about a person."""
    return text if re.fullmatch(r"[A-Za-z]{1,60}\.v[0-9]{1,3}", text) else "unnamed"


def as_it_was(record: Any) -> dict[str, Any]:
    """The record itself, in the fields of RecordSetAside, so that it can be published again."""
    return {
        "record_kind": kind_of(record),
        "record_key": None if record.key is None else base64.b64encode(record.key).decode(),
        "record_value": base64.b64encode(record.value or b"").decode(),
        "record_headers": {
            _shown(name.encode(errors="surrogateescape")): _shown(value or b"") for name, value in record.headers
        },
        "exact_headers": tuple(Header.of(name, value) for name, value in record.headers),
    }


def _shown(text: bytes) -> str:
    """As text that every database takes."""
    return text.decode("utf-8", "replace").replace("\0", "\ufffd")
