"""Text messages: a gateway that knows our keys, any other by Apprise, a guard before both."""

from teleconsult_sms.answers import Told
from teleconsult_sms.any_gateway import AppriseTexts
from teleconsult_sms.bulksms import ADDRESS, BulkSmsTexts, ref_of
from teleconsult_sms.guard import EUROPE, GuardedTexts, why_not
from teleconsult_sms.receipts import NotReceipts, read_receipts

__all__ = [
    "ADDRESS",
    "EUROPE",
    "AppriseTexts",
    "BulkSmsTexts",
    "GuardedTexts",
    "NotReceipts",
    "Told",
    "read_receipts",
    "ref_of",
    "why_not",
]
