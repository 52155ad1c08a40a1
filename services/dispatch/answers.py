"""What an answer of Digital Post, at the hand-over or by a receipt, means for the letter."""

from datetime import datetime
from uuid import UUID

import structlog

from services.dispatch.digital_post import ErrorCodes, Receipt, ReceiptStatus, SubmitResult, SubmitStatus
from services.dispatch.domain import Happening, LetterUpdate, RefusalCause

log = structlog.get_logger()

HAPPENING_OF: dict[SubmitStatus, Happening] = {
    SubmitStatus.ACCEPTED: "accepted",
    SubmitStatus.NOT_TAKEN: "later",
    SubmitStatus.UNKNOWN: "unknown",
}


def of_submission(letter: UUID, result: SubmitResult, codes: ErrorCodes) -> LetterUpdate:
    if result.status is SubmitStatus.REFUSED:
        return _refusal(letter, result.code, "refused", codes)
    return LetterUpdate(letter, HAPPENING_OF[result.status])


def of_receipt(letter: UUID, receipt: Receipt, codes: ErrorCodes) -> LetterUpdate | None:
    """None if the receipt cannot be read."""
    if receipt.status is ReceiptStatus.COMPLETED:
        return LetterUpdate(letter, "completed", at=receipt.at)
    if receipt.status is ReceiptStatus.RECEIVED:
        return LetterUpdate(letter, "accepted")
    if receipt.status is ReceiptStatus.UNREADABLE:
        log.warning("a receipt cannot be read", receipt=receipt.id)
        return None
    return _refusal(letter, receipt.code, "rejected", codes, receipt.at)


def _refusal(
    letter: UUID, code: str | None, happening: Happening, codes: ErrorCodes, at: datetime | None = None
) -> LetterUpdate:
    """A duplicate was accepted before; what is transient is tried again. Only what is about the person ends a letter:
    a letter with any other refusal is stuck."""
    refusal = codes.of(code)
    if refusal.about is RefusalCause.DUPLICATE:
        return LetterUpdate(letter, "accepted")
    if refusal.about is RefusalCause.TRANSIENT and happening == "refused":
        return LetterUpdate(letter, "later")
    reason = f"refused.{code or 'without_code'}"
    if refusal.about is RefusalCause.PERSON:
        return LetterUpdate(letter, happening, reason, at)
    log.warning("Digital Post refused a letter", letter=str(letter), code=code, means=refusal.means)
    return LetterUpdate(letter, "stuck", reason, at)
