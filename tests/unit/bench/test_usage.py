"""What a process took is what the kernel says of it."""

import os
import subprocess
import sys

from tests.bench.usage import Meter, cpu_seconds

WORKS = """
import time
while time.process_time() < 0.4: pass
print(flush=True); input()
"""
GROWS = "a = bytearray(64 << 20); print(flush=True); input()"


def started(program: str) -> subprocess.Popen[bytes]:
    """Has been told to begin only when something is written to it."""
    return subprocess.Popen(
        [sys.executable, "-c", f"input()\n{program}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def go_on(process: subprocess.Popen[bytes]) -> None:
    """Until it says that it has done its part."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"\n")
    process.stdin.flush()
    process.stdout.readline()


def measured(program: str) -> tuple[float, float]:
    """CPU seconds and MB of a process that does this while it is measured."""
    with started(program) as process:
        with Meter({"it": process.pid}) as meter:
            go_on(process)
        process.communicate(b"\n")
    [used] = meter.used
    return used.cpu_seconds, used.peak_mb


def test_the_cpu_of_a_process_is_counted() -> None:
    seconds, _ = measured(WORKS)
    assert 0.25 <= seconds <= 0.6


def test_the_most_memory_of_a_process_is_seen() -> None:
    _, megabytes = measured(GROWS)
    assert 64 <= megabytes <= 128


def test_what_was_taken_before_is_not_counted() -> None:
    with started(f"{WORKS}\nprint(flush=True); input()") as process:
        go_on(process)
        with Meter({"it": process.pid}) as meter:
            go_on(process)
        process.communicate(b"\n")
    assert meter.used[0].cpu_seconds < 0.1


def test_a_process_that_is_gone_takes_nothing() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert cpu_seconds(ended.pid) == 0.0


def test_the_bench_itself_is_a_process_too() -> None:
    with Meter({"me": os.getpid()}) as meter:
        pass
    assert meter.used[0].peak_mb > 0
