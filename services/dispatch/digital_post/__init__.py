"""Digital Post: the interface through which letters are submitted, and its client."""

from services.dispatch.digital_post.client import DigitalPostClient, authorization
from services.dispatch.digital_post.error_codes import ErrorCode, ErrorCodes
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
    "DigitalPost",
    "DigitalPostClient",
    "ErrorCode",
    "ErrorCodes",
    "OutgoingMessage",
    "Receipt",
    "ReceiptStatus",
    "Registration",
    "SubmitResult",
    "SubmitStatus",
    "authorization",
]
