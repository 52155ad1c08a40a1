"""Digital Post: the narrow door between a letter and how it is handed over, and the client behind it."""

from services.dispatch.digital_post.client import DigitalPostClient, authorization
from services.dispatch.digital_post.door import (
    DigitalPost,
    Handed,
    Outcome,
    Parcel,
    Receipt,
    ReceiptStatus,
    Registration,
)
from services.dispatch.digital_post.error_codes import Consequence, ErrorCodes, Then

__all__ = [
    "Consequence",
    "DigitalPost",
    "DigitalPostClient",
    "ErrorCodes",
    "Handed",
    "Outcome",
    "Parcel",
    "Receipt",
    "ReceiptStatus",
    "Registration",
    "Then",
    "authorization",
]
