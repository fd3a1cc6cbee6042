"""The levels of PAdES that are made here."""

from enum import StrEnum


class Level(StrEnum):
    """B-B bears the signature; B-T also a time stamp; B-LT also what its later validation needs."""

    B_B = "PAdES-B-B"
    B_T = "PAdES-B-T"
    B_LT = "PAdES-B-LT"
