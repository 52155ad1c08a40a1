"""Composes the message of a queued letter: the survey's words, and the person's link and code."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import get_args
from uuid import UUID

from services.dispatch import memo
from services.dispatch.digital_post import OutgoingMessage
from services.dispatch.domain import QueuedLetter
from services.dispatch.letter_pdf import CannotTypeset, LetterPrinter, LetterText
from shared.events import LetterKind
from shared.privacy import LinkCodes
from shared.surveys import Language, LetterTexts, Surveys

LINK_LABEL: dict[Language, str] = {"da": "Svar på spørgsmålene", "en": "Answer the questions"}
CODE_LABEL: dict[Language, str] = {
    "da": "Eller skriv denne kode på {address}:",
    "en": "Or type this code at {address}:",
}
FILENAME = "brev.pdf"
NOBODY = "0000000000"
"""The recipient and the code of messages that are composed as a check and never sent."""
ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


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
        invitation = queued.invitation
        code = self.codes.of(str(invitation.id))
        return self._message(invitation.survey, queued.letter.kind, queued.message_uuid, cpr, code, now)

    def problems(self) -> Iterator[str]:
        """What is wrong with the letters: each text of each survey is composed once in full, in every language."""
        for survey in self.surveys:
            for kind in get_args(LetterKind):
                try:
                    self._message(survey, kind, UUID(int=0, version=4), NOBODY, NOBODY, ANY_MOMENT)
                except (memo.NotSendable, CannotTypeset) as error:
                    yield f"contracts/surveys/{survey}/letters.yaml: {kind}: {error}"

    def _message(
        self, survey: str, kind: LetterKind, uuid: UUID, recipient: str, code: str, now: datetime
    ) -> OutgoingMessage:
        letters = self.surveys[survey].letters
        texts = letters.reminder if kind == "reminder" else letters.invitation
        message = memo.Message(
            uuid=uuid,
            recipient=recipient,
            sender=memo.Sender(letters.sender_cvr, letters.sender_label),
            label=texts.label,
            notification=texts.notification,
            created_at=now,
            file=memo.File(FILENAME, "da", self.printer.pdf(self._texts(survey, texts), code)),
            action=memo.Action(LINK_LABEL["da"], self.printer.link(code)),
        )
        return OutgoingMessage(uuid, memo.write(message, self.version))

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
            for language in get_args(Language)
        )
