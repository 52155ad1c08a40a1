"""A stack for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.stack import Stack


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """In a folder of this test's own; nothing is started before the test starts it."""
    with Stack(tmp_path / "stack", postgres_settings={"fsync": "off"}) as stack:
        yield stack
    stack.remove()
