"""Sets a design's text item: fills its fields in and finds the largest size at which it fits its box."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from trainingmgr.documents.certificate.facts import Facts
from trainingmgr.documents.certificate.page import Box, Text
from trainingmgr.documents.certificate.wording import Atom, is_chinese
from trainingmgr.documents.fonts import Face, Glyph
from trainingmgr.documents.typeset import Line, Mark, Span, Style, Typesetter
from trainingmgr.domain.design import PERSONAL, Align, Paragraph, Run, TextItem, VerticalAlign, pieces
from trainingmgr.domain.design import Face as DesignFace
from trainingmgr.domain.refusal import Refusal

_STEP = 0.95
_ASCENT, _DESCENT = 0.88, 0.2  # how far ink reaches from the baseline, in sizes
_BESIDE_NAME = 6  # so many characters stand on the line of an enlarged name
_SPREAD_GAP = 0.06  # between two characters of spread-out text at least, in sizes
_SPELLED_FROM = 0.3  # characters set apart so far, in sizes, are not read as words any more
_NEARLY = 0.01
_SHOWN = 80  # characters of a text that a refusal repeats

_FACES = {
    DesignFace.SONG: Face.SONG,
    DesignFace.SONG_BOLD: Face.SONG_BOLD,
    DesignFace.KAI: Face.KAI,
}


class _Stretch(NamedTuple):
    """A run with its words."""

    run: Run
    atoms: tuple[Atom, ...]


class Flow(NamedTuple):
    """A paragraph, or the part of one up to a forced new line."""

    paragraph: Paragraph
    stretches: tuple[_Stretch, ...]
    first: bool
    latin: bool


class _Row(NamedTuple):
    line: Line
    align: Align
    indent: float
    depth: float


@dataclass(frozen=True, slots=True)
class _Setting:
    rows: tuple[_Row, ...]
    height: float
    lines: tuple[int, ...]


def is_personal(item: TextItem) -> bool:
    """Whether the item may say something else on the next certificate of a batch."""
    return any(
        piece.field in PERSONAL
        for paragraph in item.paragraphs
        for run in paragraph.runs
        for piece in pieces(run.text)
    )


def plain_words(item: TextItem) -> str:
    """What the item says of itself, without its fields."""
    return "".join(
        piece.text
        for paragraph in item.paragraphs
        for run in paragraph.runs
        for piece in pieces(run.text)
        if piece.field is None
    ).replace("\n", "")


def shared_glyphs(setter: Typesetter, item: TextItem, facts: Facts, box: Box) -> Iterator[Glyph]:
    """The glyphs of what the item says on every certificate of a batch."""
    for flow in flows_of(item, facts):
        for span in _spans(setter, item, flow, item.size, box.width, 1.0):
            if not span.style.personal:
                yield from (part.glyph for part in setter.single(span).boxes)


def set_text(setter: Typesetter, item: TextItem, number: int, facts: Facts, box: Box) -> tuple[Text, ...]:
    """The item's text in its box, as large as it fits.

    Raises Refusal `certificate.does_not_fit` (item, label, text) with `number` as the item.
    """
    flows = tuple(flows_of(item, facts))
    return fit_text(setter, item, number, flows, box).texts


class Fitted(NamedTuple):
    """A text in its box; `lines` says for each of its flows how many it takes, `factor` how much of its size."""

    texts: tuple[Text, ...]
    lines: tuple[int, ...]
    factor: float


def fit_text(
    setter: Typesetter,
    item: TextItem,
    number: int,
    flows: Sequence[Flow],
    box: Box,
    *,
    numbered: bool = False,
) -> Fitted:
    """As `set_text`, the words being filled in already. Personal glyphs are `numbered` on request."""
    if not flows:
        return Fitted((), (), 1.0)
    for factor in _ladder(item):
        setting = _set(setter, item, flows, box, factor, numbered=numbered)
        if setting is not None:
            return Fitted(_placed(item, setting, box, factor), setting.lines, factor)
    raise Refusal(
        "certificate.does_not_fit", item=number, label=item.label, text=_too_long(setter, item, flows, box)
    )


def _ladder(item: TextItem) -> Iterator[float]:
    least = item.smallest / item.size
    factor = 1.0
    while factor > least:
        yield factor
        factor *= _STEP
    yield least


# -- words


def flows_of(item: TextItem, facts: Facts) -> Iterator[Flow]:
    """The item's words, line by line where lines are forced."""
    for paragraph in item.paragraphs:
        stretches = [found for run in paragraph.runs if (found := _fill(run, facts)) is not None]
        if not stretches:
            continue
        latin = _is_latin(paragraph, stretches)
        for number, part in enumerate(_split(stretches)):
            yield Flow(paragraph, part, first=number == 0, latin=latin)


