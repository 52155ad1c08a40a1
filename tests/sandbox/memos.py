"""A message that breaks no rule, and archives of such, written by hand: no code of ours vouches for itself."""

import io
import lzma
import tarfile
from base64 import b64encode
from collections.abc import Iterable
from uuid import UUID

PDF = b64encode(b"%PDF-1.7\nsynthetic\n%%EOF\n").decode()

MEMO = f"""<?xml version="1.0" encoding="UTF-8"?>
<memo:Message xmlns:memo="https://DigitalPost.dk/MeMo-1" xmlns:grd="https://data.gov.dk/model/core/" memoVersion="1.2">
  <memo:MessageHeader>
    <memo:messageType>DIGITALPOST</memo:messageType>
    <memo:messageUUID>{{uuid}}</memo:messageUUID>
    <memo:messageID>letter-{{number}}</memo:messageID>
    <memo:label>Hvordan var det?</memo:label>
    <memo:notification>Du har fået et brev</memo:notification>
    <memo:reply>false</memo:reply>
    <memo:doNotDeliverUntilDate>2026-11-05</memo:doNotDeliverUntilDate>
    <memo:mandatory>false</memo:mandatory>
    <memo:legalNotification>false</memo:legalNotification>
    <memo:postType>MYNDIGHEDSPOST</memo:postType>
    <memo:Sender>
      <memo:senderID>12345678</memo:senderID>
      <memo:idType>CVR</memo:idType>
      <memo:label>Puls</memo:label>
    </memo:Sender>
    <memo:Recipient>
      <memo:recipientID>{{cpr}}</memo:recipientID>
      <memo:idType>CPR</memo:idType>
    </memo:Recipient>
  </memo:MessageHeader>
  <memo:MessageBody>
    <memo:createdDateTime>2026-11-05T11:00:00Z</memo:createdDateTime>
    <memo:MainDocument>
      <memo:label>Brev</memo:label>
      <memo:File>
        <memo:encodingFormat>application/pdf</memo:encodingFormat>
        <memo:filename>brev.pdf</memo:filename>
        <memo:language>da</memo:language>
        <memo:content>{PDF}</memo:content>
      </memo:File>
      <memo:Action>
        <memo:label>Svar her</memo:label>
        <memo:actionCode>SELVBETJENING</memo:actionCode>
        <memo:startDateTime>2026-11-05T11:00:00Z</memo:startDateTime>
        <memo:endDateTime>2026-12-10T23:00:00Z</memo:endDateTime>
        <memo:EntryPoint>
          <memo:url>https://svar.puls.example/s/0000-0000-0000-0000</memo:url>
        </memo:EntryPoint>
      </memo:Action>
    </memo:MainDocument>
  </memo:MessageBody>
</memo:Message>
"""

NEMSMS = """<memo:Message xmlns:memo="https://DigitalPost.dk/MeMo-1" memoVersion="1.2">
  <memo:MessageHeader>
    <memo:messageType>NEMSMS</memo:messageType>
    <memo:messageUUID>{uuid}</memo:messageUUID>
    <memo:label>Hvordan var det?</memo:label>
    <memo:notification>Du har fået et brev i Digital Post</memo:notification>
    <memo:Sender>
      <memo:senderID>12345678</memo:senderID><memo:idType>CVR</memo:idType><memo:label>Puls</memo:label>
    </memo:Sender>
    <memo:Recipient><memo:recipientID>{cpr}</memo:recipientID><memo:idType>CPR</memo:idType></memo:Recipient>
  </memo:MessageHeader>
</memo:Message>
"""

REGISTERED, EXEMPT, CLOSED, UNKNOWN, NOT_LISTED = "2512489996", "2509479989", "0107729995", "2911829996", "0505109990"
EXEMPT_WITH_SMS = "0505159995"
PERSONS = f"""cpr,register_status,digital_post_status,nem_sms
{REGISTERED},01,REGISTERED,false
{EXEMPT},01,EXEMPT,false
{CLOSED},90,CLOSED,false
{UNKNOWN},80,UNKNOWN,false
{EXEMPT_WITH_SMS},03,EXEMPT,true
"""


def uuid(number: int) -> str:
    """The same number, the same UUID of version 4."""
    return str(UUID(int=number, version=4))


def memo(number: int, cpr: str = REGISTERED, written: str = MEMO) -> bytes:
    """The message of this number to this person."""
    return written.replace("{uuid}", uuid(number)).replace("{number}", f"{number}").replace("{cpr}", cpr).encode()


def archive(memos: Iterable[tuple[str, bytes]], container: int = lzma.FORMAT_ALONE) -> bytes:
    """A tar.lzma of files with these names."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in memos:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return lzma.compress(packed.getvalue(), format=container, preset=0)


def mass(numbers: Iterable[int], cpr: str = REGISTERED) -> bytes:
    """The messages of these numbers to one person in one archive."""
    return archive((f"{uuid(number)}.xml", memo(number, cpr)) for number in numbers)
