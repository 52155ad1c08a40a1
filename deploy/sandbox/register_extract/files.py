"""The files of a delivery: data, and beside it the manifest that says what was delivered."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

AT_ONCE = 20_000
"""Rows that are written together."""


def write(folder: Path, delivery: str, kind: str, profile: str, header: str, rows: Sequence[str], **more: str) -> None:
    """`<delivery>.csv` and `<delivery>.manifest.json`. A row may hold a line break and so be several."""
    digest, lines = hashlib.sha256(), 0
    with (folder / f"{delivery}.csv").open("wb") as file:
        for part in _parts(header, rows):
            octets = "\n".join([*part, ""]).encode("utf-8", "surrogateescape")
            file.write(octets)
            digest.update(octets)
            lines += octets.count(b"\n")
    manifest = {
        "kind": kind,
        "delivery": delivery,
        **more,
        "file": f"{delivery}.csv",
        "rows": lines - 1,
        "sha256": digest.hexdigest(),
        "profile": profile,
    }
    write_json(folder / f"{delivery}.manifest.json", manifest)


def _parts(header: str, rows: Sequence[str]) -> Iterator[Sequence[str]]:
    yield [header]
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]


def write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def deliver(prepared: Path, drop: Path, delivery: str) -> None:
    """Puts one prepared delivery into the drop folder: the data first, the manifest last, each complete at once."""
    for name in (f"{delivery}.csv", f"{delivery}.manifest.json"):
        arriving = drop / f".{name}.arriving"
        shutil.copyfile(prepared / name, arriving)
        arriving.replace(drop / name)


def wrapped(code: str) -> str:
    """A code as the organisation register writes it, lest a spreadsheet takes it for a number."""
    return f'="{code}"' if code else ""