def _fill(run: Run, facts: Facts) -> _Stretch | None:
    atoms: list[Atom] = []
    for text, field in pieces(run.text):
        if field is None:
            atoms.append(Atom(text, whole=run.whole))
            continue
        words = facts[field]
        if not words:
            return None
        atoms += [atom._replace(whole=True) for atom in words] if run.whole else words
    return _Stretch(run, tuple(atoms)) if atoms else None


def _split(stretches: Sequence[_Stretch]) -> list[tuple[_Stretch, ...]]:
    """The stretches line by line where new lines are forced."""
    if not any("\n" in atom.text for stretch in stretches for atom in stretch.atoms):
        return [tuple(stretches)]
    lines: list[list[_Stretch]] = [[]]
    for run, atoms in stretches:
        current: list[Atom] = []
        for atom in atoms:
            first, *rest = atom.text.split("\n")
            current.append(atom._replace(text=first))
            for text in rest:
                lines[-1].append(_Stretch(run, tuple(current)))
                lines.append([])
                current = [atom._replace(text=text)]
        lines[-1].append(_Stretch(run, tuple(current)))
    return [tuple(line) for line in lines]


@lru_cache(maxsize=512)
def _endings(texts: tuple[str, ...]) -> frozenset[str]:
    """What the names of the fields in these texts end in."""
    return frozenset(piece.field[-3:] for text in texts for piece in pieces(text) if piece.field)


def _is_latin(paragraph: Paragraph, stretches: Sequence[_Stretch]) -> bool:
    """Whether the paragraph is English: by the language of its fields, else by most of its letters."""
    endings = _endings(tuple(run.text for run in paragraph.runs))
    if "_zh" in endings or "_en" in endings:
        return "_zh" not in endings
    return _mostly_latin(
        "".join(atom.text for stretch in stretches for atom in stretch.atoms if not atom.personal)
    )


@lru_cache(maxsize=512)
def _mostly_latin(text: str) -> bool:
    chinese = sum(character > "\u2e7f" for character in text)
    return sum(character.isascii() and character.isalpha() for character in text) > chinese


# -- lines


def _set(
    setter: Typesetter, item: TextItem, flows: Sequence[Flow], box: Box, factor: float, *, numbered: bool
) -> _Setting | None:
    """The text at this part of its size; None where it does not fit the box."""
    rows: list[_Row] = []
    counts: list[int] = []
    first = 0 if numbered else None
    depth = below = 0.0
    for flow in flows:
        paragraph = flow.paragraph
        size = round(item.size * factor * paragraph.scale, 2)
        spans = _spans(setter, item, flow, size, box.width, factor, first)
        if first is not None:
            first += sum(setter.count(span) for span in spans if span.style.personal)
        lines = _lines(setter, item, flow, spans, size, box.width)
        if lines is None:
            return None
        counts.append(len(lines))
        leading = (paragraph.leading or item.leading) * (1 - (1 - factor) / 2)
        align = paragraph.align or item.align
        for number, line in enumerate(lines):
            largest = max((part.style.size for part in line.boxes), default=size)
            opens = flow.first and number == 0
            if rows:
                step = max(size * leading, below + largest * _ASCENT)
                depth += step + (size * paragraph.before if opens else 0.0)
            else:
                depth += largest * _ASCENT
            below = largest * _DESCENT
            rows.append(_Row(line, align, size * paragraph.indent if opens else 0.0, depth))
        if depth + below > box.height + _NEARLY:
            return None
    return _Setting(tuple(rows), depth + below, tuple(counts))


def _lines(
    setter: Typesetter, item: TextItem, flow: Flow, spans: Sequence[Span], size: float, width: float
) -> list[Line] | None:
    align = flow.paragraph.align or item.align
    indent = size * flow.paragraph.indent if flow.first else 0.0
    if align is Align.SPREAD or not item.wrap:
        line = setter.single(*spans)
        gaps = max(len(line.boxes) - 1, 0) * _SPREAD_GAP * size if align is Align.SPREAD else 0.0
        return [line] if line.width + indent + gaps <= width + _NEARLY else None
    if align in {Align.CENTRE, Align.RIGHT} and not indent:
        return setter.balanced(spans, width)
    return setter.filled(spans, width, indent)


