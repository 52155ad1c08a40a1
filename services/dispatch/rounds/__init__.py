"""Work that time brings: letters are submitted, those of stopped waves end, and receipts are polled."""

from services.dispatch.rounds.handing_over import hand_over
from services.dispatch.rounds.receipts import pull_receipts
from services.dispatch.rounds.stops import end_letters

__all__ = ["end_letters", "hand_over", "pull_receipts"]
