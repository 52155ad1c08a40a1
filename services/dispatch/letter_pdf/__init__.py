"""The letter as a PDF that everybody can read: tagged (PDF/UA-1), with the link and the code that can be typed."""

from services.dispatch.letter_pdf.printer import LetterPrinter
from services.dispatch.letter_pdf.text import CannotTypeset, LetterText

__all__ = ["CannotTypeset", "LetterPrinter", "LetterText"]
