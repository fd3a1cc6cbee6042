"""Phones of drivers and leaders: in full for the desk, else with their middle hidden."""

from trainingmgr.domain.person import mask_phone, show_phone
from trainingmgr.http.access import may


def phone_words(phone: str) -> str:
    """A phone as the caller may see it; those that were typed for a bus stand as they were typed."""
    if not may("desk"):
        return mask_phone(phone)
    return show_phone(phone) if phone.startswith("+") else phone
