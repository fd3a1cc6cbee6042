"""The certificates of one design, one file a person."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from threading import Lock

from trainingmgr.documents.certificate.binding import Adding, Bound, bind_plain, qr_link
from trainingmgr.documents.certificate.drawing import AssetSource
from trainingmgr.documents.certificate.edition import Edition, Own, common
from trainingmgr.documents.certificate.facts import Facts
from trainingmgr.documents.certificate.layout import Composer, is_shown
from trainingmgr.documents.certificate.page import Qr
from trainingmgr.documents.certificate.paperwork import about
from trainingmgr.documents.certificate.plain import draw_plain
from trainingmgr.documents.certificate.textbox import plain_words
from trainingmgr.documents.designs import built_in
from trainingmgr.documents.fonts import FontChain, font_chain
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot
from trainingmgr.domain.design import Design, Field, TextItem, printed_fields
from trainingmgr.domain.glyph import code_points
from trainingmgr.domain.refusal import Refusal

_log = logging.getLogger(__name__)

# Editions that a press remembers, each of some hundred kilobytes.
_KEPT = 8
# Certificates that were checked and wait to be drawn, each of some ten kilobytes.
_WAITING = 64

_ALWAYS = ("holder_name", "serial")
_CHINESE = ("training_title_zh", "host_zh")
_ENGLISH = ("training_title_en", "host_en")
_NEEDED = {
    CertificateLanguage.ZH: (*_ALWAYS, *_CHINESE),
    CertificateLanguage.EN: (*_ALWAYS, *_ENGLISH),
    CertificateLanguage.BOTH: (*_ALWAYS, *_CHINESE, *_ENGLISH),
}
# What a design may leave out, so that it is nobody's concern how it is written.
_OPTIONAL = {
    "holder_unit": {Field.HOLDER_UNIT},
    "holder_unit_en": {Field.HOLDER_UNIT_EN},
    "holder_post": {Field.HOLDER_POST},
}
_NEVER_PRINTED = frozenset({"design", "photo", "substitutes"})
_PERSONAL = (
    "serial",
    "code",
    "verify_url",
    "holder_name",
    "holder_latin_name",
    "holder_detail",
    "holder_unit",
    "holder_unit_en",
    "holder_post",
    "topic_zh",
    "topic_en",
)


def no_assets(digest: str) -> bytes:
    """The source of a design without pictures."""
    raise KeyError(digest)


class Press:
    """Makes certificates of one design; make one for a batch, or keep one for each worker and design.

    The first certificate of a batch takes a tenth of a second, in which everything is compiled that the others
    share; each further one takes about a millisecond. A batch is whatever has the facts of a training in common;
    a few of them are remembered, so that a press stays within some megabytes however much it makes. Every design
    is meant to be made this way; one that cannot be, against all expectation, is logged and drawn whole by
    ReportLab instead, thirty times slower. `assets`
    gives the bytes of the design's pictures and pages, and of photographs, by their SHA-256. Any thread may use
    a press; several at once gain nothing but waiting for assets.
    """

    def __init__(
        self, design: Design | None = None, assets: AssetSource = no_assets, fonts: FontChain | None = None
    ) -> None:
        self.design = design or built_in()
        self._assets = assets
        self._fonts = fonts or font_chain()
        self._composer = Composer(self.design, self._fonts)
        self._editions: dict[tuple[CertificateSnapshot, bool], Edition | None] = {}
        self._lock = Lock()
        self._checked_parts: dict[tuple[CertificateSnapshot, bool], tuple[Own, ...]] = {}
        printed = frozenset(printed_fields(self.design))
        self._unread = _NEVER_PRINTED | {name for name, fields in _OPTIONAL.items() if not fields & printed}

    def draw(self, snapshot: CertificateSnapshot, *, preview: bool = False) -> bytes:
        """The certificate as a PDF of one page; the same snapshot, design and fonts give the same bytes.

        A preview is marked as one and bears neither serial nor QR. Raises what `check` raises, and
        KeyError for an asset or photograph that there is not.
        """
        return self.bind(snapshot, preview=preview).data

    def bind(
        self, snapshot: CertificateSnapshot, *, preview: bool = False, adding: Adding | None = None
    ) -> Bound:
        """As `draw`, with objects of somebody else's in the file, such as a signature field."""
        _check_texts(snapshot, preview=preview)
        edition = self._edition(snapshot, preview=preview)
        if edition is not None:
            try:
                with self._lock:
                    parts = self._checked_parts.pop((snapshot, preview), None)
                if parts is None:
                    parts = self._lay_out(edition, snapshot, preview=preview)
                return edition.bind(snapshot, parts, adding, preview=preview)
            except Refusal:
                raise
            except Exception:
                _log.exception("a certificate is drawn the plain way", extra={"serial": snapshot.serial})
        return self.bind_plain(snapshot, preview=preview, adding=adding)

    def bind_plain(
        self, snapshot: CertificateSnapshot, *, preview: bool = False, adding: Adding | None = None
    ) -> Bound:
        """As `bind`, the page drawn whole by ReportLab: what every other way must look like."""
        _check_texts(snapshot, preview=preview)
        self._check_shared(snapshot)
        self._check_facts(snapshot, _PERSONAL)
        page = self._composer.compose(Facts(snapshot, preview=preview))
        links = [
            qr_link(element) for layer in page.layers for element in layer.elements if isinstance(element, Qr)
        ]
        drawn = draw_plain(page, self._assets)
        return bind_plain(drawn, about(snapshot, preview=preview), adding, links=links)

    def check(self, snapshot: CertificateSnapshot, *, preview: bool = False) -> None:
        """Say before a number is taken whether the certificate could be drawn.

        Raises Refusal: `certificate.text_missing` (field), `certificate.character_missing` (field,
        character, code_point such as U+2A6A5, characters: all that this field lacks),
        `certificate.photo_missing`, or `certificate.does_not_fit` (item, label, text). A serial of the final
        length should stand in the snapshot already, an address in it may come later.
        """
        _check_texts(snapshot, preview=preview)
        edition = self._edition(snapshot, preview=preview)
        if edition is None:
            self._check_facts(snapshot, _PERSONAL)
            self._composer.compose(Facts(snapshot, preview=preview))
            return
        parts = self._lay_out(edition, snapshot, preview=preview)
        with self._lock:
            # What was checked is most often drawn next.
            self._checked_parts[snapshot, preview] = parts
            while len(self._checked_parts) > _WAITING:
                del self._checked_parts[next(iter(self._checked_parts))]

    def explained(self, snapshot: CertificateSnapshot) -> CertificateSnapshot:
        """The snapshot with what it is printed with in place of characters that no font has."""
        texts = [text for name in snapshot.__slots__ for text in self._texts(snapshot, name)]
        texts += [plain_words(item) for item in self._shown(snapshot)]
        used = dict.fromkeys(one for text in texts for one in self._fonts.substitutes_in(text))
        return replace(snapshot, substitutes=tuple(used)) if used else snapshot

    def _edition(self, snapshot: CertificateSnapshot, *, preview: bool) -> Edition | None:
        """What the batch of this certificate has in common; None where it can only be drawn the plain way."""
        key = (common(snapshot), preview)
        with self._lock:
            if key not in self._editions:
                self._check_shared(snapshot)
                self._editions[key] = self._compiled(key[0], preview=preview)
                while len(self._editions) > _KEPT:
                    del self._editions[next(iter(self._editions))]
            return self._editions[key]

    def _compiled(self, shared: CertificateSnapshot, *, preview: bool) -> Edition | None:
        try:
            return Edition(self._composer, shared, self._fonts, self._assets, preview=preview)
        except Refusal:
            raise
        except Exception:
            _log.exception("a batch of certificates is drawn the plain way")
            return None

    def _lay_out(self, edition: Edition, snapshot: CertificateSnapshot, *, preview: bool) -> tuple[Own, ...]:
        """The holder's own part of the page."""
        self._check_facts(snapshot, _PERSONAL)
        return edition.lay_out(Facts(snapshot, preview=preview))

    def _check_shared(self, snapshot: CertificateSnapshot) -> None:
        self._check_facts(snapshot, (name for name in snapshot.__slots__ if name not in _PERSONAL))
        for item in self._shown(snapshot):
            self._check_text(item.label, plain_words(item))

    def _check_facts(self, snapshot: CertificateSnapshot, names: Iterable[str]) -> None:
        for name in names:
            for text in self._texts(snapshot, name):
                self._check_text(name, text)

    def _texts(self, snapshot: CertificateSnapshot, name: str) -> Iterator[str]:
        """The texts of a fact, if the design prints it."""
        if name not in self._unread:
            value = getattr(snapshot, name)
            for text in value if isinstance(value, tuple) else (value,):
                if isinstance(text, str):
                    yield text

    def _shown(self, snapshot: CertificateSnapshot) -> Iterator[TextItem]:
        for item in self.design.items:
            if isinstance(item, TextItem) and is_shown(item, snapshot.language):
                yield item

    def _check_text(self, name: str, text: str) -> None:
        if missing := self._fonts.missing_characters(text):
            raise Refusal(
                "certificate.character_missing",
                field=name,
                character=missing[0],
                code_point=code_points(missing[0]),
                characters="".join(missing),
            )


