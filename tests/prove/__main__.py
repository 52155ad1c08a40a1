"""Takes each mechanism out, in a copy of the tree, and shows that its test then fails.

`python -m tests.prove` tries all; `python -m tests.prove relay` those whose name holds the word.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import parse

from deploy.local.folders import CLONE
from deploy.local.stack import Stack
from tests.prove.consuming import CONSUMING
from tests.prove.guard import GUARD
from tests.prove.local import LOCAL
from tests.prove.mutation import Mutation
from tests.prove.natural_keys import NATURAL_KEYS
from tests.prove.publishing import PUBLISHING
from tests.prove.services import SERVICES

MUTATIONS = (*CONSUMING, *PUBLISHING, *GUARD, *SERVICES, *LOCAL, *NATURAL_KEYS)
FOLDERS = ("contracts", "deploy", "services", "shared", "tests")
FILES = ("pyproject.toml",)
LINKED = (".venv", "var")
PATIENCE = "45"
"""Seconds that a mutated run waits for what never comes."""
LONGEST = 3600
"""Seconds that one run may take."""
PASSED, FAILED = "passed", "failed"


class Copy:
    """The tree, where mechanisms can be taken out and put back."""

    def __init__(self, folder: Path, environment: dict[str, str], longest: float = LONGEST) -> None:
        """`longest`: seconds that one run may take."""
        self._folder = folder
        self._environment = environment
        self._longest = longest

    def judged(self, tests: Sequence[str]) -> str:
        """Runs the tests. They passed, or one failed; else why nothing can be said."""
        report = self._folder / "prove.xml"
        options = ("-q", "-x", "-p", "no:cacheprovider", "--tb=line", f"--junitxml={report}")
        command = [sys.executable, "-m", "pytest", *options, *tests]
        with (self._folder / "prove.log").open("ab") as log:
            running = {"cwd": self._folder, "env": self._environment, "stdout": log, "stderr": log}
            try:
                status = subprocess.run(command, **running, timeout=self._longest, check=False).returncode
            except subprocess.TimeoutExpired:
                return f"did not end within {self._longest:.0f} s"
        if status == 0:
            return PASSED
        return FAILED if status == 1 and _a_test_failed(report) else f"pytest ended with {status}, and no test failed"

    @contextmanager
    def without(self, mutation: Mutation) -> Iterator[None]:
        """The mechanism is out. Raises LookupError where its text is not found exactly once."""
        path = self._folder / mutation.path
        whole = path.read_text()
        path.write_text(mutation.taken_out_of(whole))
        try:
            yield
        finally:
            path.write_text(whole)

    def outcome(self, mutation: Mutation) -> str:
        try:
            with self.without(mutation):
                result = self.judged(mutation.tests)
        except LookupError as missing:
            return str(missing)
        return {FAILED: "proven", PASSED: "SURVIVED"}.get(result, f"no proof: {result}")


def _a_test_failed(report: Path) -> bool:
    """And not only what is laid out for it: pytest's exit status is the same for both."""
    return any(int(suite.get("failures", 0)) for suite in parse(report).iter("testsuite"))


@contextmanager
def copied() -> Iterator[Copy]:
    """A copy with servers of its own. Its log stays until the next run begins."""
    with tempfile.TemporaryDirectory(prefix="puls-prove-") as place:
        folder = Path(place, "clone")
        for name in FOLDERS:
            shutil.copytree(CLONE / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(CLONE / name, folder / name)
        for name in LINKED:
            (folder / name).symlink_to(CLONE / name)
        with Stack(Path(place, "servers"), postgres_settings={"fsync": "off"}) as stack:
            stack.start_servers("kafka", "postgres", "valkey")
            yield Copy(folder, os.environ | _servers(stack))
        stack.remove()


def _servers(stack: Stack) -> dict[str, str]:
    return {
        "PULS_TEST_KAFKA": stack.addresses.kafka,
        "PULS_TEST_POSTGRES": stack.addresses.postgres,
        "PULS_TEST_VALKEY": stack.addresses.valkey,
        "PULS_TEST_PATIENCE": PATIENCE,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def main(words: Sequence[str]) -> int:
    chosen = [mutation for mutation in MUTATIONS if all(word in mutation.name for word in words)]
    if not chosen:
        print(f"no mutation is called so: {', '.join(mutation.name for mutation in MUTATIONS)}")
        return 2
    with copied() as copy:
        tests = sorted({test for mutation in chosen for test in mutation.tests})
        print(f"{len(tests)} tests with everything in its place …", flush=True)
        if (result := copy.judged(tests)) != PASSED:
            print(f"they do not pass ({result}): nothing can be proven")
            return 1
        outcomes = [_tried(copy, mutation) for mutation in chosen]
    wrong = sum(outcome != "proven" for outcome in outcomes)
    print(f"\n{len(outcomes) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


def _tried(copy: Copy, mutation: Mutation) -> str:
    started = time.monotonic()
    outcome = copy.outcome(mutation)
    print(f"{mutation.name:50} {time.monotonic() - started:4.0f} s  {outcome}", flush=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
