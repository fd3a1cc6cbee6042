"""What people may ask of whoever keeps their data, and how long it is kept.

The rights to a copy, to correction and to deletion: Personal Information Protection Law of 2021, articles
45 to 47; that data is kept no longer than its purpose needs: article 19.
"""

from datetime import date, timedelta
from enum import StrEnum

CORRECTABLE = ("name", "phone", "email", "sex", "ethnicity")
"""Facts of a person that a correction may name one by one; anything else is asked for in words."""

MOST_DAYS = 36_500


class RequestKind(StrEnum):
    CORRECTION = "correction"
    DELETION = "deletion"


class RequestStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"


class Kept(StrEnum):
    """What is kept of people for a time that an organisation sets, counted from the end of their last class."""

    ID_NUMBER = "id_number"
    CONTACT = "contact"
    PHOTO = "photo"
    MAIL = "mail"
    RECEIPT = "receipt"
    NOT_TAKING_PART = "not_taking_part"


SUGGESTED_DAYS = {
    Kept.ID_NUMBER: 365,
    Kept.CONTACT: 1095,
    Kept.PHOTO: 365,
    Kept.MAIL: 730,
    Kept.RECEIPT: 365,
    Kept.NOT_TAKING_PART: 180,
}
"""What the page proposes; nothing is wiped before an organisation has set a time of its own."""


def last_day_wiped(days: int, today: date) -> date:
    """Classes that ended on this day or before have been kept for `days` whole days."""
    return today - timedelta(days=days + 1)
