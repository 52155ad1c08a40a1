import lxml.etree as etree
import pytest

from services.dispatch import memo
from tests.support.messages import message, sparse_message

MEMO = f"{{{memo.NAMESPACE}}}"
MESSAGES = pytest.mark.parametrize("sent", [message(), sparse_message()], ids=["whole", "sparse"])


def as_version_1_1(written: bytes) -> etree._Element:
    """A message of version 1.2 with all that 1.2 changed taken back."""
    root = etree.fromstring(written)
    root.set("memoVersion", "1.1")
    root.set("memoSchVersion", "1.1.0")
    post_type = root.find(f"{MEMO}MessageHeader/{MEMO}postType")
    assert post_type is not None
    for name in ("mandatory", "legalNotification"):
        demanded = etree.Element(f"{MEMO}{name}")
        demanded.text = "false"
        post_type.addprevious(demanded)
    return root


@MESSAGES
def test_version_1_1_is_valid(schema: etree.XMLSchema, sent: memo.Message):
    schema.assertValid(etree.fromstring(memo.write(sent, "1.1")))


@MESSAGES
def test_version_1_2_is_valid_but_for_what_1_2_changed(schema: etree.XMLSchema, sent: memo.Message):
    schema.assertValid(as_version_1_1(memo.write(sent, "1.2")))


def test_the_official_schema_refuses_version_1_2_as_it_is(schema: etree.XMLSchema):
    assert not schema.validate(etree.fromstring(memo.write(message(), "1.2")))


def test_the_two_versions_differ_in_nothing_else():
    taken_back = etree.tostring(as_version_1_1(memo.write(message(), "1.2")), method="c14n2")
    assert taken_back == etree.tostring(etree.fromstring(memo.write(message(), "1.1")), method="c14n2")


def test_version_1_2_has_one_version_attribute():
    assert etree.fromstring(memo.write(message(), "1.2")).attrib == {"memoVersion": "1.2"}


@pytest.mark.parametrize("name", ["mandatory", "legalNotification"])
def test_version_1_2_leaves_out_what_became_optional(name: str):
    assert etree.fromstring(memo.write(message(), "1.2")).find(f".//{MEMO}{name}") is None
