"""Composes the message of a queued letter: the survey's words, and the person's link and code."""

from dataclasses import dataclass, field
from datetime import datetime

from services.dispatch import memo
from services.dispatch.digital_post import OutgoingMessage
from services.dispatch.domain import QueuedLetter
from services.dispatch.letter_pdf import LetterPrinter, LetterText
from shared.privacy import LinkCodes
from shared.surveys import Language, LetterTexts, Surveys

LINK_LABEL: dict[Language, str] = {"da": "Svar på spørgsmålene", "en": "Answer the questions"}
CODE_LABEL: dict[Language, str] = {
    "da": "Eller skriv denne kode på {address}:",
    "en": "Or type this code at {address}:",
}
FILENAME = "brev.pdf"


@dataclass(frozen=True)
class Composer:
    """Composes messages. It holds the code key; what it writes is for the person alone."""

    surveys: Surveys
    codes: LinkCodes = field(repr=False)
    printer: LetterPrinter
    answer_url: str
    version: memo.Version

    def message(self, queued: QueuedLetter, cpr: str, now: datetime) -> OutgoingMessage:
        """The message of a letter. Raises memo.NotSendable or CannotTypeset if it cannot be written."""
        letters = self.surveys[queued.invitation.survey].letters
        texts = letters.reminder if queued.letter.kind == "reminder" else letters.invitation
        code = self.codes.of(str(queued.invitation.id))
        message = memo.Message(
            uuid=queued.message_uuid,
            recipient=cpr,
            sender=memo.Sender(letters.sender_cvr, letters.sender_label),
            label=texts.label,
            notification=texts.notification,
            created_at=now,
            file=memo.File(FILENAME, "da", self.printer.pdf(self._texts(queued.invitation.survey, texts), code)),
            action=memo.Action(LINK_LABEL["da"], self.printer.link(code)),
        )
        return OutgoingMessage(queued.message_uuid, memo.write(message, self.version))

    def _texts(self, survey: str, texts: LetterTexts) -> tuple[LetterText, ...]:
        letters = self.surveys[survey].letters
        return tuple(
            LetterText(
                language=language,
                subject=texts.subject.in_language(language),
                paragraphs=tuple(paragraph.in_language(language) for paragraph in texts.paragraphs),
                sender=letters.sender_label,
                link_label=LINK_LABEL[language],
                code_label=CODE_LABEL[language].format(address=self.answer_url),
                closing=letters.signature.in_language(language),
            )
            for language in LINK_LABEL
        )
