"""Makes `.env` for docker-compose.yml: new keys and passwords, and empty lines for what only the operator knows.

A file that is there is left alone: with other keys nobody's link opens any more and a letter could leave twice.
"""

import base64
import os
import secrets
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

from deploy.local.folders import CLONE
from deploy.local.keys import Keys
from deploy.local.programs import SERVICES

FROM_OUTSIDE = {
    "PULS_DIGITAL_POST_URL": "Base of Digital Post's interface, ending in /apis/v1/.",
    "PULS_DIGITAL_POST_KEY": "The sending system's key at Digital Post.",
    "PULS_PERSON_REGISTER_URL": "Base of the register of persons.",
    "PULS_ANSWER_URL": "Where citizens reach the answer pages, https. It stands in every letter.",
    "PULS_DROP": "The folder of this machine into which deliveries are put. It belongs to user 10001 alone.",
}
"""Variable -> its sentence. Compose starts nothing before each has a value."""

HEAD = """\
# Read by docker compose. Keep a copy where backups of keys are kept, and keep it for as long as the data: without the
# sealing key no letter can be addressed, without the code key no link opens, and with another message key a restored
# backup could send a letter twice.
"""


def lines() -> Iterator[str]:
    """The file, with new keys and passwords each time."""
    yield HEAD
    yield "# To be filled in."
    for name, sentence in FROM_OUTSIDE.items():
        yield f"# {sentence}\n{name}="
    yield "\n# Drawn once."
    drawn = {name: key for name, key in Keys.random().items() if name not in FROM_OUTSIDE}
    for name, value in (drawn | _passwords()).items():
        yield f"{name}={value}"


def _passwords() -> dict[str, str]:
    owners = ("POSTGRES", "VALKEY", *(service.upper() for service in SERVICES))
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return {f"PULS_{owner}_PASSWORD": secrets.token_urlsafe(24) for owner in owners} | {
        "PULS_KAFKA_CLUSTER_ID": cluster
    }


def write(file: Path) -> None:
    """Readable for its owner only. Raises FileExistsError."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as made:
        made.write("\n".join(lines()) + "\n")


def main() -> int:
    file = CLONE / ".env"
    try:
        write(file)
    except FileExistsError:
        print(f"{file} is there and was left alone: with other keys its data could not be read.", file=sys.stderr)
        return 1
    print(f"Wrote {file}: fill in {', '.join(FROM_OUTSIDE)}, then `docker compose up --build --wait`.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
