"""MeMo 1.1 and 1.2: which element holds which, in which order, how often and of which kind.

A model is written as the parts in their order: `name:kind`, followed by `?` (at most once), `*` (any number), `+` (at
least once) or `{n}` (at most n times). A name without a kind is an element with a model of its own, `a|b` a choice.
`[1.1]` and `[1.2]` before a line say that it holds in that version alone.
"""

import re
from dataclasses import dataclass
from functools import cache

MEMO = "https://DigitalPost.dk/MeMo-1"
NAMESPACES = {
    "memo": MEMO,
    "grd": "https://data.gov.dk/model/core/",
    "gln": "https://www.gs1.dk/gs1-standarder/identifikation/gln-global-location-number/",
    "udd": "https://www.dst.dk/da/TilSalg/Forskningsservice/Dokumentation/hoejkvalitetsvariable/elevregister-2/udd#",
    "form": "http://www.form-online.dk/",
    "kle": "http://kle-online.dk/",
    "dmv": "https://motorregister.skat.dk/",
    "sor": "https://services.nsi.dk/en/Services/SOR",
}

MODELS = """
Message = MessageHeader MessageBody?
MessageHeader = messageType:messageType messageUUID:uuid messageID:text? messageCode:text? label:text
  notification:notification? additionalNotification:text? reply:boolean? replyByDateTime:dateTime?
  doNotDeliverUntilDate:date? [1.1]mandatory:boolean [1.1]legalNotification:boolean [1.2]mandatory:boolean?
  [1.2]legalNotification:boolean? postType:text? Sender Recipient ContentData? ForwardData? ReplyData*
Sender = senderID:text idType:text idTypeLabel:text? label:text AttentionData? ContactPoint? [1.2]Representative?
Representative = representativeID:text idType:text label:text
Recipient = recipientID:text idType:text idTypeLabel:text? label:text? AttentionData? ContactPoint?
ContactPoint = contactGroup:text? contactPointID:text label:text? ContactInfo{2}
ContactInfo = label:text value:text
AttentionData = AttentionPerson? grd:ProductionUnit? gln:GlobalLocationNumber? EMail? grd:SEnumber? Telephone? grd:EID?
  ContentResponsible? GeneratingSystem? sor:SORdata? grd:Address? grd:UnstructuredAddress?
AttentionPerson = personID:text? label:text?
EMail = emailAddress:text relatedAgent:text?
Telephone = telephoneNumber:text relatedAgent:text?
ContentResponsible = contentResponsibleID:text? label:text?
GeneratingSystem = generatingSystemID:text label:text?
ContentData = grd:CPRdata? grd:CVRdata? dmv:MotorVehicle? grd:PropertyNumber? CaseID? kle:KLEdata? form:FORMdata?
  grd:ProductionUnit? udd:Education? grd:Address? grd:UnstructuredAddress? AdditionalContentData{10}
CaseID = caseID:text caseSystem:text
AdditionalContentData = contentDataType:text? contentDataName:text contentDataValue:text
ForwardData = messageUUID:uuid originalMessageDateTime:dateTime originalSender:text originalContentResponsible:text?
  [1.2]originalRepresentative:text? contactPointID:text? comment:comment?
ReplyData = messageID:text? messageUUID:uuid replyUUID:uuid? senderID:text? recipientID:text? caseID:text?
  contactPointID:text? generatingSystemID:text? comment:comment? AdditionalReplyData{4}
AdditionalReplyData = label:text value:text
MessageBody = createdDateTime:dateTime MainDocument AdditionalDocument* TechnicalDocument*
MainDocument = mainDocumentID:text? label:text? File+ Action*
AdditionalDocument = additionalDocumentID:text? label:text? File+ Action*
TechnicalDocument = technicalDocumentID:text? label:text? File+
File = encodingFormat:text filename:text language:language content:base64
Action = label:text actionCode:text startDateTime:dateTime? endDateTime:dateTime? Reservation|EntryPoint?
EntryPoint = url:uri
Reservation = description:text reservationUUID:uuid abstract:text location:text startDateTime:dateTime
  endDateTime:dateTime organizerMail:text? organizerName:text?
grd:ProductionUnit = grd:productionUnitNumber:wholeNumber10 grd:productionUnitName:text?
gln:GlobalLocationNumber = gln:globalLocationNumber:wholeNumber13 gln:location:text?
grd:SEnumber = grd:seNumber:text grd:companyName:text?
grd:EID = grd:eID:text grd:label:text?
sor:SORdata = sor:sorIdentifier:text sor:entryName:text?
grd:Address = grd:id:text? grd:addressLabel:text? grd:houseNumber:text? grd:door:text? grd:floor:text? grd:co:text?
  grd:zipCode:text? grd:city:text? grd:country:text? grd:AddressPoint?
grd:AddressPoint = grd:geographicEastingMeasure:text? grd:geographicNorthingMeasure:text?
  grd:geographicHeightMeasure:text?
grd:UnstructuredAddress = grd:unstructured:text
grd:CPRdata = grd:cprNumber:text grd:name:text?
grd:CVRdata = grd:cvrNumber:text grd:companyName:text?
grd:PropertyNumber = grd:propertyNumber:text
dmv:MotorVehicle = dmv:licenseNumber:text7 dmv:chassisNumber:text?
kle:KLEdata = kle:subjectKey:text kle:version:text kle:activityFacet:text? kle:label:text
form:FORMdata = form:taskKey:text form:version:text form:activityFacet:text? form:label:text
udd:Education = udd:educationCode:text udd:educationName:text?
"""

MANY = 1_000_000
_OFTEN = {"": (1, 1), "?": (0, 1), "*": (0, MANY), "+": (1, MANY)}
_PART = re.compile(r"(?:\[(?P<version>1\.[12])\])?(?P<names>[\w:|]+?)(?P<often>[?*+]|\{\d+\})?")


@dataclass(frozen=True, slots=True)
class Part:
    """One place in an element's content: the tags that may stand there with their kinds, and how often."""

    kinds: dict[str, str]
    at_least: int
    at_most: int
    name: str


@cache
def tag(name: str) -> str:
    """`grd:name` as lxml writes it; without a prefix it is MeMo's own."""
    prefix, _, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix or 'memo']}}}{local}"


@cache
def models(version: str) -> dict[str, tuple[Part, ...]]:
    """The parts of every element that holds elements, by its tag, for memoVersion 1.1 or 1.2."""
    lines = MODELS.strip().replace("\n  ", " ").splitlines()
    return dict(_model(line, version) for line in lines)


def _model(line: str, version: str) -> tuple[str, tuple[Part, ...]]:
    name, _, content = line.partition(" = ")
    matches = [_PART.fullmatch(word) for word in content.split()]
    parts = tuple(_part(match) for match in matches if match and match["version"] in (None, version))
    return tag(name), parts


def _part(match: re.Match[str]) -> Part:
    often = match["often"] or ""
    at_least, at_most = _OFTEN[often] if often in _OFTEN else (0, int(often[1:-1]))
    kinds = dict(_kind(choice) for choice in match["names"].split("|"))
    return Part(kinds, at_least, at_most, match["names"])


def _kind(choice: str) -> tuple[str, str]:
    """The tag and the kind of its text; the empty kind is an element with a model of its own."""
    words = choice.split(":")
    has_prefix = words[0] in NAMESPACES
    name = ":".join(words[:2]) if has_prefix else words[0]
    kind = words[2:] if has_prefix else words[1:]
    return tag(name), kind[0] if kind else ""
