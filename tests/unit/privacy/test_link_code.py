from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy import LinkCodes, read_code, shown

KEY = bytes(range(32))
INVITATION = "0b0e7f0e-8a5d-5a4e-9f6f-3d7a2c7b1a11"

codes = st.uuids().map(lambda invitation: LinkCodes(KEY).of(str(invitation)))


@given(codes)
def test_a_code_is_16_characters_that_cannot_be_mistaken_for_one_another(code: str):
    assert len(code) == 16
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@given(codes)
def test_the_code_as_shown_is_read_back(code: str):
    assert read_code(shown(code)) == code


@given(codes)
def test_a_code_is_read_as_people_type_it(code: str):
    typed = f"  {shown(code).lower().replace('-', ' – ').replace('0', 'o').replace('1', 'l')}\n"
    assert read_code(typed) == code


def test_the_code_of_an_invitation_under_a_key_never_changes():
    assert shown(LinkCodes(KEY).of(INVITATION)) == "PE7Z-XTCF-ZESQ-Z2T3"


def test_a_thousand_invitations_have_a_thousand_codes():
    codes = LinkCodes(KEY)
    assert len({codes.of(str(uuid4())) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("text", ["", "ABCD", "0" * 17, "U" + "0" * 15, "Å" + "0" * 15, "0123 4567 89AB CDE!"])
def test_what_cannot_be_a_code_is_none(text: str):
    assert read_code(text) is None


def test_the_stored_hash_is_of_no_use_without_the_key():
    code = LinkCodes(KEY).of(INVITATION)
    assert LinkCodes(KEY).lookup(code) == LinkCodes(KEY).lookup(code)
    assert LinkCodes(KEY).lookup(code) != LinkCodes(bytes(32)).lookup(code)
