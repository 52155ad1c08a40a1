"""From a text and a code to the letter's PDF: each text is typeset once, each letter only filled in."""

from services.dispatch.letter_pdf import template
from services.dispatch.letter_pdf.text import LetterText
from services.dispatch.letter_pdf.typesetter import Typesetter
from shared.privacy import shown
from shared.privacy.link_code import ALPHABET


class LetterPrinter:
    """Prints letters whose links lead to `answer_url`. Keeps one template (about 25 KB) for each text."""

    def __init__(self, answer_url: str) -> None:
        self._answer_url = answer_url.rstrip("/")
        self._typesetter = Typesetter()
        self._templates: dict[tuple[LetterText, ...], template.LetterTemplate] = {}

    def link(self, code: str) -> str:
        """The address that opens the invitation's questionnaire."""
        return f"{self._answer_url}/s/{code}"

    def pdf(self, parts: tuple[LetterText, ...], code: str) -> bytes:
        """The letter as PDF/UA-1, one part a language, one under the other. Raises `CannotTypeset`."""
        if parts not in self._templates:
            self._templates[parts] = self._template(parts)
        return self._templates[parts].fill(code)

    def _template(self, parts: tuple[LetterText, ...]) -> template.LetterTemplate:
        pdf = self._typesetter.set(parts, self.link(template.PLACEHOLDER), shown(template.PLACEHOLDER), ALPHABET)
        return template.template_of(pdf, [part.link_label for part in parts])
