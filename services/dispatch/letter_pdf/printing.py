"""From words and a code to the letter's PDF: each text is set once, each letter only filled in."""

from services.dispatch.letter_pdf import form
from services.dispatch.letter_pdf.text import LetterText
from services.dispatch.letter_pdf.typesetting import Typesetter
from shared.privacy import shown
from shared.privacy.link_code import ALPHABET


class LetterPrinter:
    """Prints letters whose links lead to `answer_url`. Keeps one form (about 25 KB) for each text it has printed."""

    def __init__(self, answer_url: str) -> None:
        self._answer_url = answer_url.rstrip("/")
        self._typesetter = Typesetter()
        self._forms: dict[tuple[LetterText, ...], form.LetterForm] = {}

    def link(self, code: str) -> str:
        """The address that opens the invitation's questionnaire."""
        return f"{self._answer_url}/s/{code}"

    def printed(self, parts: tuple[LetterText, ...], code: str) -> bytes:
        """The letter as PDF/UA-1, one part a language, one under the other. Raises `CannotTypeset`."""
        if parts not in self._forms:
            self._forms[parts] = self._form(parts)
        return self._forms[parts].filled(code)

    def _form(self, parts: tuple[LetterText, ...]) -> form.LetterForm:
        pdf = self._typesetter.set(parts, self.link(form.HOLE), shown(form.HOLE), ALPHABET)
        return form.opened(pdf, [part.link_label for part in parts])
