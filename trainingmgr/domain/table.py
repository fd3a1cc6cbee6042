"""A table as it was read from a file: text cells with the numbers of their rows."""

from dataclasses import dataclass

# What a spreadsheet program takes for the beginning of a formula, or skips in front of one.
ACTIVE = tuple("=+-@\t\r\n|%＝＋－＠")


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or the whole of a text file.

    `name` is the sheet's name, empty for text files. `rows` holds the rows that are not empty, each
    with its number as a spreadsheet program shows it, counted from 1; rows may differ in length.
    Numbers that the spreadsheet kept too coarsely (16 digits and more) stand in scientific form.
    """

    name: str
    rows: list[tuple[int, list[str]]]

    @property
    def width(self) -> int:
        """The number of cells of the longest row."""
        return max((len(cells) for _, cells in self.rows), default=0)


def without_apostrophe(cell: str) -> str:
    """What a cell says that our own csv files keep from being taken for a formula by an apostrophe in front."""
    return cell[1:] if cell.startswith("'") and cell[1:2] in ACTIVE else cell
