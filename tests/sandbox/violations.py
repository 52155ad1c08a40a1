"""Ways to break one rule of a message each: what is exchanged for what, and the code it is refused by."""

from dataclasses import dataclass

from tests.sandbox.memos import MEMO, NEMSMS, PDF

MEMO_1_1 = MEMO.replace('memoVersion="1.2"', 'memoVersion="1.1" memoSchVersion="1.1.0"')


def _between(start: str, end: str) -> str:
    return MEMO[MEMO.index(start) : MEMO.index(end)]


SENDER = _between("    <memo:Sender>", "    <memo:Recipient>")
BODY = _between("  <memo:MessageBody>", "</memo:Message>")
FILE = _between("      <memo:File>", "      <memo:Action>")
ACTION = _between("      <memo:Action>", "    </memo:MainDocument>")
ENTRY_POINT = _between("        <memo:EntryPoint>", "      </memo:Action>")
LABEL, NOTIFICATION = "Hvordan var det?", "Du har fået et brev"
CREATED, ENDS = "2026-11-05T11:00:00Z</memo:createdDateTime>", "2026-12-10T23:00:00Z"
HEADER_ENDS, SENDER_ENDS, RECIPIENT_ENDS = "  </memo:MessageHeader>", "    </memo:Sender>", "    </memo:Recipient>"
RESERVATION = """<memo:Reservation><memo:description>Tid</memo:description>
<memo:reservationUUID>00000000-0000-4000-8000-00000000000a</memo:reservationUUID><memo:abstract>Tid</memo:abstract>
<memo:location>Her</memo:location><memo:startDateTime>2026-11-05T11:00:00Z</memo:startDateTime>
<memo:endDateTime>2026-11-05T12:00:00Z</memo:endDateTime></memo:Reservation>"""


@dataclass(frozen=True)
class Change:
    """One exchange in a message that is right without it, and the code of the refusal; empty if it stays right."""

    sentence: str
    old: str
    new: str
    code: str = ""
    written: str = MEMO

    def made(self) -> str:
        """The changed message. What is to be exchanged must be there, once."""
        assert self.written.count(self.old) == 1, f"{self.sentence}: {self.written.count(self.old)} times"
        return self.written.replace(self.old, self.new)


def _in(name: str, text: str) -> str:
    return f"<memo:{name}>{text}</memo:{name}>"


def _invalid(sentence: str, old: str, new: str, written: str = MEMO) -> Change:
    return Change(sentence, old, new, "memo.invalid", written)


def _sensitive(sentence: str, new: str) -> Change:
    return Change(sentence, _in("label", LABEL), _in("label", new), "sensitive.content.not.allowed")


def _contact_point(point: str) -> str:
    return _in("ContactPoint", _in("contactPointID", point)) + RECIPIENT_ENDS


