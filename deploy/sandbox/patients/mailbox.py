"""What people find in their mailboxes: that a letter came, and what stands in it."""

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from io import BytesIO
from json import loads

import aiohttp
import lxml.etree as etree

from deploy.sandbox.patients.browser import Away
from shared.runtime.clock import DENMARK

MEMO = {"m": "https://DigitalPost.dk/MeMo-1"}
_LINK = etree.XPath("string(//m:MainDocument/m:Action/m:EntryPoint/m:url)", namespaces=MEMO)
_CONTENT = etree.XPath("string(//m:MainDocument/m:File/m:content)", namespaces=MEMO)
_CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}\b")
REMINDER = "Påmindelse"
"""How a reminder's label begins."""


@dataclass(frozen=True)
class Envelope:
    """A message as the mailbox lists it."""

    sequence: int
    uuid: str
    cpr: str = field(repr=False)
    is_reminder: bool
    arrives: datetime
    """When it is there to be read."""


@dataclass(frozen=True, repr=False)
class Letter:
    """A message that was opened."""

    link: str
    content: bytes

    def code_in_link(self) -> str:
        return self.link.rpartition("/")[2]

    def code_in_text(self) -> str:
        """The code as it stands in the letter's text; empty if there is none. Reading a PDF takes some milliseconds."""
        from pypdf import PdfReader  # few need it, and it takes half a second to load

        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(self.content)).pages)
        found = _CODE.search(text)
        return found[0] if found else ""


class Mailbox:
    """Everybody's mailbox, at the stand-in of Digital Post."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self._session = session
        self._address = address.rstrip("/")

    async def since(self, sequence: int) -> Sequence[Envelope]:
        """The messages accepted after this one. Raises Away."""
        lines = (await self._get(f"/messages?after={sequence}")).splitlines()
        return [_envelope(loads(line)) for line in lines]

    async def letter(self, uuid: str) -> Letter:
        """Raises Away."""
        tree = etree.fromstring(await self._get(f"/messages/{uuid}"), etree.XMLParser(huge_tree=True))
        return Letter(_LINK(tree), b64decode(_CONTENT(tree)))

    async def _get(self, path: str) -> bytes:
        try:
            async with self._session.get(self._address + path) as answer:
                if answer.status == 200:
                    return await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Away(f"mailbox: {type(error).__name__}") from error
        raise Away(f"mailbox: status {answer.status}")


def _envelope(line: dict[str, str]) -> Envelope:
    received = datetime.fromisoformat(line["received_at"])
    in_force = datetime.combine(datetime.fromisoformat(line["deliver_from"]).date(), time(0), DENMARK)
    return Envelope(
        int(line["sequence"]),
        line["messageUUID"],
        line["cpr"],
        line["label"].startswith(REMINDER),
        max(received, in_force),
    )
