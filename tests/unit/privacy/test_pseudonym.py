import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy import NotACprNumber, Pseudonyms, normalized

KEY = bytes(range(32))
NUMBER = "2512489996"

digits = st.text(string.digits, min_size=10, max_size=10)


@given(digits)
def test_a_number_has_one_pseudonym_however_it_is_written(number: str):
    pseudonyms = Pseudonyms(KEY)
    assert pseudonyms.of(f" {number[:6]}-{number[6:]} ") == pseudonyms.of(number)


@given(digits)
def test_a_pseudonym_is_32_hexadecimal_characters_without_the_number_in_it(number: str):
    pseudonym = Pseudonyms(KEY).of(number)
    assert len(pseudonym) == 32
    assert set(pseudonym) <= set("0123456789abcdef")
    assert number not in pseudonym


def test_the_pseudonym_of_a_number_under_a_key_never_changes():
    assert Pseudonyms(KEY).of(NUMBER) == "d14bcc951ad3b0bd090815c2b1990280"


def test_another_key_gives_another_pseudonym():
    assert Pseudonyms(KEY).of(NUMBER) != Pseudonyms(bytes(32)).of(NUMBER)


def test_a_number_that_fails_modulus_11_is_accepted():
    assert normalized("251248-9996") == NUMBER


@pytest.mark.parametrize("number", ["2512481AB6", "2512480ab6", "8512489996"])
def test_replacement_numbers_are_accepted(number: str):
    assert normalized(number) == number.upper()


@pytest.mark.parametrize("text", ["", "251248999", "25124899966", "25124A9996", "251248999A", "２512489996"])
def test_what_has_not_the_shape_of_a_number_is_refused_without_repeating_it(text: str):
    with pytest.raises(NotACprNumber) as refused:
        normalized(text)
    assert not text or text not in str(refused.value)


def test_a_hundred_thousand_numbers_take_less_than_two_seconds():
    pseudonyms = Pseudonyms(KEY)
    numbers = [f"{number:010d}" for number in range(100_000)]
    begun = time.process_time()
    assert len({pseudonyms.of(number) for number in numbers}) == 100_000
    assert time.process_time() - begun < 2
