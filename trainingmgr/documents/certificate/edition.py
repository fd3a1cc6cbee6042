"""The fast way: what a batch has in common is compiled once, and of each certificate only the rest is written.

Shapes and pictures that all have are drawn by ReportLab and kept as finished objects, beside fonts with the
glyphs of all shared words. A certificate is then that beginning and its own content, symbol and tiny fonts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pikepdf

from trainingmgr.documents.certificate.binding import (
    Adding,
    Bound,
    add_metadata,
    catalog_entries,
    finish,
    qr_link,
)
from trainingmgr.documents.certificate.drawing import AssetSource, is_pdf
from trainingmgr.documents.certificate.facts import Facts
from trainingmgr.documents.certificate.layout import Composer, is_shown
from trainingmgr.documents.certificate.operators import (
    Place,
    Vectors,
    add_picture,
    add_qr,
    draw_vectors,
    picture_operators,
    qr_operators,
    shape_operators,
    text_operators,
)
from trainingmgr.documents.certificate.page import (
    Backdrop,
    Drawing,
    Drawn,
    Element,
    Frame,
    Layer,
    Picture,
    Qr,
    Text,
)
from trainingmgr.documents.certificate.paperwork import about, colour_profile
from trainingmgr.documents.certificate.plain import form_operators
from trainingmgr.documents.certificate.stencil import Filled, Stencils, own_font
from trainingmgr.documents.certificate.textbox import flows_of
from trainingmgr.documents.fonts import Face, FontChain, Glyph, Sfnt
from trainingmgr.documents.fonts.subset import make_subset
from trainingmgr.documents.pdf import EmbeddedFont, PdfWriter, deflate, dictionary, ref
from trainingmgr.documents.pdf_copy import Copier
from trainingmgr.documents.qr import qr_symbol
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.design import AnyItem, Design, Field, TextItem, fields_of
from trainingmgr.domain.design import Face as DesignFace

# Figures and letters of a number are the same kind on every paper: with them a batch shares its fonts.
_NUMBER_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-./"
_HOUR_CHARACTERS = "0123456789.学时 class hours"
_NUMBERS = frozenset({Field.SERIAL, Field.CODE, Field.VERIFY_ADDRESS})
_HOURS = frozenset(
    {
        Field.CLASS_HOURS_ZH,
        Field.CLASS_HOURS_EN,
        Field.SENTENCE_ZH,
        Field.SENTENCE_EN,
        Field.BODY_ZH,
        Field.BODY_EN,
    }
)
_TREE, _PAGE, _CATALOG = 1, 2, 3
_QUICK = 1  # how hard a text of a thousand bytes is packed: more would take longer than it saves

Own = Filled | tuple[Element, ...]
"""One of the holder's own items: a text to be filled in, or what it draws."""


def common(snapshot: CertificateSnapshot) -> CertificateSnapshot:
    """What all certificates of a batch have in common, with stand-ins for what they have not."""
    address = snapshot.verify_url.partition("#")[0].partition("?")[0].rpartition("/")
    return replace(
        snapshot,
        serial="0",
        code="0",
        verify_url=f"{address[0]}/0" if address[1] else "",
        holder_name="一",
        holder_latin_name="A",
        holder_detail="一",
        holder_unit="一",
        holder_unit_en="A",
        holder_post="一",
        topic_zh="一" if snapshot.topic_zh else "",
        topic_en="A" if snapshot.topic_en else "",
        class_hours=Decimal(10 if snapshot.class_hours else 0),
        photo="",
        substitutes=(),
    )


