"""Where everything on a certificate stands. Lengths are in points from the paper's lower left corner."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from trainingmgr.documents.certificate import wording
from trainingmgr.documents.certificate.artwork import WIDTH
from trainingmgr.documents.fonts import Face, FontChain
from trainingmgr.documents.typeset import Line, Mark, Span, Style, Typesetter
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot, group_code
from trainingmgr.domain.chinese import date_en, date_in_numerals
from trainingmgr.domain.refusal import Refusal

MM = 72 / 25.4

MEASURE = 540.0  # thirty characters of 18 points
LEFT = (WIDTH - MEASURE) / 2
RIGHT = LEFT + MEASURE

QR_SIDE = 30 * MM
QR_BOTTOM = 74.0
QR_QUIET = 4  # modules left white around the symbol, as its standard asks

_FOOT_GAP = 14.0
_FOOT_WIDTH = 194.0
_SIGNATURE_WIDTH = 240.0
_SIGNATURE_TOP = 179.0
_SIGNATURE_LEADING = 1.55
_TITLE_SPREAD = WIDTH / 3
_NAME_SCALE = 1.55
_ORPHAN = 3  # so few characters do not stand alone in a paragraph's last line


class Rung(NamedTuple):
    """A size of the Chinese text, of the English text, and how far their lines stand apart, in sizes."""

    zh: float
    en: float
    zh_leading: float
    en_leading: float


# From what is meant to what is still dignified: a text takes the first rung on which it fits.
_LADDERS = {
    CertificateLanguage.ZH: (
        Rung(18, 0, 1.8, 0),
        Rung(17, 0, 1.8, 0),
        Rung(16, 0, 1.75, 0),
        Rung(15, 0, 1.7, 0),
        Rung(14, 0, 1.6, 0),
        Rung(13, 0, 1.55, 0),
    ),
    CertificateLanguage.EN: tuple(Rung(0, size, 0, 1.6) for size in (16, 15, 14, 13, 12, 11)),
    CertificateLanguage.BOTH: (
        Rung(17, 12, 1.8, 1.5),
        Rung(16, 11.5, 1.75, 1.5),
        Rung(15, 11, 1.7, 1.45),
        Rung(14, 10, 1.6, 1.4),
        Rung(13, 9.5, 1.55, 1.4),
        Rung(12.5, 9, 1.5, 1.35),
    ),
}


@dataclass(slots=True)
class Sheet:
    """A composed page: `titles` are spread out and carry the text that they spell."""

    titles: list[tuple[str, list[Mark]]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    qr_text: str = ""


class Box(NamedTuple):
    """Room for the text between title and foot."""

    top: float
    bottom: float


class Setting(NamedTuple):
    """Lines to be set from the left edge of the measure down, and the height that they take."""

    rows: list[tuple[Line, float, float, float | None]]  # line, x, depth of its baseline, width to fill
    height: float


def compose(snapshot: CertificateSnapshot, fonts: FontChain, *, preview: bool = False) -> Sheet:
    """Lay a certificate out; Refusal `certificate.does_not_fit` names the field that finds no room.

    Every character must be known to the fonts.
    """
    setter = Typesetter(fonts)
    sheet = Sheet(qr_text="" if preview else snapshot.verify_url)
    box = _HEADS[snapshot.language](setter, sheet)
    body = _fit_body(setter, snapshot, box)
    # A little above the middle is where the eye takes the middle to be.
    top = box.top - (box.top - box.bottom - body.height) * 0.42
    for line, x, depth, width in body.rows:
        sheet.marks += line.marks(x, top - depth, width=width)
    _sign(setter, snapshot, sheet)
    _foot(setter, snapshot, sheet, preview=preview)
    return sheet


# -- title


def _head_zh(setter: Typesetter, sheet: Sheet) -> Box:
    _spread_title(setter, sheet, size=48, baseline=462)
    return Box(top=422, bottom=182)


def _head_en(setter: Typesetter, sheet: Sheet) -> Box:
    style = Style(Face.SONG_BOLD, 38, latin=True)
    _spaced(setter, sheet, wording.TITLE_EN, style, baseline=466, tracking=1.2)
    return Box(top=430, bottom=182)


def _head_both(setter: Typesetter, sheet: Sheet) -> Box:
    _spread_title(setter, sheet, size=42, baseline=480)
    style = Style(Face.SONG, 15, latin=True)
    _spaced(setter, sheet, wording.TITLE_EN, style, baseline=453, tracking=1.6)
    return Box(top=436, bottom=190)


_HEADS: dict[CertificateLanguage, Callable[[Typesetter, Sheet], Box]] = {
    CertificateLanguage.ZH: _head_zh,
    CertificateLanguage.EN: _head_en,
    CertificateLanguage.BOTH: _head_both,
}


def _spread_title(setter: Typesetter, sheet: Sheet, *, size: float, baseline: float) -> None:
    text = wording.TITLE_ZH
    tracking = (_TITLE_SPREAD - size * len(text)) / (len(text) - 1)
    _spaced(setter, sheet, text, Style(Face.SONG_BOLD, size), baseline=baseline, tracking=tracking)


def _spaced(
    setter: Typesetter, sheet: Sheet, text: str, style: Style, *, baseline: float, tracking: float
) -> None:
    """The text centred, with so much more air between its characters."""
    line = setter.single(Span(text, style))
    x = (WIDTH - line.width - tracking * (len(line.boxes) - 1)) / 2
    marks = line.marks(x, baseline)
    spaced = [mark._replace(x=mark.x + tracking * index) for index, mark in enumerate(marks)]
    sheet.titles.append((text, spaced))


# -- body


def _fit_body(setter: Typesetter, snapshot: CertificateSnapshot, box: Box) -> Setting:
    room = box.top - box.bottom
    ladder = _LADDERS[snapshot.language]
    for rung in ladder:
        body = _body(setter, snapshot, rung)
        if body and body.height <= room:
            return body
    if _name_size(setter, snapshot.holder_name, ladder[-1].zh or ladder[-1].en) is None:
        raise Refusal("certificate.does_not_fit", field="holder_name", text=snapshot.holder_name)
    raise Refusal("certificate.does_not_fit", field="training_title", text=snapshot.training_title_zh)


def _body(setter: Typesetter, snapshot: CertificateSnapshot, rung: Rung) -> Setting | None:
    if snapshot.language is CertificateLanguage.EN:
        return _centred_en(setter, snapshot, rung)
    chinese = _paragraph_zh(setter, snapshot, rung)
    if chinese is None or snapshot.language is CertificateLanguage.ZH:
        return chinese
    style = Style(Face.SONG, rung.en, latin=True)
    lines = setter.lines(wording.body_en(snapshot, style), MEASURE)
    if lines is None:
        return None
    english = _stacked(lines, rung.en * rung.en_leading, width=MEASURE)
    return _below(chinese, english, gap=rung.en * 1.2)


def _paragraph_zh(setter: Typesetter, snapshot: CertificateSnapshot, rung: Rung) -> Setting | None:
    style = Style(Face.SONG, rung.zh)
    name_size = _name_size(setter, snapshot.holder_name, rung.zh)
    if name_size is None:
        return None
    leading, indent = rung.zh * rung.zh_leading, 2 * rung.zh
    lines = setter.lines(wording.body_zh(snapshot, style, name_size), MEASURE, indent)
    if lines is None:
        return None
    if len(lines[-1].boxes) <= _ORPHAN:
        lines = setter.lines(wording.body_zh(snapshot, style, name_size, closed=True), MEASURE, indent)
        return _indented(lines, leading, indent) if lines else None
    closing = setter.single(Span(wording.CLOSING_ZH, style))
    return _below(_indented(lines, leading, indent), _indented([closing], leading, indent), gap=0)


def _indented(lines: Sequence[Line], leading: float, indent: float) -> Setting:
    first = (lines[0], LEFT + indent, leading, MEASURE - indent)
    more = [(line, LEFT, leading * row, MEASURE) for row, line in enumerate(lines[1:], 2)]
    return Setting([first, *more], leading * len(lines))


def _name_size(setter: Typesetter, name: str, size: float) -> float | None:
    """As large as a name may stand in text of this size without leaving its line; None if it must."""
    natural = setter.width(name, Style(wording.name_face(name), 1.0, whole=True))
    largest = (MEASURE - 6 * size) / natural
    return min(_NAME_SCALE * size, largest) if largest >= size else None


def _centred_en(setter: Typesetter, snapshot: CertificateSnapshot, rung: Rung) -> Setting | None:
    """The name on a line of its own, as English certificates have it, and every line centred."""
    size, leading = rung.en, rung.en * rung.en_leading
    style = Style(Face.SONG, size, latin=True)
    name = wording.holder_en(snapshot)
    face = Face.SONG_BOLD if wording.name_face(name) is Face.SONG else Face.KAI
    natural = setter.width(name, Style(face, 1.0, whole=True))
    name_size = min(2 * size, MEASURE / natural)
    if name_size < size:
        return None
    opening = setter.single(Span(wording.OPENING_EN, style))
    called = setter.single(Span(name, Style(face, name_size, whole=True, personal=True, latin=True)))
    rows = [(opening, leading), (called, leading * 2 + name_size * 0.9)]
    depth = rows[-1][1] + size * 0.5
    for line in _holder_lines(setter, snapshot, size * 0.9):
        depth += leading
        rows.append((line, depth))
    sentence = setter.balanced(wording.sentence_en(snapshot, style), MEASURE)
    if sentence is None:
        return None
    depth += leading * 0.3
    for line in sentence:
        depth += leading
        rows.append((line, depth))
    return Setting([(line, (WIDTH - line.width) / 2, at, None) for line, at in rows], depth)


def _holder_lines(setter: Typesetter, snapshot: CertificateSnapshot, size: float) -> list[Line]:
    """The name in Chinese and what tells namesakes apart, under the name: on one line if it holds both."""
    other, spans = wording.other_name(snapshot), []
    if other:
        spans.append(Span(other, Style(wording.name_face(other), size, whole=True, personal=True)))
    if snapshot.holder_detail:
        spans.append(Span(snapshot.holder_detail, Style(Face.SONG, size, personal=True), gap=size))
    together = setter.single(*spans)
    if together.width <= MEASURE:
        return [together] if spans else []
    return [line for span in spans for line in setter.balanced([span], MEASURE) or [setter.single(span)]]


def _stacked(lines: Iterable[Line], leading: float, *, width: float | None) -> Setting:
    rows = [(line, LEFT, leading * row, width) for row, line in enumerate(lines, 1)]
    return Setting(rows, leading * len(rows))


def _below(upper: Setting, lower: Setting, *, gap: float) -> Setting:
    shift = upper.height + gap
    moved = [(line, x, depth + shift, width) for line, x, depth, width in lower.rows]
    return Setting([*upper.rows, *moved], shift + lower.height)


# -- signature


def _sign(setter: Typesetter, snapshot: CertificateSnapshot, sheet: Sheet) -> None:
    """The host's block at the right, each line centred on one axis, with room for a seal across it."""
    zh = [*wording.signature_zh(snapshot), date_in_numerals(snapshot.issue_date)]
    en = [*wording.signature_en(snapshot), date_en(snapshot.issue_date)]
    parts: dict[CertificateLanguage, list[tuple[list[str], float, bool]]] = {
        CertificateLanguage.ZH: [(zh, 17, False)],
        CertificateLanguage.EN: [(en, 14, True)],
        CertificateLanguage.BOTH: [(zh, 15, False), (en, 10, True)],
    }
    for scale in (1.0, 0.92, 0.84, 0.76, 0.7, 0.64):
        rows = _signature_rows(setter, parts[snapshot.language], scale)
        if rows and rows[-1][1] <= _SIGNATURE_TOP - QR_BOTTOM:
            break
    else:
        raise Refusal("certificate.does_not_fit", field="signature", text=" / ".join(zh[:-1] or en[:-1]))
    axis = RIGHT - max(line.width for line, _ in rows) / 2
    # The last line stands on the foot of the QR, so that both sides of the page end together.
    bottom = QR_BOTTOM + rows[-1][1] + 2
    for line, depth in rows:
        sheet.marks += line.marks(axis - line.width / 2, bottom - depth)


