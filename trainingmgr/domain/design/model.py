"""What a certificate looks like, as data: paper, background, border and the items that stand on it.

Lengths are in millimetres from the paper's upper left corner, type sizes in points, colours as
`#rrggbb`. Everything here is checked for form when it is read; whether it makes sense as a whole
is for `domain.design.checks`.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

FORMAT = 1
LARGEST_MM = 600.0

Millimetres = Annotated[float, Meta(ge=0, le=LARGEST_MM)]
Length = Annotated[float, Meta(gt=0, le=LARGEST_MM)]
Points = Annotated[float, Meta(ge=4, le=200)]
Scale = Annotated[float, Meta(ge=0.3, le=4)]
Leading = Annotated[float, Meta(ge=0.9, le=4)]
Colour = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]
Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, Meta(max_length=80)]
ShortText = Annotated[str, Meta(max_length=600)]


class Face(StrEnum):
    """The hands a text may be written in; `AUTO` takes Kai for Chinese names, bold Song for others, Song for the rest."""

    SONG = "song"
    SONG_BOLD = "song_bold"
    KAI = "kai"
    AUTO = "auto"


class Align(StrEnum):
    """`SPREAD` sets a single line's characters apart until they fill the box, as Chinese titles are set."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"
    JUSTIFY = "justify"
    SPREAD = "spread"


class VerticalAlign(StrEnum):
    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class BorderStyle(StrEnum):
    """`GUILLOCHE` is the engraved band with rosettes, `DOUBLE` two rules, `CORNERS` rules with ornate corners."""

    NONE = "none"
    RULE = "rule"
    DOUBLE = "double"
    CORNERS = "corners"
    GUILLOCHE = "guilloche"


class Shape(StrEnum):
    LINE = "line"
    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"


class ShownIn(StrEnum):
    """The certificate languages in which an item stands: `CHINESE` is Chinese or both, `ENGLISH` English or both."""

    ALWAYS = "always"
    CHINESE = "chinese"
    ENGLISH = "english"
    ONLY_CHINESE = "only_chinese"
    ONLY_ENGLISH = "only_english"
    BOTH = "both"


class Paper(Struct, frozen=True, forbid_unknown_fields=True):
    """The paper as it lies before the reader."""

    width: Annotated[float, Meta(ge=50, le=LARGEST_MM)] = 297.0
    height: Annotated[float, Meta(ge=50, le=LARGEST_MM)] = 210.0


class Background(Struct, frozen=True, forbid_unknown_fields=True):
    """What lies under everything: a colour, and over it a picture or a PDF page that fills the paper."""

    colour: Colour = "#ffffff"
    asset: Digest | None = None
    page: Annotated[int, Meta(ge=1, le=500)] = 1


class Border(Struct, frozen=True, forbid_unknown_fields=True):
    """A drawn border, `inset` from the paper's edge."""

    style: BorderStyle = BorderStyle.NONE
    colour: Colour = "#577d80"
    inset: Annotated[float, Meta(ge=0, le=100)] = 9.5


