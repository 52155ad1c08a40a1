"""A letter written as MeMo, the message format of Digital Post. Pure.

Version 1.2 is what the interface takes today; 1.1 is kept as a setting. What differs is in `_VERSIONS` and in
`_header`: 1.1 has a second version attribute and demands `mandatory` and `legalNotification`; 1.2 does neither.
"""

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

import lxml.etree as etree

NAMESPACE = "https://DigitalPost.dk/MeMo-1"
LARGEST_MESSAGE = 99_500_000
"""Bytes. Digital Post takes at most 99.5 MB."""

Version = Literal["1.1", "1.2"]

_VERSIONS = {"1.1": {"memoVersion": "1.1", "memoSchVersion": "1.1.0"}, "1.2": {"memoVersion": "1.2"}}
_POST_TYPE = "MYNDIGHEDSPOST"
_ACTION_CODE = "SELVBETJENING"
_LONGEST_TEXT = 256
_LONGEST_NOTIFICATION = 150
_FORBIDDEN_IN_FILENAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]|[^\S ]')
_LIKE_A_CPR_NUMBER = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class NotSendable(ValueError):
    """The message breaks a rule of MeMo and would be rejected. Names the field, never the recipient or the code."""

    reason = "cannot_be_written"


@dataclass(frozen=True, slots=True)
class Sender:
    cvr: str
    label: str


@dataclass(frozen=True, slots=True)
class File:
    filename: str
    language: str
    content: bytes = field(repr=False)
    encoding_format: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Action:
    """The button beside the letter. The address holds the person's code."""

    label: str
    url: str = field(repr=False)
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One letter to one person. Label and notification are shown outside the mailbox: nothing sensitive in them."""

    uuid: UUID
    recipient: str = field(repr=False)
    sender: Sender
    label: str
    created_at: datetime
    file: File
    action: Action
    notification: str | None = None
    not_deliver_until: date | None = None


def message_uuid(key: bytes, letter: UUID) -> UUID:
    """The messageUUID of a letter: 16 bytes of HMAC-SHA256 under the message key, with the bits of version 4 set.

    Derived, so that a replay or a restored backup makes the same message and never a second one.
    """
    return UUID(bytes=hmac.digest(key, letter.bytes, "sha256")[:16], version=4)


def write(message: Message, version: Version = "1.2") -> bytes:
    """The message as XML, UTF-8. Raises `NotSendable`."""
    if broken := next(_broken_rules(message), None):
        raise NotSendable(broken)
    root = etree.Element(_tag("Message"), _VERSIONS[version], nsmap={"memo": NAMESPACE})
    _header(_inside(root, "MessageHeader"), message, version)
    _body(_inside(root, "MessageBody"), message)
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    if len(written) > LARGEST_MESSAGE:
        raise NotSendable(f"{len(written)} bytes, at most {LARGEST_MESSAGE} are taken")
    return written


def _header(header: etree._Element, message: Message, version: Version) -> None:
    _text(header, "messageType", "DIGITALPOST")
    _text(header, "messageUUID", str(message.uuid))
    _text(header, "label", message.label)
    if message.notification:
        _text(header, "notification", message.notification)
    if message.not_deliver_until:
        _text(header, "doNotDeliverUntilDate", message.not_deliver_until.isoformat())
    if version == "1.1":
        _text(header, "mandatory", "false")
        _text(header, "legalNotification", "false")
    _text(header, "postType", _POST_TYPE)
    sender = _inside(header, "Sender")
    _text(sender, "senderID", message.sender.cvr)
    _text(sender, "idType", "CVR")
    _text(sender, "label", message.sender.label)
    recipient = _inside(header, "Recipient")
    _text(recipient, "recipientID", message.recipient)
    _text(recipient, "idType", "CPR")


def _body(body: etree._Element, message: Message) -> None:
    _text(body, "createdDateTime", _moment(message.created_at))
    document = _inside(body, "MainDocument")
    _text(document, "label", message.label)
    file = _inside(document, "File")
    _text(file, "encodingFormat", message.file.encoding_format)
    _text(file, "filename", message.file.filename)
    _text(file, "language", message.file.language)
    _text(file, "content", base64.b64encode(message.file.content).decode("ascii"))
    action = _inside(document, "Action")
    _text(action, "label", message.action.label)
    _text(action, "actionCode", _ACTION_CODE)
    if message.action.ends_at:
        _text(action, "endDateTime", _moment(message.action.ends_at))
    _text(_inside(action, "EntryPoint"), "url", message.action.url)


def _broken_rules(message: Message) -> Iterator[str]:
    yield from _broken_by_text("label", message.label)
    yield from _broken_by_text("Sender/label", message.sender.label)
    yield from _broken_by_text("Action/label", message.action.label)
    if message.notification is not None:
        yield from _broken_by_text("notification", message.notification, _LONGEST_NOTIFICATION)
    if message.uuid.version != 4:
        yield f"messageUUID: version {message.uuid.version}, only version 4 is taken"
    if not re.fullmatch(r"[0-9]{8}", message.sender.cvr):
        yield "senderID: a CVR number is eight digits"
    if not re.fullmatch(r"[0-9]{6}[0-9A-Z]{4}", message.recipient):
        yield "recipientID: a CPR number is ten characters without hyphen"
    yield from _broken_by_file(message.file)
    yield from _broken_by_action(message.action)
    if message.created_at.tzinfo is None:
        yield "createdDateTime: has no time zone, so it cannot be written in UTC"


def _broken_by_text(name: str, text: str, longest: int = _LONGEST_TEXT) -> Iterator[str]:
    if not text.strip():
        yield f"{name}: empty"
    if len(text) > longest:
        yield f"{name}: {len(text)} characters, at most {longest} are taken"
    if _CONTROL_CHARACTERS.search(text):
        yield f"{name}: holds a control character, that XML cannot carry or a notification cannot show"
    if _LIKE_A_CPR_NUMBER.search(text):
        yield f"{name}: holds what looks like a CPR number; nothing sensitive may stand there"


def _broken_by_file(file: File) -> Iterator[str]:
    if _FORBIDDEN_IN_FILENAMES.search(file.filename) or not 0 < len(file.filename) <= _LONGEST_TEXT:
        yield 'filename: 1 to 256 characters, none of < > : " / \\ | ? *, line ends or blanks other than a plain space'
    if not re.fullmatch(r"[a-z]{2}", file.language):
        yield "language: two small letters, as da or en"
    if not file.content:
        yield "content: the file is empty"


def _broken_by_action(action: Action) -> Iterator[str]:
    if not action.url.startswith("https://"):
        yield "EntryPoint/url: only https is taken"
    if len(action.url) > _LONGEST_TEXT or not action.url.isascii() or re.search(r"[\s<>\"]", action.url):
        yield "EntryPoint/url: at most 256 ASCII characters without blanks, quotes or angle brackets"
    if action.ends_at is not None and action.ends_at.tzinfo is None:
        yield "endDateTime: has no time zone, so it cannot be written in UTC"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _inside(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, _tag(name))


def _text(parent: etree._Element, name: str, text: str) -> None:
    _inside(parent, name).text = text