VIOLATIONS = [
    # the schema
    _invalid("not well-formed", "</memo:Message>", ""),
    _invalid("a document type", '<?xml version="1.0" encoding="UTF-8"?>', "<!DOCTYPE m []>"),
    _invalid("another namespace", "https://DigitalPost.dk/MeMo-1", "https://DigitalPost.dk/MeMo-2"),
    Change("version 1.3", 'memoVersion="1.2"', 'memoVersion="1.3"', "memo.version.not.supported"),
    Change("no version", ' memoVersion="1.2"', "", "memo.version.not.supported"),
    Change("1.2 with memoSchVersion", '"1.2"', '"1.2" memoSchVersion="1.1.0"', "memo.version.not.supported"),
    Change("1.1 without memoSchVersion", '"1.2"', '"1.1"', "memo.version.not.supported"),
    Change("1.1 with another memoSchVersion", '"1.1.0"', '"1.1.1"', "memo.version.not.supported", MEMO_1_1),
    _invalid("an attribute more on the message", '"1.2"', '"1.2" kind="letter"'),
    _invalid("an attribute on an element", "<memo:reply>", '<memo:reply kind="x">'),
    _invalid("an element of another trade", HEADER_ENDS, _in("colour", "red") + HEADER_ENDS),
    _invalid("text between elements", HEADER_ENDS, "hello" + HEADER_ENDS),
    _invalid("an element within a text", "<memo:reply>false", "<memo:reply><memo:b/>"),
    _invalid("the label after the notification", f"{_in('label', LABEL)}\n    {_in('notification', NOTIFICATION)}",
             f"{_in('notification', NOTIFICATION)}\n    {_in('label', LABEL)}"),
    _invalid("no label", _in("label", LABEL), ""),
    _invalid("two labels", _in("label", LABEL), _in("label", LABEL) * 2),
    _invalid("no sender", SENDER, ""),
    _invalid("no messageUUID", _in("messageUUID", "{uuid}"), ""),
    _invalid("1.1 without mandatory", _in("mandatory", "false"), "", MEMO_1_1),
    _invalid("1.1 without legalNotification", _in("legalNotification", "false"), "", MEMO_1_1),
    _invalid("1.1 with a representative", SENDER_ENDS, _in("Representative", _in("representativeID", "12345678")
             + _in("idType", "CVR") + _in("label", "Puls")) + SENDER_ENDS, MEMO_1_1),
    _invalid("no createdDateTime", _in("createdDateTime", "2026-11-05T11:00:00Z"), ""),
    _invalid("no file", FILE, ""),
    _invalid("no language", _in("language", "da"), ""),
    _invalid("an action before the file", FILE + ACTION, ACTION + FILE),
    _invalid("three contact infos", RECIPIENT_ENDS, _in("ContactPoint", _in("contactPointID", "x")
             + _in("ContactInfo", _in("label", "x") + _in("value", "x")) * 3) + RECIPIENT_ENDS),
    # the kinds of text
    _invalid("an unknown messageType", "DIGITALPOST", "LETTER"),
    _invalid("a UUID of version 1", "{uuid}", "00000000-0000-1000-8000-000000000001"),
    _invalid("a UUID of another variant", "{uuid}", "00000000-0000-4000-c000-000000000001"),
    _invalid("a messageID of 257 characters", "letter-{number}", "x" * 257),
    _invalid("a label of 257 characters", LABEL, "x" * 257),
    _invalid("a notification of 151 characters", NOTIFICATION, "x" * 151),
    _invalid("an additionalNotification of 257 characters", "<memo:reply>",
             _in("additionalNotification", "x" * 257) + "<memo:reply>"),
    _invalid("a reply that is neither true nor false", "<memo:reply>false", "<memo:reply>no"),
    _invalid("a value date that is no date", ">2026-11-05<", ">2026-02-30<"),
    _invalid("a value date with a time", ">2026-11-05<", ">2026-11-05T00:00:00Z<"),
    _invalid("a dateTime with an offset", CREATED, CREATED.replace("Z", "+01:00")),
    _invalid("a dateTime without a zone", CREATED, CREATED.replace("Z", "")),
    _invalid("a dateTime that is none", CREATED, CREATED.replace("-11-", "-13-")),
    _invalid("an action that ends with an offset", ENDS, ENDS.replace("Z", "+01:00")),
    _invalid("a replyByDateTime with an offset", "<memo:doNot", _in("replyByDateTime", "2026-12-01T12:00:00+01:00")
             + "<memo:doNot"),
    _invalid("a language of three letters", _in("language", "da"), _in("language", "dan")),
    _invalid("a filename of 257 characters", "brev.pdf", "x" * 253 + ".pdf"),
    _invalid("content that is not base64", PDF, "%PDF"),
    _invalid("base64 cut short", PDF, PDF[:-1]),
    _invalid("a url of 257 characters", "https://svar.puls.example/s/", "https://svar.puls.example/" + "x" * 212),
    # what is shown outside the mailbox
    Change("an empty label", LABEL, " ", "empty.label.not.allowed"),
    Change("an empty notification", NOTIFICATION, "", "empty.notification.not.allowed"),
    _sensitive("a CPR number in the label", "Til 2512489996"),
    _sensitive("a CPR number with a hyphen in the label", "Til 251248-9996"),
    _sensitive("a replacement number in the label", "Til 2512481AB6"),
    _sensitive("a clinic in the label", "Tak for dit besøg på øjenklinikken"),
    _sensitive("a ward in the label", "Afsnit B12"),
    _sensitive("a diagnosis in the label", "Om din DG30"),
    Change("a CPR number in the notification", NOTIFICATION, "Til 251248-9996", "sensitive.content.not.allowed"),
    Change("a hospital in the additionalNotification", "<memo:reply>",
           _in("additionalNotification", "Brev fra et sygehus") + "<memo:reply>", "sensitive.content.not.allowed"),
    Change("a CPR number in an SMS", "Du har fået et brev i Digital Post", "Brev til 251248-9996",
           "sensitive.content.not.allowed", NEMSMS),
    # the header
    Change("a value date in the past", ">2026-11-05<", ">2026-11-04<", "do.not.deliver.until.date.too.early"),
    Change("a value date over a year ahead", ">2026-11-05<", ">2027-11-06<", "do.not.deliver.until.date.too.late"),
    Change("another postType", "MYNDIGHEDSPOST", "VIRKSOMHEDSPOST", "post.type.not.allowed"),
    Change("a sender by CPR number", "CVR", "CPR", "sender.id.format.not.allowed"),
    Change("a senderID of 7 digits", ">12345678<", ">1234567<", "sender.id.format.not.allowed"),
    Change("a recipient by CVR number", _in("idType", "CPR"), _in("idType", "CVR"),
           "recipient.id.format.not.allowed"),
    Change("a recipientID with a hyphen", "{cpr}", "251248-9996", "recipient.id.format.not.allowed"),
    Change("a recipientID of 9 digits", "{cpr}", "251248999", "recipient.id.format.not.allowed"),
    Change("a replacement number as recipientID", "{cpr}", "2512481AB6", "recipient.id.format.not.allowed"),
    Change("a contact point that is no UUID", RECIPIENT_ENDS, _contact_point("digest"),
           "contact.point.id.format.not.allowed"),
    Change("a letter without a body", BODY, "", "message.body.not.allowed"),
    Change("an SMS with a body", "</memo:Message>", BODY + "</memo:Message>", "message.body.not.allowed", NEMSMS),
    Change("an SMS without a text", _in("notification", "Du har fået et brev i Digital Post"), "",
           "empty.notification.not.allowed", NEMSMS),
    # files
    *(Change(f"a filename with {name!r}", "brev.pdf", f"br{character}ev.pdf", "file.name.not.allowed")
      for name, character in [
          *((plain, plain) for plain in ':"/\\|?*'), ("<", "&lt;"), (">", "&gt;"), ("CR", "&#13;"), ("LF", "&#10;"),
          ("no-break space", "\u00a0"), ("thin space", "\u2009"), ("ideographic space", "\u3000"),
          ("zero-width space", "\u200b")]),
    Change("an empty filename", "brev.pdf", "", "file.name.not.allowed"),
    Change("another extension", "brev.pdf", "brev.txt", "file.extension.not.allowed"),
    Change("no extension", "brev.pdf", "brev", "file.extension.not.allowed"),
    Change("an unknown format", "application/pdf", "application/x-msdownload", "file.format.not.allowed"),
    Change("no content", PDF, "", "file.empty.not.allowed"),
    Change("a PDF that is none", PDF, "SGVq", "file.content.not.allowed"),
    # actions
    Change("an unknown actionCode", "SELVBETJENING", "SPØRGESKEMA", "action.code.not.allowed"),
    Change("an entry point by http", "https://svar", "http://svar", "action.entry.point.not.allowed"),
    Change("an entry point without a host", "https://svar.puls.example", "https://", "action.entry.point.not.allowed"),
    Change("an entry point with a blank", "example/s/", "example/s /", "action.entry.point.not.allowed"),
    Change("SELVBETJENING without an entry point", ENTRY_POINT, "", "action.entry.point.not.allowed"),
    Change("AFTALE without a reservation", "SELVBETJENING", "AFTALE", "action.reservation.not.allowed"),
    Change("an action that ends before it starts", ENDS, "2026-11-05T10:59:59Z", "action.period.not.allowed"),
]  # fmt: skip

