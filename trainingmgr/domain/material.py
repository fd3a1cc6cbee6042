"""What is handed out besides the certificate."""

from enum import StrEnum


class MaterialKind(StrEnum):
    BOOK = "book"
    HANDOUT = "handout"
    BAG = "bag"
    OTHER = "other"
