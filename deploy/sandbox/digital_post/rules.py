"""What the schema cannot say: the rules of Digital Post about a message that has its right shape."""

import binascii
import re
from datetime import date, timedelta
from functools import cache
from urllib.parse import urlsplit
from uuid import UUID

import lxml.etree as etree

from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.digital_post.schema import tag
from deploy.sandbox.digital_post.values import day, moment

FURTHEST_AHEAD = timedelta(days=365)
"""How far ahead a value date may lie: assumed, the real limit is not public."""

ACTION_CODES = frozenset(
    ["AFTALE", "BEKRAEFT", "BETALING", "FORBEREDELSE", "INFORMATION", "SELVBETJENING", "TILMELDING", "UNDERSKRIV"]
)
FORMATS = {
    "application/pdf": ("pdf",),
    "text/plain": ("txt",),
    "text/html": ("html", "htm"),
    "text/xml": ("xml",),
    "application/xml": ("xml",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
}
"""The formats taken, with their extensions: assumed to be these, PDF is sure."""

_CPR = re.compile(r"\d{10}", re.ASCII)
_CVR = re.compile(r"\d{8}", re.ASCII)
_NOT_IN_A_NAME = re.compile(
    r'[<>:"/\\|?*\x00-\x1f\x7f\x85\xa0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]'
)
_CPR_LIKE = re.compile(r"(?<!\d)\d{6}[-\u2010-\u2015 \xa0]?(?:\d{4}|\d[A-Z]{2}\d)(?!\d)")
_BLANK = re.compile(r"\s")
_DIAGNOSIS_CODE = re.compile(r"\bD[A-Z]\d{2}")
_CLINIC = re.compile(
    r"klinik|ambulator|afdeling|afsnit|sygehus|hospital|psykiatri|skadestue|akutmodtag|fødegang|diagnose|kræft|cancer|onkolog"
    r"|\bclinic|\bward\b|\bdepartment|\bpsychiatr|\bdiagnos",
    re.IGNORECASE,
)


def judge(message: etree._Element, today: date) -> None:
    """Raises Refused with the first rule that the message breaks on this Danish day."""
    header = message[0]
    _body_by_type(message, text(header, "messageType"))
    _headings(header)
    _value_date(value_date(header), today)
    _parties(header)
    for file in message.iter(tag("File")):
        _file(file)
    for action in message.iter(tag("Action")):
        _action(action)


def text(element: etree._Element, *names: str) -> str:
    """The text of the element found by these names, one below the other; empty where there is none."""
    return element.findtext(_below(names)) or ""


@cache
def _below(names: tuple[str, ...]) -> str:
    return "/".join(tag(name) for name in names)


def value_date(header: etree._Element) -> date | None:
    """doNotDeliverUntilDate, the day before which the message must not be delivered."""
    written = text(header, "doNotDeliverUntilDate")
    return day(written) if written else None


def _body_by_type(message: etree._Element, message_type: str) -> None:
    if (message_type == "DIGITALPOST") != (len(message) == 2):
        raise Refused("message.body.not.allowed", "Message/MessageBody", f"messageType {message_type}")


def _headings(header: etree._Element) -> None:
    """Nothing sensitive is shown outside the mailbox: label, notification and SMS."""
    if not text(header, "label").strip():
        raise Refused("empty.label.not.allowed", "MessageHeader/label", "empty")
    notification = header.find(tag("notification"))
    asked_for = notification is not None or text(header, "messageType") == "NEMSMS"
    if asked_for and not text(header, "notification").strip():
        raise Refused("empty.notification.not.allowed", "MessageHeader/notification", "empty")
    if text(header, "postType") not in ("", "MYNDIGHEDSPOST"):
        raise Refused("post.type.not.allowed", "MessageHeader/postType", "another type")
    for name in ("label", "notification", "additionalNotification"):
        if found := sensitive(text(header, name)):
            raise Refused("sensitive.content.not.allowed", f"MessageHeader/{name}", found)


def sensitive(written: str) -> str | None:
    """What a heading tells that it must not, without repeating it; None if nothing."""
    if _CPR_LIKE.search(written):
        return "something like a CPR number"
    if _DIAGNOSIS_CODE.search(written):
        return "something like a diagnosis code"
    return "the name of a clinic, ward or illness" if _CLINIC.search(written) else None


def _value_date(wanted: date | None, today: date) -> None:
    if wanted is None:
        return
    if wanted < today:
        raise Refused("do.not.deliver.until.date.too.early", "MessageHeader/doNotDeliverUntilDate", f"{wanted}")
    if wanted > today + FURTHEST_AHEAD:
        raise Refused("do.not.deliver.until.date.too.late", "MessageHeader/doNotDeliverUntilDate", f"{wanted}")


def _parties(header: etree._Element) -> None:
    if text(header, "Sender", "idType") != "CVR" or not _CVR.fullmatch(text(header, "Sender", "senderID")):
        raise Refused("sender.id.format.not.allowed", "Sender/senderID", "another format")
    if text(header, "Recipient", "idType") != "CPR" or not _CPR.fullmatch(text(header, "Recipient", "recipientID")):
        raise Refused("recipient.id.format.not.allowed", "Recipient/recipientID", "another format")
    for point in header.iter(tag("contactPointID")):
        try:
            UUID(point.text or "")
        except ValueError:
            raise Refused("contact.point.id.format.not.allowed", "ContactPoint/contactPointID", "no UUID") from None


def _file(file: etree._Element) -> None:
    name, encoding_format = text(file, "filename"), text(file, "encodingFormat")
    if not name.strip() or _NOT_IN_A_NAME.search(name):
        raise Refused(
            "file.name.not.allowed", "File/filename", 'empty, or one of < > : " / \\ | ? *, line breaks, spaces'
        )
    if encoding_format not in FORMATS:
        raise Refused("file.format.not.allowed", "File/encodingFormat", "another format")
    if name.rpartition(".")[2].lower() not in FORMATS[encoding_format]:
        raise Refused("file.extension.not.allowed", "File/filename", f"not an extension of {encoding_format}")
    content = _decoded(text(file, "content"))
    if not content:
        raise Refused("file.empty.not.allowed", "File/content", "empty")
    if encoding_format == "application/pdf" and not content.startswith(b"%PDF"):
        raise Refused("file.content.not.allowed", "File/content", "a PDF starts with %PDF")


def _decoded(content: str) -> bytes:
    """Line breaks are allowed in base64, anything else that is not base64 is not."""
    try:
        return binascii.a2b_base64(content, strict_mode=True)
    except binascii.Error:
        pass
    try:
        return binascii.a2b_base64("".join(content.split()), strict_mode=True)
    except (binascii.Error, ValueError):
        raise Refused("memo.invalid", "File/content", "expected base64") from None


def _action(action: etree._Element) -> None:
    code = text(action, "actionCode")
    if code not in ACTION_CODES:
        raise Refused("action.code.not.allowed", "Action/actionCode", "another code")
    if (code == "AFTALE") != (action.find(tag("Reservation")) is not None):
        raise Refused("action.reservation.not.allowed", "Action/Reservation", f"actionCode {code}")
    if code == "SELVBETJENING" or action.find(tag("EntryPoint")) is not None:
        _entry_point(text(action, "EntryPoint", "url"))
    start, end = text(action, "startDateTime"), text(action, "endDateTime")
    if start and end and moment(end) < moment(start):
        raise Refused("action.period.not.allowed", "Action/endDateTime", "before startDateTime")


def _entry_point(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "https" or not parts.hostname or _BLANK.search(url):
        raise Refused("action.entry.point.not.allowed", "Action/EntryPoint/url", "not an address by https")
