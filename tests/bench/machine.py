"""The machine that a figure comes from, and the code that was measured."""

import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.folders import CLONE


def described() -> dict[str, Any]:
    memory = Path("/proc/meminfo").read_text().split(maxsplit=2)[1]
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "cores": len([line for line in Path("/proc/stat").read_text().splitlines() if line.startswith("cpu")]) - 1,
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "memory_gb": round(int(memory) / 1024**2),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "commit": commit(),
    }


def commit() -> str:
    """Its id; with a plus sign where files differ from it, the bench's own report left out."""
    known = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/bench.md", ":!docs/bench.json")
    return f"{known or 'unknown'}{'+' if changed else ''}"


def _git(*words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=CLONE, capture_output=True, text=True, check=False)
    return asked.stdout.strip()
