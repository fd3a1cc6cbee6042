"""What a certificate says, in each language, as spans to be set."""

from dataclasses import dataclass, replace

from trainingmgr.documents.fonts import Face
from trainingmgr.documents.typeset import Span, Style
from trainingmgr.domain.certificate import CertificateSnapshot
from trainingmgr.domain.chinese import (
    class_hours_en,
    class_hours_zh,
    date_range_en,
    date_range_zh,
    is_east_asian,
    join_en,
    join_zh,
)

TITLE_ZH = "结业证书"
TITLE_EN = "Certificate of Completion"
CLOSING_ZH = "特发此证。"
OPENING_EN = "This is to certify that"
SAMPLE = "示例 SAMPLE"
PREVIEW = "预览 PREVIEW"


@dataclass(frozen=True, slots=True)
class Labels:
    """The small words beside the QR."""

    serial: str
    code: str
    scan: str


LABELS = {
    "zh": Labels("证书编号：", "核验码：", "扫描二维码，或打开网址输入核验码查验："),
    "en": Labels("Certificate No. ", "Code ", "To verify, scan or enter the code at"),
    "both": Labels("证书编号 No. ", "核验码 Code ", "扫码或凭码查验 Scan or enter code at"),
}


def name_face(name: str) -> Face:
    """Chinese names are written in Kai; a Latin name stands in the hand of the text."""
    return Face.KAI if any(is_east_asian(character) for character in name) else Face.SONG


def quoted(title: str) -> str:
    """A title in quotation marks, those inside it becoming single ones; a book title's marks are enough."""
    if title.startswith("《") and title.endswith("》"):
        return title
    return f"“{title.replace('“', '‘').replace('”', '’')}”"


def body_zh(
    snapshot: CertificateSnapshot, style: Style, name_size: float, *, closed: bool = False
) -> list[Span]:
    """The sentence that certifies, the name in its own size; `closed` ends it with the closing words."""
    held = f"由{snapshot.host_zh}主办"
    if snapshot.co_hosts_zh:
        held += f"，{join_zh(snapshot.co_hosts_zh)}承办"
    place = f"在{snapshot.place_zh}" if snapshot.place_zh else ""
    hours = f"，共计{class_hours_zh(snapshot.class_hours)}" if snapshot.class_hours else ""
    text = (
        f"于{date_range_zh(snapshot.start_date, snapshot.end_date)}{place}参加{held}的"
        f"{quoted(snapshot.training_title_zh)}，修完规定课程{hours}，准予结业{f'，{CLOSING_ZH}' if closed else '。'}"
    )
    return [
        Span("学员", style),
        *_holder_zh(snapshot, style, name_size),
        Span(text, style),
    ]


def _holder_zh(snapshot: CertificateSnapshot, style: Style, size: float) -> list[Span]:
    name = replace(style, face=name_face(snapshot.holder_name), size=size, whole=True, personal=True)
    spans = [Span(snapshot.holder_name, name, gap=style.size * 0.3)]
    if snapshot.holder_detail:
        spans.append(Span(f"（{snapshot.holder_detail}）", replace(style, personal=True)))
    return spans


def sentence_en(snapshot: CertificateSnapshot, style: Style) -> list[Span]:
    """What follows the holder's name: attended which training, held by whom, where and when, with its hours."""
    held = f"held by {with_article(snapshot.host_en)}"
    if snapshot.co_hosts_en:
        held += f" and co-hosted by {join_en(with_article(name) for name in snapshot.co_hosts_en)}"
    place = f" in {snapshot.place_en}" if snapshot.place_en else ""
    if "," in place:
        place += ","
    preposition = "on" if snapshot.start_date == snapshot.end_date else "from"
    hours = f" of {class_hours_en(snapshot.class_hours)}" if snapshot.class_hours else ""
    day = replace(style, whole=True)
    first, to, last = date_range_en(snapshot.start_date, snapshot.end_date).partition(" to ")
    return [
        Span(f"has attended {quoted(snapshot.training_title_en)}, {held}{place} {preposition} ", style),
        Span(first, day),
        *([Span(to, style), Span(last, day)] if last else []),
        Span(f", and has completed the required course{hours}.", style),
    ]


def with_article(name: str) -> str:
    """A body's name as a sentence takes it: the Ministry of Civil Affairs, but Chengdu Civil Affairs Bureau."""
    takes_one = " of " in name or name.startswith(("National ", "State ", "General ", "People"))
    return f"the {name}" if takes_one and not name.lower().startswith("the ") else name


def holder_en(snapshot: CertificateSnapshot) -> str:
    """The name by which an English certificate calls the holder."""
    return snapshot.holder_latin_name or snapshot.holder_name


def other_name(snapshot: CertificateSnapshot) -> str:
    """The holder's name in Chinese, where an English certificate prints another one larger."""
    return snapshot.holder_name if holder_en(snapshot) != snapshot.holder_name else ""


def body_en(snapshot: CertificateSnapshot, style: Style) -> list[Span]:
    """The whole English sentence in one flow, as it stands under the Chinese."""
    name = holder_en(snapshot)
    whole = replace(style, face=name_face(name), whole=True, personal=True)
    if name_face(name) is Face.SONG:
        whole = replace(whole, face=Face.SONG_BOLD)
    spans = [Span(f"{OPENING_EN} ", style), Span(name, whole)]
    if snapshot.holder_detail:
        spans.append(Span(f" ({snapshot.holder_detail})", replace(style, personal=True)))
    return [*spans, Span(" ", style), *sentence_en(snapshot, style)]


def signature_zh(snapshot: CertificateSnapshot) -> tuple[str, ...]:
    return snapshot.signature_zh or (snapshot.host_zh,)


def signature_en(snapshot: CertificateSnapshot) -> tuple[str, ...]:
    return snapshot.signature_en or (snapshot.host_en,)
