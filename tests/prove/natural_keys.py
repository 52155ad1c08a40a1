"""Every natural key of every service: each `ON CONFLICT … DO NOTHING` of a store is taken out, one at a time."""

import re
from collections.abc import Iterator, Sequence

from deploy.local.folders import CLONE
from tests.prove.mutation import Mutation

KEY = re.compile(r"\s+ON CONFLICT(?: \(\w+\))? DO NOTHING")
BATCHING = "tests/service/test_any_batching.py::test_any_batching"
CONSUMERS = ("karens", "dispatch", "reminders", "responses", "console", "inclusion")
DOUBLY_KEPT = ("karens decision",)
"""These are looked up before they are inserted as well; taken out together elsewhere."""


def _keys() -> Iterator[Mutation]:
    for service in CONSUMERS:
        tests = [f"{BATCHING}[{service}]", f"tests/service/{service}"]
        for path in (
            *CLONE.glob(f"services/{service}/store.py"),
            *sorted(CLONE.glob(f"services/{service}/store/*.py")),
        ):
            text = path.read_text()
            for key in KEY.finditer(text):
                start = text.rindex("INSERT INTO ", 0, key.start())
                table = text[start:].split()[2]
                if f"{service} {table}" not in DOUBLY_KEPT:
                    change = (text[start : key.end()], text[start : key.start()])
                    yield Mutation(f"natural key: {service}'s {table}", f"{path.relative_to(CLONE)}", [change], tests)


NATURAL_KEYS: Sequence[Mutation] = tuple(_keys())
