"""Reads finished PDFs back with other people's programs."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageChops


def run(*command: str | Path) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


def text_of(pdf: bytes, *options: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "read.pdf")
        path.write_bytes(pdf)
        return run("pdftotext", *options, path, "-")


def joined(pdf: bytes) -> str:
    """The text without any white space: lines break anywhere in Chinese."""
    return re.sub(r"\s", "", text_of(pdf))


@dataclass(frozen=True)
class Word:
    """In points from the paper's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def words_of(pdf: bytes) -> list[Word]:
    tree = ElementTree.fromstring(text_of(pdf, "-bbox"))
    sides = ("xMin", "yMin", "xMax", "yMax")
    return [
        Word("".join(node.itertext()), *(float(node.attrib[side]) for side in sides))
        for node in tree.iter("{http://www.w3.org/1999/xhtml}word")
    ]


def printed_pictures(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height in pixels of every picture of the PDF."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "read.pdf")
        path.write_bytes(pdf)
        lines = run("pdfimages", "-list", path).splitlines()[2:]
    return [(int(line.split()[3]), int(line.split()[4])) for line in lines]


def check(pdf: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "check.pdf")
        path.write_bytes(pdf)
        run("qpdf", "--check", path)


@dataclass(frozen=True)
class Picture:
    """A rendered page in shades of grey, 0 being black; `scale` is pixels a point."""

    width: int
    height: int
    pixels: bytes
    scale: float

    def darkest(self, left: float, top: float, right: float, bottom: float) -> int:
        """Of a box in points from the upper left corner."""
        x0, y0, x1, y1 = (round(side * self.scale) for side in (left, top, right, bottom))
        return min(min(self.pixels[y * self.width + x0 : y * self.width + x1]) for y in range(y0, y1))


def picture_of(pdf: bytes, dpi: int = 72) -> Picture:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.pdf")
        path.write_bytes(pdf)
        run("pdftoppm", "-gray", "-r", str(dpi), "-singlefile", path, Path(folder, "page"))
        data = Path(folder, "page.pgm").read_bytes()
    _, size, _, pixels = data.split(b"\n", 3)
    width, height = map(int, size.split())
    return Picture(width, height, pixels, dpi / 72)


@dataclass(frozen=True)
class Difference:
    """How many pixels of two pages are not alike, and by how much of 255 the furthest."""

    pixels: int
    most: int


def difference(
    one: bytes, other: bytes, *, dpi: int, without: tuple[float, float, float, float] | None = None
) -> Difference:
    """Compare two first pages as coloured pictures; `without` is a box in inches that does not count."""
    pictures = []
    with tempfile.TemporaryDirectory() as folder:
        for number, pdf in enumerate((one, other)):
            path = Path(folder, f"{number}.pdf")
            path.write_bytes(pdf)
            run("pdftoppm", "-r", str(dpi), "-singlefile", path, Path(folder, str(number)))
            with Image.open(Path(folder, f"{number}.ppm")) as picture:
                pictures.append(picture.convert("RGB"))
    assert pictures[0].size == pictures[1].size
    apart = ImageChops.difference(*pictures)
    if without:
        left, top, right, bottom = (side * dpi for side in without)
        # What is cut at the edge of the box belongs to it.
        apart.paste(0, (int(left) - 1, int(top) - 1, int(right) + 2, int(bottom) + 2))
    shades = apart.convert("L").histogram()
    return Difference(sum(shades[1:]), max(shade for shade, count in enumerate(shades) if count))


def scanned(pdf: bytes, dpi: int = 150) -> str:
    """What a scanner reads off the rendered page; empty when it finds no code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.pdf")
        path.write_bytes(pdf)
        run("pdftoppm", "-gray", "-r", str(dpi), "-singlefile", path, Path(folder, "page"))
        found = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", Path(folder, "page.pgm")],
            capture_output=True,
            text=True,
            check=False,
        )
    return found.stdout.strip()