ALLOWED = [
    Change("version 1.1", "", "", written=MEMO_1_1),
    Change("an SMS", "", "", written=NEMSMS),
    Change("1.2 without mandatory", _in("mandatory", "false"), ""),
    Change("1.2 without legalNotification", _in("legalNotification", "false"), ""),
    Change("1.2 with a representative", SENDER_ENDS, _in("Representative", _in("representativeID", "12345678")
           + _in("idType", "CVR") + _in("label", "Puls")) + SENDER_ENDS),
    Change("no messageID", _in("messageID", "letter-{number}"), ""),
    Change("no notification", _in("notification", NOTIFICATION), ""),
    Change("no value date", _in("doNotDeliverUntilDate", "2026-11-05"), ""),
    Change("no postType", _in("postType", "MYNDIGHEDSPOST"), ""),
    Change("no action", ACTION, ""),
    Change("two files", FILE, FILE * 2),
    Change("two actions", ACTION, ACTION * 2),
    Change("a label of 256 characters", LABEL, "x" * 256),
    Change("a notification of 150 characters", NOTIFICATION, "x" * 150),
    Change("a url of 256 characters", "https://svar.puls.example/s/", "https://svar.puls.example/" + "x" * 211),
    Change("a value date a year ahead", ">2026-11-05<", ">2027-11-05<"),
    Change("parts of seconds", CREATED, CREATED.replace("Z", ".123Z")),
    Change("base64 in lines", PDF, f"\n{PDF[:20]}\n{PDF[20:]}\n"),
    Change("a comment", HEADER_ENDS, "<!-- letter -->" + HEADER_ENDS),
    Change("blanks and Danish letters in the filename", "brev.pdf", "Hvordan går det.PDF"),
    Change("a text file", f"application/pdf</memo:encodingFormat>\n        {_in('filename', 'brev.pdf')}",
           f"text/plain</memo:encodingFormat>\n        {_in('filename', 'brev.txt')}"),
    Change("a contact point", RECIPIENT_ENDS, _contact_point("00000000-0000-4000-8000-00000000000a")),
    Change("AFTALE with a reservation", "SELVBETJENING</memo:actionCode>", "AFTALE</memo:actionCode>",
           written=MEMO.replace(ENTRY_POINT, RESERVATION)),
    Change("a unit that is responsible for the content", RECIPIENT_ENDS, _in("AttentionData",
           _in("ContentResponsible", _in("label", "Puls")) + "<grd:Address><grd:city>Aarhus</grd:city></grd:Address>")
           + RECIPIENT_ENDS),
    Change("eight digits in the label", LABEL, "Sag 12345678"),
]  # fmt: skip
