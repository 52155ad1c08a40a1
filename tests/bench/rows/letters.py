"""Letters from the queue to the receipt: opened, written, packed, handed over, confirmed."""

import time

from services.dispatch import memo
from services.dispatch.composer import Composer
from services.dispatch.digital_post.archive import packed
from services.dispatch.domain import QueuedLetter
from services.dispatch.letter_pdf import LetterPrinter
from shared import surveys
from shared.events import Letter
from shared.privacy import LinkCodes
from tests.bench.figures import Figure, Row
from tests.bench.run import BenchRun
from tests.bench.stage import BEGINS
from tests.support.builders import invitations

LETTERS = 100_000
WRITTEN, AT_ONCE = 2_000, 500
RECIPIENT = "2512489996"
"""One of the national test numbers."""


async def measure(run: BenchRun) -> Row:
    lived = await run.month(run.size(LETTERS))
    took = lived.handing_over
    sandbox = sum(one.cpu_seconds for one in took.used if one.name in ("digital_post", "person_register"))
    figures = [
        Figure(
            "from queued to receipt",
            lived.patients / took.seconds,
            "letters a second",
            budget=500,
            aim=1000,
            floor=_written_a_second(),
        ),
        Figure("the stand-ins of the outside world took of the CPU", sandbox, "seconds", "less"),
    ]
    remarks = [
        f"{lived.patients:,} letters, {lived.delivered:,} of them delivered; the others could not be reached.",
        "Floor: the same letters only written and packed by one process, nothing looked up, sent or kept.",
        "The throttle, which would let 1,000 a second through, is opened wide.",
        f"Other programs of the machine took {took.elsewhere:.0f} CPU seconds meanwhile.",
    ]
    return Row("Letters", figures, took.used, remarks)


def _written_a_second() -> float:
    composer = Composer(surveys.load(), LinkCodes(bytes(32)), LetterPrinter("https://svar.puls.example"), "", "1.2")
    queued = [
        QueuedLetter(Letter.of(invitation, 0), memo.message_uuid(bytes(32), invitation.id), invitation, "claimed", None)
        for invitation in invitations(WRITTEN)
    ]
    composer.message(queued[0], RECIPIENT, BEGINS)
    began = time.monotonic()
    for start in range(0, WRITTEN, AT_ONCE):
        packed([composer.message(letter, RECIPIENT, BEGINS) for letter in queued[start : start + AT_ONCE]])
    return WRITTEN / (time.monotonic() - began)
