"""Why Digital Post says no: dotted codes, each with the receipt status it is told by and its sentence.

Codes marked "assumed" are ours, for rules whose code no public source names.
"""

from dataclasses import dataclass

INVALID = "INVALID"
NOT_ALLOWED = "NOT_ALLOWED"

SENTENCES: dict[str, tuple[str, str]] = {
    "memo.invalid": (INVALID, "The message does not follow the MeMo schema."),
    "contact.point.id.format.not.allowed": (INVALID, "A contactPointID must be a UUID."),
    "do.not.deliver.until.date.too.early": (INVALID, "doNotDeliverUntilDate must not be in the past."),
    "do.not.deliver.until.date.too.late": (INVALID, "doNotDeliverUntilDate must be at most a year ahead."),
    "empty.notification.not.allowed": (INVALID, "A notification must not be empty."),
    "file.empty.not.allowed": (INVALID, "A file must have content."),
    "file.extension.not.allowed": (INVALID, "The file's extension does not go with its encodingFormat."),
    # assumed
    "memo.version.not.supported": (INVALID, "memoVersion must be 1.1 with memoSchVersion 1.1.0, or 1.2 without it."),
    "memo.size.too.large": (INVALID, "A message may have at most 99.5 MB."),
    "message.uuid.mismatch": (INVALID, "The messageUUID must be the one the message was sent under."),
    "message.uuid.duplicate": (INVALID, "A message with this messageUUID was accepted before."),
    "message.body.not.allowed": (INVALID, "DIGITALPOST needs a MessageBody, NEMSMS must not have one."),
    "empty.label.not.allowed": (INVALID, "A message's label must not be empty."),
    "sensitive.content.not.allowed": (INVALID, "Label and notification must not tell of persons, clinics or illness."),
    "post.type.not.allowed": (INVALID, "postType must be MYNDIGHEDSPOST."),
    "sender.id.format.not.allowed": (INVALID, "A sender is known by a CVR number of 8 digits."),
    "recipient.id.format.not.allowed": (INVALID, "A recipient is known by a CPR number of 10 digits, without hyphen."),
    "file.name.not.allowed": (INVALID, "The file's name holds a character that is not allowed."),
    "file.format.not.allowed": (INVALID, "The file's encodingFormat is not accepted."),
    "file.content.not.allowed": (INVALID, "The file's content is not what its encodingFormat says."),
    "action.code.not.allowed": (INVALID, "The action's code is not one of those agreed."),
    "action.entry.point.not.allowed": (INVALID, "The action needs an entry point by https, at most 256 characters."),
    "action.reservation.not.allowed": (INVALID, "AFTALE needs a reservation, and no other action may have one."),
    "action.period.not.allowed": (INVALID, "The action must not end before it starts."),
    "recipient.exempt": (NOT_ALLOWED, "The recipient is exempt from Digital Post."),
    "recipient.closed": (NOT_ALLOWED, "The recipient's mailbox is closed."),
    "recipient.unknown": (NOT_ALLOWED, "The recipient has no mailbox."),
    "recipient.nem.sms.not.subscribed": (NOT_ALLOWED, "The recipient has not asked for NemSMS."),
    "recipient.not.allowed": (NOT_ALLOWED, "The recipient cannot receive this message."),
    "archive.invalid": (INVALID, "The body must be an LZMA-compressed tar archive of files named <messageUUID>.xml."),
    "archive.size.too.large": (INVALID, "The archive is too large, as sent or unpacked."),
    "content.type.not.allowed": (INVALID, "The body must be application/xml or application/x-lzma."),
    "request.invalid": (INVALID, "The request is not one that this interface has."),
    "receipt.not.found": (INVALID, "There is no such receipt, or not yet, or no longer."),
    "message.not.found": (INVALID, "No message with this messageUUID was accepted."),
    "unauthorized": (NOT_ALLOWED, "The API key is missing or wrong."),
    "service.unavailable": (INVALID, "The service is unavailable. Try again later."),
}


@dataclass(eq=False)
class Refused(Exception):
    """A message, or a whole request, that is not taken. `field` and `found` say where and what, never whose."""

    code: str
    field: str = ""
    found: str = ""

    @property
    def status(self) -> str:
        """The receiptStatus it is told by; codes invented for a fault count as NOT_ALLOWED."""
        return SENTENCES.get(self.code, (NOT_ALLOWED, ""))[0]

    @property
    def sentence(self) -> str:
        """What was expected, and what was found where, for a person to read."""
        expected = SENTENCES.get(self.code, ("", "The message was refused."))[1]
        return f"{expected} {self.field}: {self.found}." if self.field else expected

    def error_message(self) -> dict[str, object]:
        """The interface's ErrorMessage."""
        fields = [{"field": self.field, "message": self.found}] if self.field else []
        return {"code": self.code, "message": self.sentence, "fieldErrors": fields}
