"""Reads a message: well-formed, by the schema, by the rules. What comes out is all the mailbox needs to know."""

from dataclasses import dataclass
from datetime import date

import lxml.etree as etree

from deploy.sandbox.digital_post import rules
from deploy.sandbox.digital_post.refusals import Refused
from deploy.sandbox.digital_post.schema import Part, models, tag
from deploy.sandbox.digital_post.values import KINDS

LARGEST = 99_500_000
"""Bytes of one message, and of one request's body: 99.5 MB."""

MESSAGE = tag("Message")
VERSIONS = {("1.1", "1.1.0"), ("1.2", None)}
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


@dataclass(frozen=True, slots=True)
class Memo:
    """A message that follows every rule. Without a value date `deliver_from` is None: it may be delivered at once."""

    message_uuid: str
    message_id: str
    message_type: str
    cpr: str
    label: str
    deliver_from: date | None


def read(xml: bytes, today: date) -> Memo:
    """The message in these bytes, judged on this Danish day. Raises Refused."""
    if len(xml) > LARGEST:
        raise Refused("memo.size.too.large", "Message", f"{len(xml)} bytes")
    message = _root(xml)
    follow(message, models(_version(message)))
    header = message[0]
    rules.judge(message, today)
    value_date = rules.value_date(header)
    return Memo(
        message_uuid=rules.text(header, "messageUUID").lower(),
        message_id=rules.text(header, "messageID"),
        message_type=rules.text(header, "messageType"),
        cpr=rules.text(header, "Recipient", "recipientID"),
        label=rules.text(header, "label"),
        deliver_from=value_date,
    )


def _root(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("memo.invalid", "Message", f"not well-formed at line {error.lineno}") from None
    if root.getroottree().docinfo.doctype:
        raise Refused("memo.invalid", "Message", "a document type is not allowed")
    if root.tag != MESSAGE:
        raise Refused("memo.invalid", "Message", "expected the root element Message in MeMo's namespace")
    return root


def _version(message: etree._Element) -> str:
    attributes = {name: value for name, value in message.attrib.items() if not str(name).startswith(XSI)}
    version, schema = attributes.pop("memoVersion", ""), attributes.pop("memoSchVersion", None)
    if (version, schema) not in VERSIONS:
        raise Refused("memo.version.not.supported")
    if attributes:
        raise Refused("memo.invalid", "Message", f"attribute {next(iter(attributes))} is not expected")
    return str(version)


def follow(element: etree._Element, parts_of: dict[str, tuple[Part, ...]]) -> None:
    """Every element in its place, as often as allowed, and every text of its kind. Raises Refused(memo.invalid)."""
    children = list(element)
    position, after = 0, len(children)
    for part in parts_of[element.tag]:
        start = position
        last = min(after, start + part.at_most)
        while position < last and (kind := part.kinds.get(children[position].tag)) is not None:
            _follow_child(children[position], kind, parts_of)
            position += 1
        if position - start < part.at_least:
            raise Refused("memo.invalid", _path(element), f"{part.name} is missing, or not in its place")
    if position < after:
        raise Refused("memo.invalid", _path(children[position]), "the element is not expected here")
    if _blank(element.text) and all(_blank(child.tail) for child in children):
        return
    raise Refused("memo.invalid", _path(element), "text is not expected here")


def _follow_child(child: etree._Element, kind: str, parts_of: dict[str, tuple[Part, ...]]) -> None:
    if child.attrib:
        raise Refused("memo.invalid", _path(child), "attributes are not expected here")
    if not kind:
        follow(child, parts_of)
    elif len(child):
        raise Refused("memo.invalid", _path(child), "elements are not expected here")
    elif wrong := KINDS[kind](child.text or ""):
        raise Refused("memo.invalid", _path(child), wrong)


def _blank(text: str | None) -> bool:
    return not text or text.isspace()


def _path(element: etree._Element) -> str:
    above = [etree.QName(ancestor).localname for ancestor in element.iterancestors()]
    return "/".join([*reversed(above), etree.QName(element).localname])
