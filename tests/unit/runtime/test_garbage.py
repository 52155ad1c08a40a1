"""Reading a batch does not make Python look through everything again and again."""

import subprocess
import sys

from deploy.local.folders import CLONE

READS_A_BATCH = """
import gc
from shared.events import InvitationCleared
from shared.runtime import garbage
from tests.support.builders import cleared, invitations

told = [cleared(one).to_json() for one in invitations(2000)]
looks = []
with garbage.collected_seldom():
    gc.callbacks.append(lambda phase, details: looks.append(phase))
    read = [InvitationCleared.from_json(one) for one in told]
    looked = len(looks)
print(looked, gc.get_freeze_count())
"""


def said() -> list[str]:
    """In a process of its own: the setting is one of the whole process."""
    ran = subprocess.run([sys.executable, "-c", READS_A_BATCH], cwd=CLONE, capture_output=True, text=True, check=True)
    return ran.stdout.split()


def test_a_batch_is_read_without_a_look_for_garbage() -> None:
    assert said()[0] == "0"


def test_a_process_that_ends_looks_at_everything_again() -> None:
    assert said()[1] == "0"