class Run(Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of text in one style, `{field}` standing for a fact.

    A run with a field that is empty on this certificate is left out whole. `scale` multiplies the
    size of its paragraph's text; `whole` is never broken over two lines, as a name never is; `gap`
    is the air on either side of it, in sizes.
    """

    text: ShortText
    face: Face | None = None
    scale: Scale = 1.0
    colour: Colour | None = None
    whole: bool = False
    gap: Annotated[float, Meta(ge=0, le=4)] = 0.0


class Paragraph(Struct, frozen=True, forbid_unknown_fields=True):
    """Runs in one flow, the first line moved in by `indent` characters. Left out where nothing is left of it.

    `scale` multiplies the item's size, `before` is more room above the paragraph in sizes of its own
    text, `leading` and `align` are the item's where they are not given. All of an item's text
    grows smaller together where it finds no room.
    """

    runs: Annotated[tuple[Run, ...], Meta(min_length=1, max_length=40)]
    indent: Annotated[float, Meta(ge=0, le=8)] = 0.0
    scale: Scale = 1.0
    before: Annotated[float, Meta(ge=0, le=10)] = 0.0
    leading: Leading | None = None
    align: Align | None = None


class Item(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every item has: its box, and in which languages it stands."""

    x: Millimetres
    y: Millimetres
    width: Length
    height: Length
    shown_in: ShownIn = ShownIn.ALWAYS


class TextItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="text"):
    """Paragraphs in a box. Text that finds no room is set smaller and a little closer down to `smallest`, then refused.

    With `wrap` lines are broken, at each size as the box allows; without it each paragraph is one
    line. A new line in a text breaks it in either case. `leading` is the distance of two baselines
    in sizes, `tracking` what is put between two characters, in points. `label` is the name under
    which a refusal speaks of the item.
    """

    paragraphs: Annotated[tuple[Paragraph, ...], Meta(min_length=1, max_length=40)]
    face: Face = Face.SONG
    size: Points = 18.0
    smallest: Points = 8.0
    leading: Leading = 1.8
    tracking: Annotated[float, Meta(ge=-2, le=60)] = 0.0
    align: Align = Align.LEFT
    vertical: VerticalAlign = VerticalAlign.TOP
    colour: Colour = "#121212"
    wrap: bool = True
    label: Name = ""


class PictureItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="picture"):
    """A picture, as large as its box allows without being distorted."""

    asset: Digest
    label: Name = ""


class SignatureItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="signature"):
    """A signature as a picture; `signer` says whose it is."""

    asset: Digest
    signer: Name = ""


class SealItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="seal"):
    """The organiser's own seal as a picture.

    Without one a plain round mark that says that it is a sample: the program never draws an official seal.
    """

    asset: Digest | None = None


class QrItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="qr"):
    """The verification symbol, as large a square as the box allows, at least `QR_SMALLEST` mm."""

    colour: Colour = "#000000"


class PhotoItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="photo"):
    """The holder's photograph, cut to the box; an empty frame where there is none and `required` is off."""

    required: bool = False


class ShapeItem(Item, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="shape"):
    """A rule, a frame or an ellipse, drawn or filled."""

    shape: Shape = Shape.LINE
    stroke: Colour | None = "#121212"
    fill: Colour | None = None
    thickness: Annotated[float, Meta(ge=0.1, le=20)] = 0.5


AnyItem = TextItem | PictureItem | SignatureItem | SealItem | QrItem | PhotoItem | ShapeItem


class Guides(Struct, frozen=True, forbid_unknown_fields=True):
    """The designer's own guides: places across and down the paper. Nothing of them is printed."""

    across: Annotated[tuple[Millimetres, ...], Meta(max_length=40)] = ()
    down: Annotated[tuple[Millimetres, ...], Meta(max_length=40)] = ()


class Design(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole design. Items are drawn in their order, the later ones over the earlier."""

    paper: Paper = Paper()
    background: Background = Background()
    border: Border = Border()
    items: Annotated[tuple[AnyItem, ...], Meta(max_length=120)] = ()
    guides: Guides = Guides()
    format: Annotated[int, Meta(ge=1, le=FORMAT)] = FORMAT

    @property
    def assets(self) -> tuple[str, ...]:
        """The digests of all pictures and pages that the design needs, each once."""
        named = [self.background.asset, *(getattr(item, "asset", None) for item in self.items)]
        return tuple(dict.fromkeys(digest for digest in named if digest))


def with_assets(design: Design, other: Mapping[str, str]) -> Design:
    """The design with each picture that `other` names exchanged for the one that it gives."""

    def exchanged(item: AnyItem) -> AnyItem:
        if isinstance(item, PictureItem | SignatureItem | SealItem) and item.asset:
            return replace(item, asset=other.get(item.asset, item.asset))
        return item

    ground = design.background
    if ground.asset:
        ground = replace(ground, asset=other.get(ground.asset, ground.asset))
    return replace(design, background=ground, items=tuple(exchanged(item) for item in design.items))
