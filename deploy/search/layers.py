"""What is packed or encoded within some bytes: archives and compressed streams unpacked, base64 decoded."""

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from contextlib import suppress

DEEPEST = 6
"""Layers within layers that are looked at."""
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{14,}")
"""Shorter ones hold no number of ten digits."""
STANDARD = bytes.maketrans(b"-_", b"+/")

Layer = tuple[str, bytes]
BROKEN = (OSError, EOFError, ValueError, lzma.LZMAError, zlib.error, tarfile.TarError, zipfile.BadZipFile, RuntimeError)
"""What only begins like an archive, as anything may by chance, has no layers."""


def layers(name: str, content: bytes, depth: int = 0) -> Iterator[Layer]:
    """The content itself, and whatever is within it, each with the way to it."""
    yield name, content
    if depth < DEEPEST:
        for inner, unpacked in (*_unpacked(content), *_decoded(content)):
            yield from layers(f"{name} > {inner}", unpacked, depth + 1)


def _unpacked(content: bytes) -> list[Layer]:
    """By how it begins."""
    found: list[Layer] = []
    for magic, at, unpack in KINDS:
        if content[at : at + len(magic)] == magic:
            with suppress(*BROKEN):
                found += unpack(content)
    return found


def _stream(decompress: Callable[[bytes], bytes]) -> Callable[[bytes], Iterator[Layer]]:
    def unpack(content: bytes) -> Iterator[Layer]:
        yield "unpacked", decompress(content)

    return unpack


def _tar(content: bytes) -> Iterator[Layer]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
        for member in archive:
            if (file := archive.extractfile(member)) is not None:
                yield member.name, file.read()


def _zip(content: bytes) -> Iterator[Layer]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


KINDS: tuple[tuple[bytes, int, Callable[[bytes], Iterator[Layer]]], ...] = (
    (b"\x1f\x8b", 0, _stream(gzip.decompress)),
    (b"\xfd7zXZ\0", 0, _stream(lzma.decompress)),
    (b"\x5d\0\0", 0, _stream(lzma.decompress)),
    (b"BZh", 0, _stream(bz2.decompress)),
    (b"PK\x03\x04", 0, _zip),
    (b"ustar", 257, _tar),
)
"""How it begins, where that stands, and how it is unpacked."""


def _decoded(content: bytes) -> Iterator[Layer]:
    """Where the encoding begins within a run of its letters cannot be seen, so each of the four places is tried."""
    for run in BASE64.findall(content):
        for start in range(4):
            part = run[start:].translate(STANDARD)
            yield "base64", b64decode(part[: len(part) // 4 * 4] + _padded(part[len(part) // 4 * 4 :]))


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