class Edition:
    """Everything that certificates of one design with the same shared facts have in common.

    Its work is done when it is made; afterwards it is only read, from any thread.
    """

    def __init__(
        self,
        composer: Composer,
        shared: CertificateSnapshot,
        fonts: FontChain,
        assets: AssetSource,
        *,
        preview: bool,
    ) -> None:
        self._composer = composer
        self._assets = assets
        self.archival = True
        facts = Facts(shared, preview=preview)
        layers = tuple(composer.ground(facts))
        order = _order(layers)
        buffer = BytesIO()
        writer = PdfWriter(buffer)
        for _ in (_TREE, _PAGE, _CATALOG):
            writer.reserve()
        profile = writer.add_stream(deflate(colour_profile()), {"N": 3})
        writer.add(dictionary({"Type": "/Pages", "Kids": f"[{ref(_PAGE)}]", "Count": 1}), _TREE)
        self._objects: dict[str, str] = {}
        self._fonts: dict[str, str] = {}
        self.places: dict[Glyph, Place] = {}
        self._add_fonts(writer, layers, fonts, facts)
        grounds = [run for run in order if not isinstance(run, int)]
        contents = iter(self._grounds(writer, grounds))
        # Where the layers of each holder stand between those of all.
        self._order = [run if isinstance(run, int) else ref(next(contents)) for run in order]
        self._items = composer.personal_items(shared.language)
        self._stencils = {
            number: Stencils(item, number, composer.box(item), composer.setter, fonts, self.places)
            for number, item in self._items
            if isinstance(item, TextItem)
        }
        self._catalog = catalog_entries(ref(_TREE), ref(profile), about(shared, preview=preview))
        self._box = f"[0 0 {composer.width:.4f} {composer.height:.4f}]"
        self._head = writer.head(buffer.getvalue())

    # -- compiling

    def _add_fonts(self, writer: PdfWriter, layers: Sequence[Layer], fonts: FontChain, facts: Facts) -> None:
        glyphs = {
            mark.glyph
            for layer in layers
            for element in layer.elements
            if isinstance(element, Text)
            for mark in element.marks
        }
        glyphs.update(self._composer.shared_glyphs(facts))
        for characters, faces in _counting(self._composer.design, facts.snapshot):
            for face in faces:
                glyphs.update(fonts.shape(characters, face))
        for number, (font, embedded) in enumerate(_embedded(glyphs)):
            name = f"F{number}"
            self._fonts[name] = ref(embedded.write(writer))
            _note_places(self.places, name, font, embedded, glyphs)

    def _grounds(self, writer: PdfWriter, grounds: Sequence[Sequence[Element]]) -> Iterator[int]:
        """The content streams of what all have, each being drawn between two holders' layers."""
        drawn = [list(_runs(ground)) for ground in grounds]
        groups = [group for runs in drawn for group in runs if not isinstance(group, Text)]
        vectors = (
            draw_vectors(groups, self._composer.width, self._composer.height, self._assets)
            if groups
            else None
        )
        contents = iter(vectors.contents if vectors else ())
        if vectors:
            self._keep(writer, vectors)
        for runs in drawn:
            parts: list[bytes] = []
            for run in runs:
                if isinstance(run, Text):
                    parts.append("\n".join(text_operators(run, self.places)).encode("ascii"))
                else:
                    parts += [
                        self._pdf_page(writer, element) for element in run if isinstance(element, Backdrop)
                    ]
                    parts.append(next(contents))
            yield writer.add_stream(deflate(b"q\n%b\nQ" % b"\n".join(parts)), {})

    def _keep(self, writer: PdfWriter, vectors: Vectors) -> None:
        copier = Copier(writer, {})
        for name, value in vectors.objects().items():
            self._objects[name[1:]] = copier.copy(value)
        vectors.source.close()

    def _pdf_page(self, writer: PdfWriter, backdrop: Backdrop) -> bytes:
        data = self._assets(backdrop.digest)
        if not is_pdf(data):
            return b""
        # Its colours and fonts are somebody else's: whether it keeps to the standard is not for us to say.
        self.archival = False
        with pikepdf.open(BytesIO(data)) as source:
            form = source.pages[backdrop.page - 1].as_form_xobject()
            self._objects["Backdrop"] = Copier(writer, {}).copy(source.make_indirect(form))
            return form_operators(form, "/Backdrop", backdrop.box)

    # -- one certificate

    def lay_out(self, facts: Facts) -> tuple[Own, ...]:
        """What is the holder's own on the page. Raises what `Composer.compose` raises."""
        return tuple(self._own(number, item, facts) for number, item in self._items)

    def _own(self, number: int, item: AnyItem, facts: Facts) -> Own:
        if not isinstance(item, TextItem):
            return self._composer.layer(number, item, facts).elements
        return self._stencils[number].fill(tuple(flows_of(item, facts)))

    def bind(
        self, snapshot: CertificateSnapshot, parts: Sequence[Own], adding: Adding | None, *, preview: bool
    ) -> Bound:
        """The file of a certificate whose own parts these are."""
        buffer = BytesIO()
        writer = PdfWriter(buffer, self._head)
        objects, fonts = dict(self._objects), dict(self._fonts)
        places = self._own_fonts(writer, parts, fonts)
        own = [
            part.operators(places)
            if isinstance(part, Filled)
            else self._content(writer, part, places, objects)
            for part in parts
        ]
        contents = " ".join(self._placed(writer, own))
        facts = about(snapshot, preview=preview)
        page = {
            "Type": "/Page",
            "Parent": ref(_TREE),
            "MediaBox": self._box,
            "Resources": dictionary({"Font": dictionary(fonts), "XObject": dictionary(objects)}),
            "Contents": f"[{contents}]",
        }
        catalog = self._catalog | {"Metadata": ref(add_metadata(writer, facts, archival=self.archival))}
        links = [ref(writer.add(qr_link(qr))) for qr in _symbols(parts)]
        bound = finish(writer, _PAGE, _CATALOG, page, catalog, facts, adding, links)
        return bound._replace(data=buffer.getvalue())

    def _placed(self, writer: PdfWriter, own: Sequence[str]) -> Iterator[str]:
        """References to the content streams from the lowest up."""
        for step in self._order:
            if isinstance(step, str):
                yield step
            else:
                together = "\n".join(own[step : self._until(step)])
                yield ref(writer.add_stream(deflate(together.encode("ascii"), _QUICK), {}))

    def _until(self, step: int) -> int | None:
        later = [other for other in self._order if isinstance(other, int) and other > step]
        return min(later) if later else None

    def _own_fonts(
        self, writer: PdfWriter, parts: Sequence[Own], fonts: dict[str, str]
    ) -> dict[Glyph, Place]:
        missing = {glyph for glyph in _glyphs(parts) if glyph not in self.places}
        if not missing:
            return self.places
        places = dict(self.places)
        for font, embedded in _embedded(missing, packed=False):
            name = own_font(font)
            fonts[name] = ref(embedded.write(writer))
            _note_places(places, name, font, embedded, missing)
        return places

    def _content(
        self,
        writer: PdfWriter,
        elements: Sequence[Element],
        places: dict[Glyph, Place],
        objects: dict[str, str],
    ) -> str:
        parts: list[str] = []
        for element in elements:
            match element:
                case Text():
                    parts += text_operators(element, places)
                case Qr():
                    symbol = qr_symbol(element.text)
                    objects["QR"] = ref(add_qr(writer, symbol))
                    parts.append(qr_operators(element, symbol, "QR"))
                case Picture():
                    name = f"Photo{len(objects)}"
                    number, size = add_picture(writer, self._assets(element.digest))
                    objects[name] = ref(number)
                    parts.append(picture_operators(element.box, size, name, cut=element.cut))
                case Drawing():
                    parts.append(shape_operators(element))
        return "\n".join(parts)


