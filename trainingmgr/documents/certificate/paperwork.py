"""What a certificate's file says about itself, as PDF/A-2b asks: title and the like twice over, and its colours."""

from datetime import date
from functools import cache
from html import escape
from typing import NamedTuple

from PIL import ImageCms

from trainingmgr.documents.certificate import wording
from trainingmgr.documents.pdf import date_string, text_string
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot

_CREATOR = "trainingmgr"
_LANGUAGES = {
    CertificateLanguage.ZH: "zh-CN",
    CertificateLanguage.EN: "en",
    CertificateLanguage.BOTH: "zh-CN",
}
# Where a profile says when it was made, and where its checksum stands; the same profile has the same bytes.
_PROFILE_DATE, _PROFILE_SUM = slice(24, 36), slice(84, 100)
_NO_DATE = b"\x07\xd0\x00\x01\x00\x01" + bytes(6)


class About(NamedTuple):
    """`keywords` is the serial; a preview has none."""

    title: str
    author: str
    subject: str
    keywords: str
    language: str
    issued: date


def about(snapshot: CertificateSnapshot, *, preview: bool) -> About:
    """What the file says of the certificate, in the language of most of its text."""
    english = snapshot.language is CertificateLanguage.EN
    kinds = wording.EN if english else wording.ZH
    name = wording.holder_en(snapshot) if english else snapshot.holder_name
    return About(
        title=f"{kinds[snapshot.kind].title} – {name}",
        author=snapshot.host_en if english else snapshot.host_zh,
        subject=snapshot.training_title_en if english else snapshot.training_title_zh,
        keywords="" if preview else snapshot.serial,
        language=_LANGUAGES[snapshot.language],
        issued=snapshot.issue_date,
    )


def information(facts: About) -> dict[str, str]:
    """The entries of the information dictionary."""
    issued = date_string(facts.issued)
    entries = {
        "Title": text_string(facts.title),
        "Author": text_string(facts.author),
        "Subject": text_string(facts.subject),
        "Creator": f"({_CREATOR})",
        "CreationDate": issued,
        "ModDate": issued,
    }
    return {**entries, "Keywords": text_string(facts.keywords)} if facts.keywords else entries


def metadata(facts: About, *, archival: bool) -> bytes:
    """The same in XML; only a file that is `archival` says that it keeps to PDF/A-2b."""
    day = f"{facts.issued:%Y-%m-%d}T00:00:00Z"
    claim = "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" if archival else ""
    keywords = f"<pdf:Keywords>{escape(facts.keywords)}</pdf:Keywords>" if facts.keywords else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" '
        f'xmlns:xmp="http://ns.adobe.com/xap/1.0/">{claim}<dc:format>application/pdf</dc:format>'
        f"<dc:title><rdf:Alt>{_default(facts.title)}</rdf:Alt></dc:title>"
        f"<dc:creator><rdf:Seq><rdf:li>{escape(facts.author)}</rdf:li></rdf:Seq></dc:creator>"
        f"<dc:description><rdf:Alt>{_default(facts.subject)}</rdf:Alt></dc:description>"
        f"{keywords}<xmp:CreatorTool>{_CREATOR}</xmp:CreatorTool><xmp:CreateDate>{day}</xmp:CreateDate>"
        f"<xmp:ModifyDate>{day}</xmp:ModifyDate></rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="r"?>'
    ).encode()


def _default(text: str) -> str:
    return f'<rdf:li xml:lang="x-default">{escape(text)}</rdf:li>'


@cache
def colour_profile() -> bytes:
    """The sRGB profile, of which every file has a copy."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    data[_PROFILE_DATE] = _NO_DATE
    data[_PROFILE_SUM] = bytes(16)
    return bytes(data)
