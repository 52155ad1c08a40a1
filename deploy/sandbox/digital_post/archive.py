"""Unpacks the mass form: a tar archive, LZMA-compressed, of files named `<messageUUID>.xml`."""

import io
import lzma
import tarfile
from collections.abc import Iterator

from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.digital_post.values import UUID_4

LARGEST_UNPACKED = 500_000_000
"""Bytes that an archive may unpack to: assumed, and what keeps a small body from filling the memory."""

DECODER_MEMORY = 128 * 1024 * 1024


def letters(body: bytes) -> list[tuple[str, bytes]]:
    """The messages with the UUIDs their files are named by, in the archive's order. Raises Refused."""
    found = list(_files(_unpacked(body)))
    if not found:
        raise Refused("archive.invalid", "archive", "no files")
    return found


def _unpacked(body: bytes) -> bytes:
    """Both the classic .lzma and the .xz container are taken."""
    decoder = lzma.LZMADecompressor(format=lzma.FORMAT_AUTO, memlimit=DECODER_MEMORY)
    try:
        unpacked = decoder.decompress(body, max_length=LARGEST_UNPACKED + 1)
    except (lzma.LZMAError, EOFError):
        raise Refused("archive.invalid", "archive", "not LZMA") from None
    if len(unpacked) > LARGEST_UNPACKED:
        raise Refused("archive.size.too.large", "archive", f"more than {LARGEST_UNPACKED} bytes unpacked")
    if not decoder.eof:
        raise Refused("archive.invalid", "archive", "the LZMA stream ends too early")
    return unpacked


def _files(unpacked: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(unpacked), mode="r:") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isfile() else None
                name, _, extension = member.name.rpartition(".")
                if content is None or extension != "xml" or not UUID_4.fullmatch(name):
                    raise Refused("archive.invalid", "archive", "a file is not named <messageUUID>.xml")
                yield name.lower(), content.read()
    except tarfile.TarError:
        raise Refused("archive.invalid", "archive", "not a tar archive, or cut short") from None
