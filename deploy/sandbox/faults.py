"""What goes wrong in the outside world, how often, and for whom.

Faults about a message (refused, its receipt late, twice, out of order, never) are drawn from the seed and the
messageUUID alone, so that a letter's fate depends neither on timing nor on the batch it came in. Faults about a request
(503, a cut connection) are drawn from the seed and the request's number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]

ROUGH_WEATHER = "1"
"""The text that stands for the preset in settings: `PULS_FAULTS=1`."""


class ReceiptFaults(BaseModel):
    """Shares of the messages whose business receipt misbehaves. A repeat is as late, again, as a late one may be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    late_share: Share = 0
    late_up_to_hours: Annotated[float, Field(ge=0)] = 0
    twice: Share = 0
    out_of_order: Share = 0
    never: Share = 0


class Faults(BaseModel):
    """Nothing goes wrong unless a share above 0 is given. Times are real milliseconds, or hours on the clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    latency_ms: Annotated[float, Field(ge=0, le=60_000)] = 0
    share_503: Share = 0
    share_cut_after_accepting: Share = 0
    receipts: ReceiptFaults = ReceiptFaults()
    refused_share: Share = 0
    refusal_codes: Annotated[tuple[str, ...], Field(min_length=1)] = ("recipient.not.allowed",)


PRESET = Faults(
    share_503=0.05,
    share_cut_after_accepting=0.02,
    receipts=ReceiptFaults(late_share=0.20, late_up_to_hours=48, twice=0.05, out_of_order=0.10, never=0.005),
    refused_share=0.02,
    refusal_codes=("recipient.not.allowed", "recipient.closed"),
)


def read(text: str) -> Faults:
    """The faults a setting asks for: empty for none, `1` for the preset, else JSON. Raises ValidationError."""
    if not text.strip():
        return Faults()
    if text.strip() == ROUGH_WEATHER:
        return PRESET
    return Faults.model_validate_json(text)


@dataclass(frozen=True)
class Dice:
    """Draws that come out the same for the same seed, question and subject, in whatever order they are asked."""

    seed: str

    def draw(self, question: str, subject: object) -> float:
        """A number in [0, 1)."""
        digest = blake2b(f"{self.seed}|{question}|{subject}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") / 2**64

    def hits(self, share: float, question: str, subject: object) -> bool:
        """Whether the subject is among the share (0 to 1) that the question concerns."""
        return share > 0 and self.draw(question, subject) < share

    def choose(self, options: Sequence[str], question: str, subject: object) -> str:
        """One of the options, each as likely as the next."""
        return options[int(self.draw(question, subject) * len(options))]