def _signature_rows(
    setter: Typesetter, parts: Sequence[tuple[list[str], float, bool]], scale: float
) -> list[tuple[Line, float]] | None:
    """Lines and the depth of their baselines under the block's top; None if a line is too long."""
    rows: list[tuple[Line, float]] = []
    depth = 0.0
    for texts, full_size, latin in parts:
        size = full_size * scale
        style = Style(Face.SONG, size, latin=latin)
        for text in texts:
            if rows and text is texts[0]:
                depth += size * 0.4
            lines = setter.balanced([Span(text, style)], _SIGNATURE_WIDTH)
            if lines is None or (len(lines) > 1 and scale > 0.8):
                return None
            for line in lines:
                depth += size if not rows else size * _SIGNATURE_LEADING
                rows.append((line, depth))
    return rows


# -- foot


def _foot(setter: Typesetter, snapshot: CertificateSnapshot, sheet: Sheet, *, preview: bool) -> None:
    """Serial, code and address beside the QR, their last line on its foot."""
    labels = wording.LABELS[snapshot.language]
    latin = snapshot.language is CertificateLanguage.EN
    texts = [(labels.serial, "—" if preview else snapshot.serial, 9.0)]
    if snapshot.code and not preview:
        texts.append((labels.code, group_code(snapshot.code), 7.5))
    if sheet.qr_text:
        texts += [(labels.scan, "", 7.5), ("", _address(snapshot), 7.5)]
    for scale in (1.0, 0.93, 0.86, 0.8):
        rows = [
            row
            for label, value, size in texts
            for row in _foot_rows(setter, label, value, Style(Face.SONG, size * scale, latin=latin))
        ]
        height = sum(step for _, step in rows)
        if height <= QR_SIDE:
            break
    else:
        raise Refusal("certificate.does_not_fit", field="verify_url", text=snapshot.verify_url)
    y = QR_BOTTOM + height + 1
    for line, step in rows:
        y -= step
        sheet.marks += line.marks(LEFT + QR_SIDE + _FOOT_GAP, y)


def _address(snapshot: CertificateSnapshot) -> str:
    """The page behind the QR as one types it: without scheme and code."""
    return snapshot.verify_url.partition("?")[0].partition("://")[2]


def _foot_rows(setter: Typesetter, label: str, value: str, style: Style) -> list[tuple[Line, float]]:
    """One row, or as many as the width asks for; a value is broken anywhere only when it fills a row alone."""
    step = style.size * 1.55
    personal = Style(style.face, style.size, whole=True, personal=True, latin=True)
    spans = [Span(text, how) for text, how in ((label, style), (value, personal)) if text]
    line = setter.single(*spans)
    if line.width <= _FOOT_WIDTH:
        return [(line, step)]
    rows = []
    if label:
        rows += [(line, step) for line in setter.lines([Span(label.strip(), style)], _FOOT_WIDTH) or ()]
    return [*rows, *((line, step) for line in setter.chopped(value, personal, _FOOT_WIDTH))]
