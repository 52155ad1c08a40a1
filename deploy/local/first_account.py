"""The console's first account: made when a stack comes up, and its password shown once."""

import os
import subprocess
import sys

from deploy.local.errors import CannotStart
from deploy.local.folders import CLONE
from deploy.local.stack import Stack


def first_account(stack: Stack) -> str:
    """Name and password if it was made now, else that there is one; the console is up. Raises CannotStart."""
    settings = {
        "PULS_CONSOLE_URL": stack.addresses.url("console"),
        "PULS_API_KEY": stack.state.keys["PULS_API_KEY"],
        "COLUMNS": "200",
    }
    command = [sys.executable, "-m", "services.console.cli", "first-account"]
    made = subprocess.run(command, cwd=CLONE, env=os.environ | settings, capture_output=True, text=True, check=False)
    if made.returncode:
        raise CannotStart(f"The console's first account could not be made: {made.stderr.strip()}")
    return made.stdout.strip()
