"""A letter is typeset once as a template; filling in the code and the link is two replacements of equal length.

Typesetting takes milliseconds a letter, filling in takes microseconds. It is possible because the embedded font holds
every character a code can have, and the pages' content is kept uncompressed with the code as hexadecimal glyph
numbers, four digits each; so no length and no offset changes.
"""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf

from services.dispatch.letter_pdf.text import CannotTypeset
from shared.privacy import shown
from shared.privacy.link_code import ALPHABET, LENGTH

PLACEHOLDER = "Z" * LENGTH
"""The code with which a template is typeset."""

_TO_UNICODE = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]{4})>")

Instruction = pikepdf.ContentStreamInstruction | pikepdf.ContentStreamInlineImage
Glyphs = dict[str, bytes]
"""Character -> the number of its glyph in one font, four hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    pdf: bytes = field(repr=False)
    glyphs: Glyphs = field(repr=False)

    def fill(self, code: str) -> bytes:
        """The letter with this code, both where it is shown and in its links."""
        return self.pdf.replace(PLACEHOLDER.encode(), code.encode()).replace(
            _shown(PLACEHOLDER, self.glyphs), _shown(code, self.glyphs)
        )


def template_of(pdf: bytes, link_labels: Sequence[str]) -> LetterTemplate:
    """The template made of a letter that was typeset with `PLACEHOLDER` as its code, and `ALPHABET` beside it.

    `link_labels`: what its links are called, in order; screen readers read that aloud, not the address.
    Raises `CannotTypeset` unless code and link occur exactly once in each part.
    """
    with pikepdf.open(io.BytesIO(pdf)) as document:
        glyphs = _code_font(document)
        for page in document.pages:
            page.Contents = document.make_stream(b"\n".join(_rewritten(page, glyphs)))
        _label_links(document, link_labels)
        template = LetterTemplate(_written(document), glyphs)
    for placeholder in (PLACEHOLDER.encode(), _shown(PLACEHOLDER, glyphs)):
        if (found := template.pdf.count(placeholder)) != len(link_labels):
            raise CannotTypeset(
                f"code or link occurs {found} times in a letter of {len(link_labels)} parts, not once in each"
            )
    return template


def _written(document: pikepdf.Pdf) -> bytes:
    """Uncompressed, so that a code can be replaced; the same letter gives the same bytes."""
    written = io.BytesIO()
    document.save(
        written,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        deterministic_id=True,
    )
    return written.getvalue()


def _shown(code: str, glyphs: Glyphs) -> bytes:
    return b"".join([glyphs[character] for character in shown(code)])


def _code_font(document: pikepdf.Pdf) -> Glyphs:
    """The glyphs of the font in which the alphabet is set."""
    for page in document.pages:
        for _, text, glyphs in _instructions(page):
            if text == ALPHABET:
                return glyphs
    raise CannotTypeset("the letters a code can have were not set beside the letter")


def _rewritten(page: pikepdf.Page, glyphs: Glyphs) -> Iterator[bytes]:
    """The page's content: the code as glyph numbers, and the alphabet gone (the font keeps its glyphs)."""
    for instruction, text, _ in _instructions(page):
        if text == ALPHABET:
            continue
        if text == shown(PLACEHOLDER):
            yield b"<" + _shown(PLACEHOLDER, glyphs) + b"> Tj"
        else:
            yield pikepdf.unparse_content_stream([instruction])


def _instructions(page: pikepdf.Page) -> Iterator[tuple[Instruction, str | None, Glyphs]]:
    """Each instruction with the text it shows, if it shows any, and the glyphs of the font then chosen."""
    fonts = {name: _glyphs(font) for name, font in page.Resources.get("/Font", {}).items()}
    chosen: Glyphs = {}
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "Tf":
            chosen = fonts[str(instruction.operands[0])]
        text = _text(instruction, chosen) if operator in ("Tj", "TJ") else None
        yield instruction, text, chosen


def _glyphs(font: pikepdf.Object) -> Glyphs:
    mapped = _TO_UNICODE.findall(font.ToUnicode.read_bytes())
    return {chr(int(character, 16)): glyph for glyph, character in mapped}


def _text(instruction: Instruction, glyphs: Glyphs) -> str:
    characters = {bytes.fromhex(glyph.decode()): character for character, glyph in glyphs.items()}
    operand = instruction.operands[0]
    strings = operand if isinstance(operand, pikepdf.Array) else [operand]
    numbers = b"".join(bytes(string) for string in strings if isinstance(string, pikepdf.String))
    return "".join(characters.get(numbers[at : at + 2], "\ufffd") for at in range(0, len(numbers), 2))


def _label_links(document: pikepdf.Pdf, labels: Sequence[str]) -> None:
    links = [link for page in document.pages for link in page.get("/Annots", [])]
    for link, label in zip(links, labels, strict=False):
        link.Contents = pikepdf.String(label)