def _check_texts(snapshot: CertificateSnapshot, *, preview: bool) -> None:
    needed = _NEEDED[snapshot.language]
    if not preview and not snapshot.is_sample:
        needed = (*needed, "code", "verify_url")
    for name in needed:
        if name == "serial" and preview:
            continue
        if not getattr(snapshot, name).strip():
            raise Refusal("certificate.text_missing", field=name)
    if snapshot.end_date < snapshot.start_date or snapshot.class_hours < Decimal(0):
        raise ValueError("a training that ends before it starts, or takes less than no time")


@lru_cache(maxsize=4)
def _press_of(design: Design, assets: AssetSource, fonts: FontChain) -> Press:
    return Press(design, assets, fonts)


def draw_certificate(
    snapshot: CertificateSnapshot,
    fonts: FontChain | None = None,
    *,
    design: Design | None = None,
    assets: AssetSource = no_assets,
    preview: bool = False,
) -> bytes:
    """One certificate in a design (the built-in one if none is given); see `Press.draw`."""
    return _press_of(design or built_in(), assets, fonts or font_chain()).draw(snapshot, preview=preview)


def check_drawable(
    snapshot: CertificateSnapshot,
    fonts: FontChain | None = None,
    *,
    design: Design | None = None,
    assets: AssetSource = no_assets,
    preview: bool = False,
) -> None:
    """Whether one certificate could be drawn; see `Press.check`."""
    _press_of(design or built_in(), assets, fonts or font_chain()).check(snapshot, preview=preview)
