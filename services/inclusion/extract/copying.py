"""A data file's bytes, turned into lines that DuckDB can split: checked, UTF-8, one row a line, no quotation.

What is read afterwards is the copy, so it is what the checksum was taken of, whatever happens to the file meanwhile.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from services.inclusion.domain.manifest import NotTaken, Refusal

PIECE = 1 << 20
UNDECODABLE = "\ufffd"
"""Stands in the copy for bytes that mean nothing in the file's encoding, and for the characters below."""
NEVER = "\x1e"
"""A character that stands in no copy."""
BETWEEN = "\x1f"
"""Stands between the fields of a copy whose file was quoted."""
MEANINGLESS = ("\0", NEVER, BETWEEN)


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy: every line is a row, but empty lines are none; the first is the header."""

    path: Path
    sha256: str
    """Of the bytes of the file."""
    separator: str
    """Stands between fields, and nowhere else."""


def copy(source: BinaryIO, encoding: str, separator: str, to: Path) -> Copied:
    """Raises OSError where the copy cannot be written, NotTaken."""
    digest, quoted = hashlib.sha256(), False
    decoder = io.IncrementalNewlineDecoder(_decoder(encoding), translate=True)
    with open(to, "wb") as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            text = decoder.decode(piece)
            quoted = quoted or '"' in text
            target.write(_clean(text))
        target.write(_clean(decoder.decode(b"", True)))
    if quoted:
        return Copied(_unquote(to, separator), digest.hexdigest(), BETWEEN)
    return Copied(to, digest.hexdigest(), separator)


def rows(copied: Copied) -> Iterator[tuple[int, list[str]]]:
    """Each row's number, counted from the header's 1, and its fields."""
    with open(copied.path, encoding="utf-8", newline="\n") as lines:
        for number, line in enumerate(lines, start=1):
            if line != "\n":
                yield number, line.removesuffix("\n").split(copied.separator)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """A byte order mark before UTF-8 is no part of the text."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return codecs.getincrementaldecoder(name)(errors="replace")


def _clean(text: str) -> bytes:
    for meaningless in MEANINGLESS:
        text = text.replace(meaningless, UNDECODABLE)
    return text.encode()


def _unquote(path: Path, separator: str) -> Path:
    """Beside the copy, one where every row is a line: a line end within a field becomes a blank."""
    to = path.with_suffix(".unquoted")
    with open(path, encoding="utf-8", newline="") as source, open(to, "w", encoding="utf-8", newline="") as target:
        try:
            for row in csv.reader(source, delimiter=separator):
                if row:
                    target.write((BETWEEN.join(row).replace("\n", " ") or BETWEEN) + "\n")
        except csv.Error as error:
            raise NotTaken(Refusal("cannot_be_read", "quoted fields that end", f"{error}")) from None
    path.unlink()
    return to
