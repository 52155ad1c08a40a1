"""Digital Post: the interface through which letters are submitted, and its client."""

from services.dispatch.digital_post.client import DigitalPostClient, authorization
from services.dispatch.digital_post.error_codes import Consequence, ErrorAction, ErrorCodes
from services.dispatch.digital_post.interface import (
    DigitalPost,
    OutgoingMessage,
    Receipt,
    ReceiptStatus,
    Registration,
    SubmitResult,
    SubmitStatus,
)

__all__ = [
    "Consequence",
    "DigitalPost",
    "DigitalPostClient",
    "ErrorAction",
    "ErrorCodes",
    "OutgoingMessage",
    "Receipt",
    "ReceiptStatus",
    "Registration",
    "SubmitResult",
    "SubmitStatus",
    "authorization",
]
