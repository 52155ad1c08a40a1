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
        "01 01 90 - 12 34",
        "010190 - - 1234",
        "010190.1234",
        "010190/1234",
        "010190 \u2013 1234",
        "01\u00a001\u00a090\u00a01234",
        "010190\n1234",
        "0101\n90\n12 34",
        "cpr010190-1234x",
        "01.12.30-14.15",
        "01/01/90/12/34",
        "01-01-1990-12-34",
        "stue 3 01 01 90 12 34",
        "01 01 90 123 45",
        "901 01 90 12 34",
        "61 01 90 12 34",
    ],
)
def test_a_cpr_number_is_struck_however_it_is_written(text: str) -> None:
    assert len(re.findall(r"\d", screened(f"Mit nummer er {text}, tak."))) < 4
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
        "tlf:12345678",
        "(12) 34 56 78",
        "12 - 34 - 56 - 78",
        "1 2 3 4 5 6 7 8",
        "12-345678",
        "+45 12345678",
        "+45 - 12 - 34 - 56 - 78",
        "0045 12 34 56 78",
        "45 12 34 56 78",
        "12\u00a034\u00a056\u00a078",
        "2019 2020",
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
        "8 ud af 10, og 9 ud af 10 sidste gang",
        "Jeg ventede kl. 12.30-14.15 i 2024.",
        "Født 12.03.2026, indlagt 12.03.2026-14.03.2026, hjemme 14/3-2026.",
        "Indlagt 12.03.26 - 14.03.26",
        "Indlagt 12-03-2026 - 14-03-2026",
        "Den 12.03.2026 12.30 og i 10 dage",
        "Fra 12.03.2026 - 10 dage",
        "Den 2026-03-12",
        "I 2019-2020 og 2021 - 2022",
        "Det kostede 1.234,50 kr. og 12.500 kr.",
        "Jeg er 87 år og bor i 8000 Aarhus, stue 12, seng 3.",
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


DAYS, MONTHS = st.integers(1, 31).map("{:02}".format), st.integers(1, 12).map("{:02}".format)
REST = st.text("0123456789", min_size=6, max_size=6)
GAPS = st.lists(st.text(" -\u2013./\u00a0\n_", max_size=3), min_size=9, max_size=9)


def parted(digits: str, cuts: set[int], gaps: list[str]) -> str:
    return "".join(digit + (gaps[at - 1] if at in cuts else "") for at, digit in enumerate(digits, start=1))


@given(DAYS, MONTHS, REST, st.sampled_from([{6}, {2, 4, 6}, {2, 4, 6, 8}, set(range(1, 10))]), GAPS)
def test_a_cpr_number_is_struck_whatever_stands_in_its_gaps(
    day: str, month: str, rest: str, cuts: set[int], gaps: list[str]
) -> None:
    text = screened(f"cpr{parted(day + month + rest, cuts, gaps)}x")
    assert text == "cpr[CPR]x"


@given(
    st.integers(32, 60).map(str),
    REST,
    st.sampled_from([set[int](), {4}, {2}, {2, 4, 6}, {2, 5}, {3, 5}, set(range(1, 8))]),
    GAPS,
)
def test_a_telephone_number_is_struck_whatever_stands_in_its_gaps(
    first: str, rest: str, cuts: set[int], gaps: list[str]
) -> None:
    assert screened(f"tlf{parted(first + rest, cuts, gaps)}x") == "tlf[tlf.]x"


@given(st.text("0123456789 -.+()abc\n", max_size=60))
def test_any_text_is_free_of_numbers_and_stays_so_and_never_grows(text: str) -> None:
    once = screened(text)
    assert not re.search(r"\d{6}[- ]?\d{4}", once)
    assert not re.search(r"(?<!\d)\d{8}(?!\d)", once)
    assert screened(once) == once
    assert len(once) <= len(text)


def test_a_long_text_of_digits_takes_no_longer_than_its_length() -> None:
    """Not within any measured time: twice the square of this length would not come to an end."""
    assert len(screened("1 " * 200_000)) < 400_000
    assert len(screened("12 - " * 100_000 + "," + "1" * 200_000 + "x0101" + " " * 200_000)) < 900_000


def test_a_struck_text_is_known_as_such() -> None:
    assert was_struck(screened("010190-1234"))
    assert not was_struck("Alt var godt")