def _symbols(parts: Sequence[Own]) -> Iterator[Qr]:
    for part in parts:
        if not isinstance(part, Filled):
            yield from (element for element in part if isinstance(element, Qr))


def _glyphs(parts: Sequence[Own]) -> Iterator[Glyph]:
    for part in parts:
        if isinstance(part, Filled):
            for word in part.words:
                yield from word
        else:
            for element in part:
                if isinstance(element, Text):
                    yield from (mark.glyph for mark in element.marks)


def _order(layers: Sequence[Layer]) -> list[list[Element] | int]:
    """What all have, in as few runs as can be, and between them the number of the holder's layer that follows.

    A layer that all have is drawn earlier than its turn where none of the holder's before it is in its way.
    """
    order: list[list[Element] | int] = [[]]
    passed: list[Layer] = []
    number = 0
    for layer in layers:
        if layer.personal:
            if not isinstance(order[-1], int):
                order.append(number)
            passed.append(layer)
            number += 1
            continue
        blocked = any(layer.reach.meets(other.reach) for other in passed)
        if blocked:
            if isinstance(order[-1], int):
                order.append([])
            ground = order[-1]
        else:
            ground = order[0]
        if isinstance(ground, list):
            ground += layer.elements
    return order


def _runs(ground: Sequence[Element]) -> Iterator[Text | list[Drawn]]:
    """The elements in their order, those between two texts together."""
    drawn: list[Drawn] = []
    for element in ground:
        match element:
            case Text():
                if drawn:
                    yield drawn
                    drawn = []
                yield element
            case Drawing() | Frame() | Picture() | Backdrop():
                drawn.append(element)
    if drawn:
        yield drawn


def _counting(design: Design, shared: CertificateSnapshot) -> Iterator[tuple[str, set[Face]]]:
    """The characters that numbers are written with, each with the hands that write them."""
    numbers: set[Face] = set()
    hours: set[Face] = set()
    for item in design.items:
        if isinstance(item, TextItem) and is_shown(item, shared.language):
            for paragraph in item.paragraphs:
                for run in paragraph.runs:
                    face = run.face or item.face
                    hand = Face.SONG if face is DesignFace.AUTO else Face[face.name]
                    asked = fields_of(run.text)
                    if asked & _NUMBERS:
                        numbers.add(hand)
                    elif asked & _HOURS:
                        hours.add(hand)
    yield _NUMBER_CHARACTERS, numbers
    yield _HOUR_CHARACTERS, hours


def _embedded(glyphs: Iterable[Glyph], *, packed: bool = True) -> Iterator[tuple[Sfnt, EmbeddedFont]]:
    """A font for the glyphs of each source. That of a single name is too small for packing to be worth its time."""
    by_font: dict[Sfnt, set[tuple[int, str, bool]]] = {}
    for glyph in sorted(glyphs, key=lambda one: (str(one.font.path), one.number, one.text, one.narrow)):
        by_font.setdefault(glyph.font, set()).add(glyph.slot)
    for font, slots in by_font.items():
        yield font, EmbeddedFont(make_subset(font, slots), packed=packed)


def _note_places(
    places: dict[Glyph, Place], name: str, font: Sfnt, embedded: EmbeddedFont, glyphs: Iterable[Glyph]
) -> None:
    for glyph in glyphs:
        if glyph.font is font:
            code = embedded.codes[glyph.slot]
            places[glyph] = Place(name, f"{code:04X}", embedded.widths[code])
