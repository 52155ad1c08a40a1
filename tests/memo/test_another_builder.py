"""A library made by others builds the same content: what it writes and what we write is the same XML."""

import base64
from xml.etree import ElementTree as ET

from python_serviceplatformen.models import message as theirs
from python_serviceplatformen.models.xml_util import dataclass_to_xml_string

from services.dispatch import memo
from tests.support.messages import message, sparse_message


def built_by_them(sent: memo.Message) -> str:
    header = theirs.MessageHeader(
        messageType="DIGITALPOST",
        messageUUID=str(sent.uuid),
        label=sent.label,
        notification=sent.notification,
        doNotDeliverUntilDate=sent.not_deliver_until,
        postType="MYNDIGHEDSPOST",
        sender=theirs.Sender(senderID=sent.sender.cvr, idType="CVR", label=sent.sender.label),
        recipient=theirs.Recipient(recipientID=sent.recipient, idType="CPR"),
    )
    body = theirs.MessageBody(createdDateTime=sent.created_at, mainDocument=their_document(sent))
    return dataclass_to_xml_string(theirs.Message(messageHeader=header, messageBody=body))


def their_document(sent: memo.Message) -> theirs.MainDocument:
    file = theirs.File(
        encodingFormat="application/pdf",
        filename=sent.file.filename,
        language=sent.file.language,
        content=base64.b64encode(sent.file.content).decode(),
    )
    action = theirs.Action(
        label=sent.action.label,
        actionCode="SELVBETJENING",
        endDateTime=sent.action.ends_at,
        entryPoint=theirs.EntryPoint(url=sent.action.url),
    )
    return theirs.MainDocument(label=sent.label, files=(file,), actions=(action,))


def canonical(xml: str | bytes) -> str:
    return ET.canonicalize(xml, rewrite_prefixes=True)


def test_a_whole_message_is_the_same():
    assert canonical(memo.write(message())) == canonical(built_by_them(message()))


def test_a_message_without_optional_fields_is_the_same():
    assert canonical(memo.write(sparse_message())) == canonical(built_by_them(sparse_message()))


def test_a_difference_would_be_seen():
    assert canonical(memo.write(message(label="Et andet brev"))) != canonical(built_by_them(message()))
