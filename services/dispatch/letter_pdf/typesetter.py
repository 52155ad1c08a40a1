"""Typesets a letter with Typst, once per text. Every font is our own: Typst replaces a missing font in silence."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typst

from services.dispatch.letter_pdf.text import CannotTypeset, LetterText

FONT = "Source Sans Pro"
WEIGHTS = {400, 600}

_HERE = Path(__file__).parent


class Typesetter:
    """Raises `CannotTypeset` at once where a font is missing."""

    def __init__(self, fonts: Path = _HERE / "fonts") -> None:
        found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
        if missing := WEIGHTS - {font.weight for font in found.fonts() if font.family == FONT}:
            raise CannotTypeset(f"{fonts} holds no {FONT} of weight {', '.join(map(str, sorted(missing)))}")
        self._compiler = typst.Compiler(_HERE / "letter.typ", font_paths=found)

    def set(self, parts: Sequence[LetterText], link: str, code: str, alphabet: str) -> bytes:
        """The letter with this link and code as PDF/UA-1, and every letter of the alphabet in the code's font."""
        letter = {"font": FONT, "parts": [asdict(part) for part in parts], "link": link, "code": code}
        try:
            pdf, warnings = self._compiler.compile_with_warnings(
                format="pdf",
                pdf_standards="ua-1",
                sys_inputs={"letter": json.dumps({**letter, "alphabet": alphabet})},
            )
        except typst.TypstError as error:
            raise CannotTypeset(f"the letter {parts[0].subject!r} cannot be set: {error.message}") from error
        if warnings:
            said = "; ".join(warning.message for warning in warnings)
            raise CannotTypeset(f"the letter {parts[0].subject!r} cannot be set as it should be: {said}")
        assert isinstance(pdf, bytes)
        return pdf
