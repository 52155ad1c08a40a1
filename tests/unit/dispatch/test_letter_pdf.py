import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.generic import BooleanObject

from services.dispatch.letter_pdf import CannotTypeset, LetterPrinter, LetterText
from services.dispatch.letter_pdf.typesetter import Typesetter
from shared.privacy import shown
from shared.privacy.link_code import ALPHABET
from tests.support.letters import ANSWER_URL, DANISH, ENGLISH

CODE = "7K2M9QXW4HJT3VBR"
PRINTER = LetterPrinter(ANSWER_URL)

codes = st.text(ALPHABET, min_size=16, max_size=16)


def read(*parts: LetterText, code: str = CODE) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(PRINTER.pdf(parts, code)))


def words(reader: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def links(reader: pypdf.PdfReader) -> list[tuple[str, str]]:
    annotations: list[Any] = [link.get_object() for page in reader.pages for link in page.get("/Annots", [])]
    return [(link["/Contents"], link["/A"]["/URI"]) for link in annotations]


def languages(element: Any) -> Iterator[str]:
    """The languages that the tags name, from the root of the document's structure down."""
    node = element.get_object()
    children = node.get("/K", []) if isinstance(node, dict) else []
    if "/Lang" in (node if isinstance(node, dict) else {}):
        yield node["/Lang"]
    for child in children if isinstance(children, list) else [children]:
        yield from languages(child)


@given(codes)
@settings(max_examples=30, deadline=None)
def test_any_code_reads_back_as_text(code: str):
    assert shown(code) in words(read(DANISH, code=code))


@given(codes)
@settings(max_examples=30, deadline=None)
def test_the_link_leads_to_the_code(code: str):
    assert links(read(DANISH, code=code)) == [("Svar på spørgeskemaet", f"{ANSWER_URL}/s/{code}")]


def test_all_words_of_both_languages_stand_in_the_letter():
    said = words(read(DANISH, ENGLISH))
    for part in (DANISH, ENGLISH):
        for text in (part.subject, *part.paragraphs, part.sender, part.link_label, part.code_label, part.closing):
            assert text in said


def test_a_letter_in_two_languages_has_code_and_link_in_each():
    letter = read(DANISH, ENGLISH)
    assert words(letter).count(shown(CODE)) == 2
    assert [called for called, _ in links(letter)] == ["Svar på spørgeskemaet", "Answer the questions"]
    assert {address for _, address in links(letter)} == {f"{ANSWER_URL}/s/{CODE}"}


def test_a_letter_over_several_pages_has_its_code_and_link():
    letter = read(replace(DANISH, paragraphs=DANISH.paragraphs * 40))
    assert len(letter.pages) > 2
    assert words(letter).count(shown(CODE)) == 1
    assert links(letter) == [("Svar på spørgeskemaet", f"{ANSWER_URL}/s/{CODE}")]


def test_nothing_of_one_persons_code_is_left_in_anothers_letter():
    PRINTER.pdf((DANISH,), CODE)
    other = PRINTER.pdf((DANISH,), "0" * 16)
    assert CODE.encode() not in other
    assert shown(CODE) not in words(pypdf.PdfReader(io.BytesIO(other)))


def test_the_letters_a_code_can_have_are_not_read_aloud():
    assert ALPHABET not in words(read(DANISH))


def test_the_same_letter_printed_again_is_the_same_bytes():
    assert LetterPrinter(ANSWER_URL).pdf((DANISH,), CODE) == PRINTER.pdf((DANISH,), CODE)


def test_a_letter_is_tagged_and_names_its_language_and_title():
    letter = read(DANISH, ENGLISH)
    catalogue: Any = letter.root_object
    assert catalogue["/MarkInfo"]["/Marked"] == BooleanObject(True)
    assert catalogue["/Lang"] == "da"
    assert letter.metadata is not None
    assert letter.metadata.title == "Hvordan var det?"


def test_the_part_in_another_language_is_tagged_with_it():
    assert "en" in languages(read(DANISH, ENGLISH).root_object["/StructTreeRoot"])


def test_words_are_set_as_words_never_as_markup():
    odd = '#link("x")[y] *a* $b$ 1 < 2 & <c> \\ // d'
    assert odd in words(read(replace(DANISH, paragraphs=(odd,))))


@pytest.mark.parametrize("character", ["م", "☃", "\u0001"])
def test_a_character_that_the_font_lacks_is_refused(character: str):
    with pytest.raises(CannotTypeset, match="could not be displayed"):
        read(replace(DANISH, closing=f"Hilsen {character}"))


def test_a_missing_font_is_an_error_at_start(tmp_path: Path):
    with pytest.raises(CannotTypeset, match="holds no Source Sans Pro of weight 400, 600"):
        Typesetter(fonts=tmp_path)
