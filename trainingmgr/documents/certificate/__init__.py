"""Completion certificates: A4 landscape, Chinese, English or both."""

from decimal import Decimal

from trainingmgr.documents.certificate.layout import compose
from trainingmgr.documents.certificate.render import render
from trainingmgr.documents.fonts import FontChain, font_chain
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot
from trainingmgr.domain.refusal import Refusal

__all__ = ["check_drawable", "draw_certificate"]

_ALWAYS = ("holder_name", "serial")
_CHINESE = ("training_title_zh", "host_zh")
_ENGLISH = ("training_title_en", "host_en")
_NEEDED = {
    CertificateLanguage.ZH: (*_ALWAYS, *_CHINESE),
    CertificateLanguage.EN: (*_ALWAYS, *_ENGLISH),
    CertificateLanguage.BOTH: (*_ALWAYS, *_CHINESE, *_ENGLISH),
}


def draw_certificate(
    snapshot: CertificateSnapshot, fonts: FontChain | None = None, *, preview: bool = False
) -> bytes:
    """The certificate as a PDF of one page; the same snapshot and fonts give the same bytes.

    A preview is marked as one and bears neither serial nor QR. Raises what `check_drawable` raises.
    """
    chain = fonts or font_chain()
    _check_texts(snapshot, preview=preview)
    _check_characters(snapshot, chain)
    return render(snapshot, compose(snapshot, chain, preview=preview), chain, preview=preview)


def check_drawable(
    snapshot: CertificateSnapshot, fonts: FontChain | None = None, *, preview: bool = False
) -> None:
    """Say before a number is taken whether the certificate could be drawn.

    Raises Refusal: `certificate.text_missing` (field), `certificate.character_missing` (field, character,
    code_point such as U+2A6A5, characters: all that this field lacks) or `certificate.does_not_fit` (field,
    text). A serial of the final length should stand in the snapshot already.
    """
    chain = fonts or font_chain()
    _check_texts(snapshot, preview=preview)
    _check_characters(snapshot, chain)
    compose(snapshot, chain, preview=preview)


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


def _check_characters(snapshot: CertificateSnapshot, chain: FontChain) -> None:
    for name in snapshot.__slots__:
        value = getattr(snapshot, name)
        texts = value if isinstance(value, tuple) else (value,)
        for text in texts:
            if not isinstance(text, str):
                continue
            if missing := chain.missing_characters(text):
                raise Refusal(
                    "certificate.character_missing",
                    field=name,
                    character=missing[0],
                    code_point=" ".join(f"U+{ord(part):04X}" for part in missing[0]),
                    characters="".join(missing),
                )
