"""What a design makes of the facts of a certificate, as it is while somebody works on it."""

from dataclasses import dataclass

from msgspec.structs import replace

from trainingmgr.documents.certificate.facts import Facts
from trainingmgr.documents.certificate.layout import Composer, is_shown
from trainingmgr.documents.certificate.svg import Pictures, draw_svg
from trainingmgr.documents.certificate.textbox import plain_words
from trainingmgr.documents.fonts import FontChain, font_chain
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.design import AnyItem, Design, PhotoItem, TextItem, faults
from trainingmgr.domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Preview:
    """The page as SVG without the items that could not be set, and all that is wrong with the design."""

    svg: str
    faults: tuple[Refusal, ...]


def preview(
    design: Design,
    snapshot: CertificateSnapshot,
    pictures: Pictures,
    *,
    label: str,
    fonts: FontChain | None = None,
    marked: bool = False,
) -> Preview:
    """Show a well-formed design, however faulty it is; `marked` as a preview, without serial and QR.

    Beside the `faults` of the design itself these facts may bring `certificate.does_not_fit` (item,
    label, text) and `certificate.character_missing` (item, label, character, code_point).
    """
    chain, facts = fonts or font_chain(), Facts(snapshot, preview=marked)
    found = list(faults(design))
    left_out = {fault.values["item"] for fault in found if fault.code == "design.unknown_field"}
    for number, item in enumerate(design.items, 1):
        if number not in left_out and is_shown(item, snapshot.language):
            refused = _refused(number, item, design, facts, chain)
            if refused is not None:
                found.append(refused)
                left_out.add(number)
    kept = tuple(item for number, item in enumerate(design.items, 1) if number not in left_out)
    page = Composer(_lenient(design, kept), chain).compose(facts)
    return Preview(draw_svg(page, pictures, label=label), tuple(found))


def _lenient(design: Design, items: tuple[AnyItem, ...]) -> Design:
    return replace(
        design,
        items=tuple(replace(item, required=False) if isinstance(item, PhotoItem) else item for item in items),
    )


def _refused(number: int, item: AnyItem, design: Design, facts: Facts, fonts: FontChain) -> Refusal | None:
    """Why this item alone cannot be set, if it cannot."""
    if not isinstance(item, TextItem):
        return None
    if missing := fonts.missing_characters(plain_words(item)):
        return Refusal(
            "certificate.character_missing",
            item=number,
            label=item.label,
            field=item.label,
            character=missing[0],
            code_point=" ".join(f"U+{ord(part):04X}" for part in missing[0]),
            characters="".join(missing),
        )
    try:
        Composer(replace(design, items=(item,)), fonts).compose(facts)
    except Refusal as refusal:
        return Refusal(refusal.code, **{**refusal.values, "item": number})
    return None
