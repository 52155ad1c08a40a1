"""The mass form: many messages in one tar archive, compressed by LZMA."""

import io
import lzma
import tarfile
from collections.abc import Sequence

from services.dispatch.digital_post.interface import OutgoingMessage

CONTENT_TYPE = "application/x-lzma"

_PRESET = 0
"""Letters differ in little, so the quickest compression finds nearly all: 0.3 s for a thousand, 2.8 s at preset 6."""


def packed(messages: Sequence[OutgoingMessage]) -> bytes:
    """Each message as a file `<uuid>.xml`."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for message in messages:
            file = tarfile.TarInfo(f"{message.uuid}.xml")
            file.size = len(message.xml)
            tar.addfile(file, io.BytesIO(message.xml))
    return lzma.compress(archive.getbuffer(), format=lzma.FORMAT_ALONE, preset=_PRESET)
