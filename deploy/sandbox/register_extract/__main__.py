"""python -m deploy.sandbox.register_extract --out FOLDER --seed 1 --patients 5000 --months 2026-10 2026-11"""

import argparse
from pathlib import Path

from deploy.sandbox.register_extract.generate import TooFewPatients, generate


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.sandbox.register_extract", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder that the files are written to")
    parser.add_argument("--seed", default="1", help="the same seed makes the same files")
    parser.add_argument("--patients", type=int, default=5000, help="included a month, over both surveys")
    parser.add_argument("--months", nargs="+", default=["2026-10", "2026-11"], help="consecutive, YYYY-MM")
    asked = parser.parse_args()
    try:
        generate(asked.out, seed=asked.seed, patients=asked.patients, months=asked.months)
    except TooFewPatients as trouble:
        parser.error(str(trouble))


if __name__ == "__main__":
    main()
