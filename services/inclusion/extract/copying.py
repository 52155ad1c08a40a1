"""A data file's bytes, turned into text that DuckDB can read: checked, UTF-8, no line ends but `\\n`.

What is read afterwards is the copy, so it is what the checksum was taken of, whatever happens to the file meanwhile.
"""

import codecs
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

PIECE = 1 << 20
UNDECODABLE = "\ufffd"
"""Stands in the copy for bytes that mean nothing in the file's encoding, and for NUL."""


@dataclass(frozen=True, slots=True)
class Copied:
    sha256: str
    """Of the bytes of the file."""
    quoted: bool
    """Whether any quotation mark stands in it: if none does, every line is a row."""


def copy(file: Path, encoding: str, to: Path) -> Copied:
    """Raises FileNotFoundError where there is no file, OSError where the copy cannot be written."""
    digest, quoted = hashlib.sha256(), False
    decoder = io.IncrementalNewlineDecoder(_decoder(encoding), translate=True)
    with open(file, "rb") as source, open(to, "wb") as target:
        while piece := source.read(PIECE):
            digest.update(piece)
            text = decoder.decode(piece)
            quoted = quoted or '"' in text
            target.write(_clean(text))
        target.write(_clean(decoder.decode(b"", True)))
    return Copied(digest.hexdigest(), quoted)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    """A byte order mark before UTF-8 is no part of the text."""
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    return codecs.getincrementaldecoder(name)(errors="replace")


def _clean(text: str) -> bytes:
    return text.replace("\0", UNDECODABLE).encode()
