"""What a migration must not do is found before it is run."""

import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).parents[2]


def found(file: Path) -> str:
    squawk = Path(sys.executable).with_name("squawk")
    command = [str(squawk), "--config", str(CLONE / ".squawk.toml"), "--reporter", "gcc", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_a_column_that_old_code_still_needs_is_not_dropped(tmp_path: Path) -> None:
    (tmp_path / "1_drop.sql").write_text("-- migrate:up\nALTER TABLE letter DROP COLUMN sent_at;\n")
    assert "ban-drop-column" in found(tmp_path / "1_drop.sql")


def test_a_new_table_is_fine(tmp_path: Path) -> None:
    (tmp_path / "1_table.sql").write_text("-- migrate:up\nCREATE TABLE letter (id uuid PRIMARY KEY);\n")
    assert found(tmp_path / "1_table.sql") == ""