def _spans(
    setter: Typesetter,
    item: TextItem,
    flow: Flow,
    size: float,
    width: float,
    factor: float,
    first: int | None = None,
) -> list[Span]:
    """The flow's words in their styles; personal glyphs are numbered from `first` if it is given."""
    alone = len(flow.stretches) == 1 and len(flow.stretches[0].atoms) == 1
    spans = []
    for run, atoms in flow.stretches:
        for number, atom in enumerate(atoms):
            style = Style(
                face_of(run, item, atom),
                round(size * run.scale, 2),
                whole=atom.whole,
                personal=atom.personal,
                latin=flow.latin,
                colour=run.colour or item.colour,
                tracking=item.tracking * factor,
                anywhere=atom.anywhere and not atom.whole,
            )
            if atom.whole and atom.anywhere and setter.width(atom.text, style) > width:
                style = replace(style, whole=False, anywhere=True)
            least = min(size, item.size * factor)
            if atom.whole and style.size > least:
                room = width if alone else width - _BESIDE_NAME * size
                style = _smaller(setter, atom.text, style, least, room)
            at_edge = run.gap and number in {0, len(atoms) - 1}
            marked = first if atom.personal else None
            span = Span(atom.text, style, gap=run.gap * size if at_edge else 0.0, first=marked)
            spans.append(span)
            if first is not None and atom.personal:
                first += setter.count(span)
    return spans


def _smaller(setter: Typesetter, text: str, style: Style, least: float, room: float) -> Style:
    """An enlarged name as large as it may be in its room, but not smaller than the text around it."""
    natural = setter.width(text, style)
    if natural <= room:
        return style
    return replace(style, size=round(max(least, style.size * room / natural - 0.005), 2))


def face_of(run: Run | None, item: TextItem, atom: Atom) -> Face:
    """The hand that the atom is written in."""
    face = (run.face if run else None) or item.face
    if face is not DesignFace.AUTO:
        return _FACES[face]
    if not atom.name:
        return Face.SONG
    return Face.KAI if is_chinese(atom.text) else Face.SONG_BOLD


# -- places


def _placed(item: TextItem, setting: _Setting, box: Box, factor: float) -> tuple[Text, ...]:
    spare = box.height - setting.height
    down = {VerticalAlign.TOP: 0.0, VerticalAlign.MIDDLE: spare / 2, VerticalAlign.BOTTOM: spare}[
        item.vertical
    ]
    top = box.y + box.height - down
    apart = item.tracking * factor
    texts: list[Text] = []
    marks: list[Mark] = []
    for line, align, indent, depth in setting.rows:
        y = top - depth
        if align is Align.SPREAD:
            texts.append(_spread(line, box, y))
            continue
        x = box.x + indent
        if align is Align.CENTRE:
            x += (box.width - indent - line.width) / 2
        elif align is Align.RIGHT:
            x += box.width - indent - line.width
        row = line.marks(x, y, width=box.width - indent if align is Align.JUSTIFY else None)
        if row and apart > _SPELLED_FROM * row[0].size:
            texts.append(Text(tuple(row), spelled="".join(part.glyph.text for part in line.boxes)))
        else:
            marks += row
    return (*texts, Text(tuple(marks))) if marks else tuple(texts)


def _spread(line: Line, box: Box, y: float) -> Text:
    """One line over the whole width of its box, the same air between any two characters."""
    gaps = len(line.boxes) - 1
    if not gaps:
        return Text(tuple(line.marks(box.x + (box.width - line.width) / 2, y)))
    more = (box.width - line.width) / gaps
    marks = line.marks(box.x, y)
    spread = tuple(mark._replace(x=mark.x + more * number) for number, mark in enumerate(marks))
    return Text(spread, spelled="".join(part.glyph.text for part in line.boxes))


def _too_long(setter: Typesetter, item: TextItem, flows: Sequence[Flow], box: Box) -> str:
    """What of the text finds no room: a name that is longer than a line, else all of it."""
    size = item.smallest
    for flow in flows:
        for _, atoms in flow.stretches:
            for atom in atoms:
                style = Style(face_of(None, item, atom), size * flow.paragraph.scale, whole=True)
                if atom.whole and setter.width(atom.text, style) > box.width:
                    return atom.text
    text = "".join(atom.text for flow in flows for _, atoms in flow.stretches for atom in atoms)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
