"""What is struck out of a free text, and what is left."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.responses.screening import screened, was_struck

DIGITS = st.text("0123456789", min_size=10, max_size=10)
WORDS = st.text("abcæøå .,!?\n", max_size=20)
BETWEEN = st.sampled_from(["", "-", " ", " - ", "–", ".", "\u00a0", "\u200b", "\n"])


@pytest.mark.parametrize(
    "text",
    [
        "0101901234",
        "010190-1234",
        "010190 1234",
        "010190 - 1234",
        "010190–1234",
        "010190\u00a01234",
        "01 01 90 1234",
        "01-01-90-1234",
        "01.01.1990-1234",
        "01011990-1234",
        "0 1 0 1 9 0 1 2 3 4",
        "cpr0101901234x",
        "610190-1234",
        "2512489996",
        "010190-1AB2",
        "0101901ab2",
        "٠١٠١٩٠١٢٣٤",
        "12345678901234567890",
    ],
)
def test_a_cpr_number_is_struck_however_it_is_written(text: str) -> None:
    assert not re.search(r"\d{4}", screened(f"Mit nummer er {text}, tak."))
    assert "[CPR]" in screened(text)


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "12 34 56 78",
        "1234 5678",
        "12-34-56-78",
        "12.34.56.78",
        "12 345 678",
        "123 45 678",
        "+45 12 34 56 78",
        "+4512345678",
        "(+45) 12345678",
        "0045 12345678",
        "+46 70 123 45 67",
        "tlf.12345678",
    ],
)
def test_a_telephone_number_is_struck_however_it_is_written(text: str) -> None:
    assert not re.search(r"\d", screened(f"Ring på {text}, tak."))


@pytest.mark.parametrize(
    "text",
    [
        "Jeg ventede 45 minutter den 12. maj 2026 kl. 10:30.",
        "Tiden den 12-05-2026 blev flyttet til 13/6.",
        "Stue 12, afsnit B2341, 2 senge, 3,5 timer, 1.200 kr.",
        "Jeg er født i 1956 og har været her i 2019, 2020 og 2024.",
        "10 ud af 10 til afdelingen",
        "",
    ],
)
def test_ordinary_numbers_stay(text: str) -> None:
    assert screened(text) == text


def test_what_stands_around_a_number_stays() -> None:
    assert screened("Ring til mig på 12 34 56 78. Tak!") == "Ring til mig på [tlf.]. Tak!"


@given(DIGITS, BETWEEN, WORDS, WORDS)
def test_no_ten_digits_are_left(digits: str, between: str, before: str, after: str) -> None:
    text = f"{before}{digits[:6]}{between}{digits[6:]}{after}"
    assert not re.search(r"\d{6}[- ]?\d{4}", screened(text))
    assert digits not in re.sub(r"\D", "", screened(text))


@given(st.text("0123456789 -.+()abc\n", max_size=60))
def test_any_text_is_free_of_numbers_and_stays_so_and_never_grows(text: str) -> None:
    once = screened(text)
    assert not re.search(r"\d{6}[- ]?\d{4}", once)
    assert not re.search(r"(?<!\d)\d{8}(?!\d)", once)
    assert screened(once) == once
    assert len(once) <= len(text)


def test_a_struck_text_is_known_as_such() -> None:
    assert was_struck(screened("010190-1234"))
    assert not was_struck("Alt var godt")
