"""`make bad-record`: without a stack it says so. That a record like it is set aside, tests/runtime shows."""

from pathlib import Path

import pytest

from deploy.sandbox import bad_record


def test_without_a_stack_one_is_told_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bad_record.main([str(tmp_path / "stack.json")]) == 1
    assert "start one by `make up` or `make demo`" in capsys.readouterr().err
