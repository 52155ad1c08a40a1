"""A drop folder in which units and participation lie already."""

from pathlib import Path

import pytest

from tests.support.deliveries import Drop


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    path = tmp_path / "drop"
    path.mkdir()
    made = Drop(path)
    made.units()
    made.participation()
    return made
