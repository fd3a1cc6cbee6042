"""A composed page, as both ways of drawing take it. Lengths are in points from the paper's lower left corner."""

from dataclasses import dataclass
from typing import NamedTuple

from trainingmgr.documents.typeset import Mark
from trainingmgr.domain.design import Border, Shape

MM = 72 / 25.4

Matrix = tuple[float, float, float, float, float, float]


class Box(NamedTuple):
    """A rectangle by its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: "Box") -> bool:
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )


@dataclass(frozen=True, slots=True)
class Text:
    """Marks in their places, moved by `matrix` if there is one.

    `spelled` is the text of marks that stand so far apart that a reader would not see words in them.
    An `artifact` is not part of what the page says.
    """

    marks: tuple[Mark, ...]
    spelled: str = ""
    matrix: Matrix | None = None
    artifact: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A shape; without a colour its line or its inside is not drawn."""

    shape: Shape
    box: Box
    stroke: str | None
    fill: str | None
    thickness: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The drawn border of the whole paper."""

    border: Border


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture in `box`: as large as it can be whole, or, `cut`, filling it."""

    digest: str
    box: Box
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Backdrop:
    """An uploaded picture, or a page of an uploaded PDF counted from 1, that fills `box`; what lies over is cut."""

    digest: str
    page: int
    box: Box


@dataclass(frozen=True, slots=True)
class Qr:
    """The symbol of a text on white, `box` being the symbol without its quiet zone."""

    text: str
    box: Box
    colour: str


QR_QUIET = 4  # modules left white around the symbol, as its standard asks

Drawn = Drawing | Frame | Picture | Backdrop
Element = Text | Qr | Drawn


class Layer(NamedTuple):
    """What one item of the design came to; `personal` if it may differ on the next certificate of a batch.

    `reach` is where it draws.
    """

    elements: tuple[Element, ...]
    reach: Box
    personal: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Layers from the lowest up."""

    width: float
    height: float
    layers: tuple[Layer, ...]
