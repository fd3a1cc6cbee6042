"""An Open Badge: where its bit stands among those of others, and the link by which a holder shows it."""

from typing import NamedTuple
from urllib.parse import urlencode

LIST_SIZE = 131_072
"""Bits of one status list: the least that the W3C's Bitstring Status List allows, so that one bit tells little."""

_ADD_TO_PROFILE = "https://www.linkedin.com/profile/add"


class StatusPlace(NamedTuple):
    """The number of a status list, and that of the bit within it."""

    list_number: int
    bit: int


def status_place(certificate_id: int) -> StatusPlace:
    """Where the status of the certificate with this id stands, for ever."""
    return StatusPlace(*divmod(certificate_id, LIST_SIZE))


def profile_link(name: str, organisation: str, year: str, month: str, serial: str, address: str) -> str:
    """The address at which LinkedIn asks its member whether to add this certificate to the profile.

    `year` and `month` are those of the issue, in figures.
    """
    return f"{_ADD_TO_PROFILE}?" + urlencode(
        {
            "startTask": "CERTIFICATION_NAME",
            "name": name,
            "organizationName": organisation,
            "issueYear": year,
            "issueMonth": month,
            "certId": serial,
            "certUrl": address,
        }
    )
