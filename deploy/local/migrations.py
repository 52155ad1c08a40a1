"""Brings a database to the shape its service expects, by dbmate and plain SQL files that only ever go forward.

dbmate wants a way back in every file and takes two files of one number for one, so it is given a copy: the files of all
folders together, their numbers distinct, each closed by a way back that refuses to be gone.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.local.errors import CannotStart
from deploy.local.folders import CLONE

SHARED = CLONE / "shared" / "runtime" / "migrations"
NO_WAY_BACK = """
-- migrate:down
DO $$ BEGIN RAISE EXCEPTION 'migrations only go forward: write a new one that repairs this one'; END $$;
"""

LOCK_TIMEOUT = "lock_timeout=10000"
"""Milliseconds. A migration that waits longer for a lock would hold up everybody behind it: it fails instead."""


def folders_of(service: str) -> list[Path]:
    return [SHARED, CLONE / "services" / service / "migrations"]


def migrate(database_url: str, folders: Sequence[Path]) -> None:
    """Applies what is missing, by version; folders that do not exist are taken as empty."""
    files = [file for folder in folders for file in sorted(folder.glob("*.sql"))]
    _require_distinct_versions(files)
    if not files:
        return
    with tempfile.TemporaryDirectory(prefix="puls-migrations-") as gathered:
        for file in files:
            text = file.read_text()
            Path(gathered, file.name).write_text(text if "-- migrate:down" in text else text + NO_WAY_BACK)
        _run_dbmate(database_url, gathered)


def _require_distinct_versions(files: Sequence[Path]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        version = file.name.partition("_")[0]
        if version in seen:
            raise CannotStart(
                f"{file} and {seen[version]} have the same version {version}: give the newer one another."
            )
        seen[version] = file


def _run_dbmate(database_url: str, folder: str) -> None:
    dbmate = Path(sys.executable).with_name("dbmate")
    made = subprocess.run(
        [str(dbmate), "--env", "DATABASE", "--migrations-dir", folder, "--no-dump-schema", "migrate"],
        env={"DATABASE": f"{database_url}?sslmode=disable&{LOCK_TIMEOUT}"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise CannotStart(f"A migration failed: {(made.stderr or made.stdout).strip()}\n{made.stdout.strip()}")
