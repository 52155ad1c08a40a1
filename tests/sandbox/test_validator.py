"""What Digital Post refuses of a message, rule by rule, and what it must not."""

import re
from datetime import date

import pytest

from deploy.sandbox.digital_post import memo as judging
from deploy.sandbox.digital_post.memo import read
from deploy.sandbox.digital_post.refusals import SENTENCES, Refused
from tests.sandbox.memos import REGISTERED, memo, uuid
from tests.sandbox.violations import ALLOWED, VIOLATIONS, Change

ABOUT_A_MESSAGE = re.compile(r"(memo|message|contact|do|empty|sensitive|post|sender|recipient\.id|file|action)\..+")
NOT_IN_THE_MESSAGE = {"message.uuid.mismatch", "message.uuid.duplicate", "message.not.found", "memo.size.too.large"}
TODAY = date(2026, 11, 5)


@pytest.mark.parametrize("change", VIOLATIONS, ids=lambda change: change.sentence)
def test_refuses(change: Change) -> None:
    with pytest.raises(Refused) as refused:
        read(memo(1, written=change.made()), TODAY)
    assert refused.value.code == change.code
    assert refused.value.sentence.startswith(SENTENCES[change.code][1])


@pytest.mark.parametrize("change", ALLOWED, ids=lambda change: change.sentence)
def test_takes(change: Change) -> None:
    written = change.made() if change.old else change.written
    assert read(memo(1, written=written), TODAY).cpr == REGISTERED


def test_reads_what_the_mailbox_needs_to_know() -> None:
    found = read(memo(1), TODAY)
    assert (found.message_uuid, found.message_id, found.label) == (uuid(1), "letter-1", "Hvordan var det?")
    assert found.deliver_from == TODAY


def test_refuses_a_message_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "LARGEST", len(memo(1)) - 1)
    with pytest.raises(Refused) as refused:
        read(memo(1), TODAY)
    assert refused.value.code == "memo.size.too.large"


def test_a_refusal_never_repeats_what_it_refuses() -> None:
    for change in VIOLATIONS:
        with pytest.raises(Refused) as refused:
            read(memo(1, written=change.made()), TODAY)
        told = str(refused.value.error_message())
        assert REGISTERED not in told
        assert "251248" not in told


def test_every_rule_about_a_message_has_one_that_breaks_it() -> None:
    broken = {change.code for change in VIOLATIONS}
    assert broken == {code for code in SENTENCES if ABOUT_A_MESSAGE.fullmatch(code)} - NOT_IN_THE_MESSAGE
