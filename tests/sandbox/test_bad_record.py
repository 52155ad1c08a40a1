"""`make bad-record`: without a stack it says so. That a record like it is set aside, tests/runtime shows."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.sandbox import bad_record
from shared.events import InvitationCleared
from shared.runtime import topics


def test_without_a_stack_one_is_told_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bad_record.main([str(tmp_path / "stack.json")]) == 1
    assert "start one by `make up` or `make demo`" in capsys.readouterr().err


def test_it_goes_where_services_listen() -> None:
    assert bad_record.topic_of("puls") == topics.address("puls", "karens")


def test_it_claims_to_be_what_services_listen_to_there_and_is_not() -> None:
    assert [("kind", InvitationCleared.kind().encode())] == bad_record.KIND
    with pytest.raises(ValidationError):
        InvitationCleared.from_json(bad_record.VALUE)
