"""`python -m deploy.grafana write` makes puls.json anew; `verify` shows that it is what a fresh run makes."""

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.grafana import dashboard, metrics

CLONE = Path(__file__).parents[2]
FILE = "deploy/grafana/puls.json"
USAGE = "python -m deploy.grafana write|verify"


def main(arguments: Sequence[str], clone: Path = CLONE) -> int:
    found = metrics.read(clone)
    made, file = dashboard.text(found), clone / FILE
    match list(arguments):
        case ["write"]:
            file.write_text(made, encoding="utf-8")
            print(f"wrote {FILE}")
            return 0
        case ["verify"] if file.exists() and file.read_text(encoding="utf-8") == made:
            print(f"{FILE} shows {len(found)} metrics")
            return 0
        case ["verify"]:
            print(f"{FILE}: is not what a fresh run makes: run `make dashboard`", file=sys.stderr)
            return 1
    print(f"expected {USAGE}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
