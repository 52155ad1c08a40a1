"""Which process of this machine is meant: a pid alone may be somebody else's after a reboot."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Identity:
    """One process for good: its pid, and the boot and the clock tick in which it was born."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The living process with this pid; None if there is none, or only what is left of one."""
        try:
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        if state in "ZX":
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return cls(pid, f"{boot}/{fields[18]}")

    def alive(self) -> bool:
        return Identity.of(self.pid) == self


def descendants(pid: int) -> list[Identity]:
    """The living children, their children and so on; those in process groups of their own too."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(parent, []).append(int(stat.parent.name))
    found, unseen = [], [pid]
    while unseen:
        born = children.get(unseen.pop(), [])
        found += born
        unseen += born
    return [identity for child in found if (identity := Identity.of(child))]
