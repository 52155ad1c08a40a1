from datetime import UTC, datetime
from uuid import UUID, uuid1, uuid4

import lxml.etree as etree
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.dispatch import memo
from tests.support.messages import CODE, RECIPIENT, message

KEY = bytes(range(32))
LETTER = UUID("0b0e7f0e-8a5d-5a4e-9f6f-3d7a2c7b1a11")
LONG = "x" * 257
NO_ZONE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)

REFUSED = {
    "label: 257 characters": {"label": LONG},
    "label: empty": {"label": " "},
    "label: holds what looks like a CPR number": {"label": "Brev til 251248-9996"},
    "label: holds a control character": {"label": "a\x0bb"},
    "notification: 151 characters": {"notification": "x" * 151},
    "notification: empty": {"notification": ""},
    "notification: holds what looks like a CPR number": {"notification": f"Om {RECIPIENT}"},
    "Sender/label: 257": {"sender": memo.Sender("12345674", LONG)},
    "senderID": {"sender": memo.Sender("1234", "Region")},
    "recipientID": {"recipient": "251248-9996"},
    "messageUUID: version 1": {"uuid": uuid1()},
    "content: the file is empty": {"file": memo.File("brev.pdf", "da", b"")},
    "language": {"file": memo.File("brev.pdf", "dan", b"%PDF")},
    "Action/label: empty": {"action": memo.Action("", "https://svar.example/")},
    "only https": {"action": memo.Action("Svar", "http://svar.example/")},
    "at most 256 ASCII": {"action": memo.Action("Svar", f"https://svar.example/{LONG}")},
    "endDateTime: has no time zone": {"action": memo.Action("Svar", "https://svar.example/", NO_ZONE)},
    "createdDateTime: has no time zone": {"created_at": NO_ZONE},
}

written_as_xml_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Nd"]), min_size=1)


def test_a_letter_has_one_message_uuid_for_ever():
    assert str(memo.message_uuid(KEY, LETTER)) == "4592d2ec-f8b6-439f-8597-fd25f01fb74d"


@given(st.uuids())
def test_a_message_uuid_is_of_version_4(letter: UUID):
    assert memo.message_uuid(KEY, letter).version == 4


def test_another_letter_or_another_key_has_another_message_uuid():
    assert (
        len({memo.message_uuid(KEY, LETTER), memo.message_uuid(KEY, uuid4()), memo.message_uuid(bytes(32), LETTER)})
        == 3
    )


@pytest.mark.parametrize("broken", REFUSED)
def test_a_message_that_breaks_a_rule_is_refused_with_the_rule(broken: str):
    with pytest.raises(memo.NotSendable) as refused:
        memo.write(message(**REFUSED[broken]))
    assert broken in str(refused.value)
    assert RECIPIENT not in str(refused.value)


@pytest.mark.parametrize("character", '<>:"/\\|?*\n\r\t\u00a0\u2003')
def test_a_filename_with_a_forbidden_character_is_refused(character: str):
    with pytest.raises(memo.NotSendable, match="filename"):
        memo.write(message(file=memo.File(f"brev{character}.pdf", "da", b"%PDF")))


def test_a_message_over_the_limit_is_refused():
    with pytest.raises(memo.NotSendable, match="at most 99500000"):
        memo.write(message(file=memo.File("brev.pdf", "da", bytes(75_000_000))))


@given(written_as_xml_text.filter(str.strip))
def test_any_label_is_read_back_as_it_was(label: str):
    written = etree.fromstring(memo.write(message(label=label[:256])))
    assert written.findtext(f".//{{{memo.NAMESPACE}}}label") == label[:256]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_every_moment_ends_in_z(version: memo.Version):
    moments = [
        e.text for e in etree.fromstring(memo.write(message(), version)).iter("{*}createdDateTime", "{*}endDateTime")
    ]
    assert moments == ["2026-11-05T11:00:00Z", "2026-12-10T00:00:00Z"]


def test_a_message_printed_shows_neither_person_nor_code():
    printed = repr(message())
    assert RECIPIENT not in printed
    assert CODE not in printed
