"""A month's deliveries, made anew for each row: the same every time, and quickly written."""

import asyncio
import os
import sys
from pathlib import Path

from deploy.local.folders import CLONE

MONTH = "2026-10"
DELIVERIES = ("sor-2026-11-01", "participation-2026-11-01", f"lpr-{MONTH}")


async def write(folder: Path, patients: int) -> None:
    """The deliveries about so many patients, and what they must come to."""
    writing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.sandbox.register_extract", "--out", str(folder)),
        *("--seed", "bench", "--patients", str(patients), "--months", MONTH),
        env=os.environ,
        cwd=CLONE,
    )
    if await writing.wait():
        raise RuntimeError(f"the deliveries for {patients} patients could not be written: see above")
