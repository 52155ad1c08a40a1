"""`python -m deploy.contracts write` makes contracts/ anew; `verify` shows that nothing promised is broken."""

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.contracts import verifying

CLONE = Path(__file__).parents[2]
USAGE = "python -m deploy.contracts write|verify"


def main(arguments: Sequence[str]) -> int:
    if list(arguments) == ["write"]:
        return print_report(verifying.write(CLONE))
    if list(arguments) == ["verify"]:
        return print_report(verifying.verify(CLONE))
    print(f"expected {USAGE}", file=sys.stderr)
    return 2


def print_report(report: verifying.Report) -> int:
    """Returns the exit status: 1 for mistakes alone, for a clone may well be shallow where it is verified."""
    for line in report.looked_at:
        print(line)
    if report.missing is not None:
        print(report.missing, file=sys.stderr)
    for mistake in report.mistakes:
        print(mistake, file=sys.stderr)
    return 1 if report.mistakes else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
