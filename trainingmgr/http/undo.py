"""The offer to take back what was just done: a notice with a button, on the next page alone."""

from flask import flash

CATEGORY = "undo"


def offer(text: str, address: str, **fields: str) -> None:
    """Say on the next page what was done, beside a button that posts `fields` to `address`.

    It travels in the signed session, so nobody can put such a button in front of somebody else.
    """
    flash({"text": text, "address": address, "fields": fields}, CATEGORY)  # type: ignore[arg-type]  # any JSON
