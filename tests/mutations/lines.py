"""The table's lines: what is wrong with a running system, and how it is mended."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.mutations.neighbour import Answers

NOBODY = "http://127.0.0.1:1"


@dataclass(frozen=True)
class Line:
    """One thing that is wrong when the wave's letters fall due."""

    name: str
    cause: str
    """What the overview must say, in part: the cause by its name."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Of dispatch, while it is wrong."""
    register: Answers = "right"
    weather: Mapping[str, Any] = field(default_factory=dict)
    """At Digital Post, while it is wrong."""
    partitions: int | None = None
    """Of every topic, made beforehand. None: as Puls makes them."""
    compression: str | None = None
    """Of every topic."""
    harmless: bool = False
    """Nothing is wrong for Puls: nobody has to mend anything."""
    alone: int = 0
    """So many letters are stuck, and all others leave."""


def _refused(code: str) -> Mapping[str, Any]:
    return {"refused_share": 1, "refusal_codes": [code]}


LINES: Sequence[Line] = (
    Line("answer address: http", "PULS_ANSWER_URL", {"PULS_ANSWER_URL": "http://svar.puls.example"}),
    Line(
        "sealing key: another one",
        "PULS_SEALING_PRIVATE_KEY",
        {"PULS_SEALING_PRIVATE_KEY": base64.urlsafe_b64encode(bytes(range(32))).decode()},
    ),
    Line("Digital Post: another API key", "API key", {"PULS_DIGITAL_POST_KEY": base64.b64encode(b"no:key").decode()}),
    Line("Digital Post: nobody there", "Digital Post: ", {"PULS_DIGITAL_POST_URL": f"{NOBODY}/apis/v1/"}),
    Line(
        "register: nobody there",
        "Register of persons: GET persons/: no connection",
        {"PULS_PERSON_REGISTER_URL": NOBODY},
    ),
    Line("register: empty", "unreachable, the latest for unknown", register="empty"),
    Line("register: another form", "Register of persons: ", register="another form"),
    Line("register: all 400", "rejected.http_400", register="400"),
    Line("register: all 500", "Register of persons: GET persons/ was answered 500", register="500"),
    Line("register: all slow", "Register of persons: GET persons/", register="slow"),
    Line("register: 400 for one", "stuck", register="400 for one", alone=1),
    Line("refused: all, by an unlisted code", "refused.nobody.knows.this", weather=_refused("nobody.knows.this")),
    Line("refused: all, for what we send", "refused.memo.invalid", weather=_refused("memo.invalid")),
    Line("refused: all, for who they are", "refused.recipient.not.allowed", weather=_refused("recipient.not.allowed")),
    *(Line(f"topics: {kind}", "", compression=kind, harmless=True) for kind in ("gzip", "lz4", "snappy", "zstd")),
    *(Line(f"topics: {count} partitions", "", partitions=count, harmless=True) for count in (3, 24)),
)
