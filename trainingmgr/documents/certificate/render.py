"""Turns a composed certificate into the bytes of a PDF."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from math import cos, radians, sin

from trainingmgr.documents.certificate import wording
from trainingmgr.documents.certificate.artwork import HEIGHT, WIDTH, border
from trainingmgr.documents.certificate.layout import LEFT, QR_BOTTOM, QR_QUIET, QR_SIDE, Sheet
from trainingmgr.documents.fonts import Face, FontChain, Sfnt
from trainingmgr.documents.fonts.subset import Slot, make_subset
from trainingmgr.documents.pdf import (
    EmbeddedFont,
    PdfWriter,
    date_string,
    deflate,
    dictionary,
    ref,
    text_string,
)
from trainingmgr.documents.qr import qr_symbol
from trainingmgr.documents.typeset import Mark, Span, Style, Typesetter
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot

# A serial's characters are the same kind on every paper: with them a batch shares its fonts.
_SHARED_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-./"

_INK = "0.07 g"
_STAMP = "0.93 0.74 0.72 rg"
_STAMP_SIZE = 104.0
_STAMP_TURN = 20.0
_LANGUAGES = {
    CertificateLanguage.ZH: "zh-CN",
    CertificateLanguage.EN: "en",
    CertificateLanguage.BOTH: "zh-CN",
}


@lru_cache(maxsize=24)
def _shared_font(font: Sfnt, slots: frozenset[Slot]) -> EmbeddedFont:
    return EmbeddedFont(make_subset(font, slots))


@lru_cache(maxsize=1)
def _packed_border() -> bytes:
    return deflate(border())


class _Fonts:
    """The fonts of one file: for each typeface one that a whole batch shares, and one for this holder alone.

    Which glyphs are shared follows from the training's facts only, so every certificate of a batch embeds the
    same bytes and a merged file holds them once.
    """

    def __init__(self, marks: Sequence[Mark], chain: FontChain) -> None:
        shared: dict[Sfnt, set[Slot]] = {}
        for glyph in chain.shape(_SHARED_CHARACTERS, Face.SONG):
            shared.setdefault(glyph.font, set()).add(glyph.slot)
        for mark in marks:
            if not mark.personal:
                shared.setdefault(mark.glyph.font, set()).add(mark.glyph.slot)
        personal: dict[Sfnt, set[Slot]] = {}
        for mark in marks:
            slot = mark.glyph.slot
            if slot not in shared.get(mark.glyph.font, ()):
                personal.setdefault(mark.glyph.font, set()).add(slot)
        self.embedded: list[EmbeddedFont] = []
        self._places: dict[tuple[Sfnt, Slot], tuple[int, int]] = {}
        for font, slots in shared.items():
            self._add(font, _shared_font(font, frozenset(slots)))
        for font, slots in personal.items():
            self._add(font, EmbeddedFont(make_subset(font, slots)))

    def _add(self, font: Sfnt, embedded: EmbeddedFont) -> None:
        for slot, code in embedded.codes.items():
            self._places[font, slot] = (len(self.embedded), code)
        self.embedded.append(embedded)

    def place(self, mark: Mark) -> tuple[int, int]:
        """The number of the font, and that of the glyph in it."""
        return self._places[mark.glyph.font, mark.glyph.slot]


def render(snapshot: CertificateSnapshot, sheet: Sheet, chain: FontChain, *, preview: bool) -> bytes:
    """The finished file; equal arguments give equal bytes."""
    stamps = [text for text, on in ((wording.SAMPLE, snapshot.is_sample), (wording.PREVIEW, preview)) if on]
    stamp_marks = _stamps(stamps, chain)
    marks = [*stamp_marks, *(mark for _, title in sheet.titles for mark in title), *sheet.marks]
    fonts = _Fonts(marks, chain)
    content = ["q /Border Do Q"]
    if stamp_marks:
        content += _stamp_operators(stamp_marks, fonts)
    qr = qr_symbol(sheet.qr_text) if sheet.qr_text else None
    if qr:
        content += _qr_operators(qr.modules)
    elif preview:
        content += _empty_qr_operators()
    content.append(_INK)
    for text, title in sheet.titles:
        content += [f"/Span <</ActualText {text_string(text)}>> BDC", *_text(title, fonts), "EMC"]
    content += _text(sheet.marks, fonts)
    buffer = BytesIO()
    pdf = PdfWriter(buffer)
    pages = pdf.reserve()
    rectangle = f"[0 0 {WIDTH:.2f} {HEIGHT:.2f}]"
    drawn = pdf.add_stream(
        _packed_border(), {"Type": "/XObject", "Subtype": "/Form", "BBox": rectangle, "Resources": "<<>>"}
    )
    objects = {"Border": ref(drawn)}
    if qr:
        image = {
            "Type": "/XObject",
            "Subtype": "/Image",
            "Width": qr.modules,
            "Height": qr.modules,
            "ImageMask": "true",
            "BitsPerComponent": 1,
            "Decode": "[1 0]",
        }
        objects["QR"] = ref(pdf.add_stream(deflate(qr.rows), image))
    named = {f"F{number}": ref(font.write(pdf)) for number, font in enumerate(fonts.embedded)}
    resources = {"Font": dictionary(named), "XObject": dictionary(objects)}
    page = pdf.add(
        dictionary(
            {
                "Type": "/Page",
                "Parent": ref(pages),
                "MediaBox": rectangle,
                "Resources": dictionary(resources),
                "Contents": ref(pdf.add_stream(deflate("\n".join(content).encode("ascii")), {})),
            }
        )
    )
    pdf.add(dictionary({"Type": "/Pages", "Kids": f"[{ref(page)}]", "Count": 1}), pages)
    root = {
        "Type": "/Catalog",
        "Pages": ref(pages),
        "Lang": f"({_LANGUAGES[snapshot.language]})",
        "ViewerPreferences": "<</DisplayDocTitle true>>",
    }
    catalog = pdf.add(dictionary(root))
    pdf.finish(catalog, pdf.add(dictionary(_information(snapshot, preview=preview))))
    return buffer.getvalue()


def _information(snapshot: CertificateSnapshot, *, preview: bool) -> dict[str, str]:
    english = snapshot.language is CertificateLanguage.EN
    title = wording.TITLE_EN if english else wording.TITLE_ZH
    name = wording.holder_en(snapshot) if english else snapshot.holder_name
    training = snapshot.training_title_en if english else snapshot.training_title_zh
    issued = date_string(snapshot.issue_date)
    facts = {
        "Title": text_string(f"{title} – {name}"),
        "Author": text_string(snapshot.host_en if english else snapshot.host_zh),
        "Subject": text_string(training),
        "Creator": "(trainingmgr)",
        "CreationDate": issued,
        "ModDate": issued,
    }
    return facts if preview else {**facts, "Keywords": text_string(snapshot.serial)}


def _text(marks: Sequence[Mark], fonts: _Fonts) -> list[str]:
    """Operators that show the marks, those of one font, size and line in one go."""
    operators = ["BT"]
    chosen: tuple[int, float] | None = None
    placed = ((mark, *fonts.place(mark)) for mark in marks)
    for (number, size, y), run in groupby(placed, lambda item: (item[1], item[0].size, item[0].y)):
        if chosen != (number, size):
            operators.append(f"/F{number} {size:g} Tf")
            chosen = (number, size)
        operators.append(_run([(mark, code) for mark, _, code in run], size, y))
    return [*operators, "ET"]


def _run(marks: Sequence[tuple[Mark, int]], size: float, y: float) -> str:
    """One TJ: the glyphs with what their places differ from where their widths would put them."""
    pen = start = round(marks[0][0].x, 2)
    parts: list[str] = []
    for mark, code in marks:
        shift = round((pen - mark.x) * 1000 / size, 1)
        if abs(shift) >= 0.5:
            parts.append(f">{shift:g}<")
            pen -= shift * size / 1000
        parts.append(f"{code:04X}")
        pen += round(mark.glyph.advance * 1000) * size / 1000
    return f"1 0 0 1 {start:g} {y:.2f} Tm [<{''.join(parts)}>] TJ"


def _stamps(texts: Iterable[str], chain: FontChain) -> list[Mark]:
    """The words across the page, set around the origin; two stand one above the other."""
    setter = Typesetter(chain)
    lines = [setter.single(Span(text, Style(Face.SONG_BOLD, _STAMP_SIZE))) for text in texts]
    top = (len(lines) - 1) * _STAMP_SIZE * 0.65 - _STAMP_SIZE * 0.36
    return [
        mark
        for row, line in enumerate(lines)
        for mark in line.marks(-line.width / 2, top - row * _STAMP_SIZE * 1.3)
    ]


def _stamp_operators(marks: Sequence[Mark], fonts: _Fonts) -> list[str]:
    """Under the text and light, so that everything on it stays legible."""
    c, s = cos(radians(_STAMP_TURN)), sin(radians(_STAMP_TURN))
    matrix = f"{c:.5f} {s:.5f} {-s:.5f} {c:.5f} {WIDTH / 2:.2f} {HEIGHT / 2 + 18:.2f} cm"
    return ["/Artifact BMC q", matrix, _STAMP, *_text(marks, fonts), "Q EMC"]


def _qr_operators(modules: int) -> list[str]:
    quiet = QR_SIDE / modules * QR_QUIET
    white = f"{LEFT - quiet:.2f} {QR_BOTTOM - quiet:.2f} {QR_SIDE + 2 * quiet:.2f} {QR_SIDE + 2 * quiet:.2f}"
    place = f"{QR_SIDE:.3f} 0 0 {QR_SIDE:.3f} {LEFT:.3f} {QR_BOTTOM:.3f} cm"
    return [f"q 1 g {white} re f 0 g", place, "/QR Do Q"]


def _empty_qr_operators() -> list[str]:
    """Where a preview will have its QR."""
    return [f"q 0.6 G 0.6 w [3 3] 0 d {LEFT:.2f} {QR_BOTTOM:.2f} {QR_SIDE:.2f} {QR_SIDE:.2f} re S Q"]
