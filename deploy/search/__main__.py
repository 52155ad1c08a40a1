"""Searches a running stack for the CPR numbers that stand in some files: `python -m deploy.search FOLDER FILE...`.

Prints where they stand, never which they are. Ends with status 0 only if there are none.
"""

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path

from deploy.local.stack import Stack
from deploy.search.numbers import Numbers
from deploy.search.searching import search


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m deploy.search", description=__doc__)
    asked.add_argument("folder", type=Path, help="of the running stack: var, or var/demo/stack")
    asked.add_argument("numbers", type=Path, nargs="+", help="files that the numbers are taken from: persons.csv")
    given = asked.parse_args()
    numbers = Numbers.standing_in(*(file.read_bytes() for file in given.numbers))
    searched = asyncio.run(search(Stack(given.folder), numbers))
    for place, count in sorted(Counter(one.place for one in searched.found).items()):
        print(f"{place}: {count}")
    print(f"{len(numbers)} numbers, {searched.looked_at} places, {len(searched.found)} found")
    return 0 if len(numbers) and not searched.found else 1


if __name__ == "__main__":
    sys.exit(main())
