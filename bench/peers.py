"""The same certificate as plain scripts would make it: each file drawn anew, its fonts opened once.

Their borders are two rectangles, which costs them less than our engraved one, and their lines are broken
beforehand.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Protocol

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from trainingmgr.documents.fonts import BUNDLED, Face
from trainingmgr.domain.certificate import CertificateSnapshot, group_code

TITLE = "结业证书"
LINES = (
    "于2019年10月30日至11月2日在四川省成都市参加由民政部主办的",
    "“全国社区治理和服务创新实验区示范培训班”，修完规定课程，",
    "共计24学时，准予结业。",
)
CLOSING = "特发此证。"
SIGNATURE = ("民政部", "二〇一九年十一月二日")
SCAN = "扫描二维码，或打开网址输入核验码查验："


def _foot(snapshot: CertificateSnapshot) -> tuple[str, ...]:
    return (
        f"证书编号：{snapshot.serial}",
        f"核验码：{group_code(snapshot.code)}",
        SCAN,
        snapshot.verify_url.partition("?")[0],
    )


class Peer(Protocol):
    """One way of making a certificate."""

    def draw(self, snapshot: CertificateSnapshot) -> bytes: ...


class PlainReportLab:
    """A canvas, strings at their places, and ReportLab's own QR widget."""

    def __init__(self) -> None:
        for face in Face:
            pdfmetrics.registerFont(TTFont(face.name, BUNDLED / face.value))

    def draw(self, snapshot: CertificateSnapshot) -> bytes:
        buffer = BytesIO()
        width, height = landscape(A4)
        canvas = Canvas(buffer, pagesize=(width, height))
        canvas.setTitle(TITLE)
        canvas.rect(28, 28, width - 56, height - 56)
        canvas.rect(36, 36, width - 72, height - 72)
        canvas.setFont(Face.SONG_BOLD.name, 48)
        canvas.drawCentredString(width / 2, 462, TITLE, charSpace=29)
        canvas.setFont(Face.KAI.name, 28)
        canvas.drawString(187, 350, f"学员 {snapshot.holder_name}")
        canvas.setFont(Face.SONG.name, 18)
        for row, line in enumerate((*LINES, CLOSING)):
            canvas.drawString(151, 318 - 32 * row, line)
        for row, line in enumerate(SIGNATURE):
            canvas.drawCentredString(606, 104 - 27 * row, line)
        canvas.setFont(Face.SONG.name, 8)
        for row, line in enumerate(_foot(snapshot)):
            canvas.drawString(250, 112 - 12 * row, line)
        symbol = QrCodeWidget(snapshot.verify_url, barLevel="L", barWidth=30 * mm, barHeight=30 * mm)
        drawing = Drawing(30 * mm, 30 * mm)
        drawing.add(symbol)
        renderPDF.draw(drawing, canvas, 151, 74)
        canvas.save()
        return buffer.getvalue()


_STYLE = """
@page { size: A4 landscape; margin: 0 }
body { margin: 0; font: 18pt/1.8 Song }
section { position: relative; width: 297mm; height: 210mm; break-after: page } section:last-child { break-after: auto }
div { position: absolute }
.outer { inset: 28pt; border: 1pt solid } .inner { inset: 36pt; border: 1pt solid }
h1 { position: absolute; top: 80pt; width: 100%; text-align: center; font: bold 48pt Song; letter-spacing: 29pt }
.text { left: 151pt; top: 210pt; width: 540pt; text-indent: 2em } b { font: 28pt Kai }
.qr { left: 151pt; bottom: 74pt; width: 30mm } .foot { left: 250pt; bottom: 74pt; font-size: 8pt }
.sign { right: 151pt; bottom: 74pt; text-align: center }
"""


class PlainWeasyPrint:
    """A page of HTML, its style sheet and fonts read once, the QR as SVG by segno.

    Raises OSError where the system lacks Pango, which WeasyPrint loads.
    """

    def __init__(self) -> None:
        from weasyprint import CSS
        from weasyprint.text.fonts import FontConfiguration

        faces = (("Song", "normal", Face.SONG), ("Song", "bold", Face.SONG_BOLD), ("Kai", "normal", Face.KAI))
        rules = "".join(
            f"@font-face {{ font-family: {name}; font-weight: {weight}; src: url({(BUNDLED / face.value).as_uri()}) }}"
            for name, weight, face in faces
        )
        self._fonts = FontConfiguration()
        self._style = CSS(string=rules + _STYLE, font_config=self._fonts)

    def draw(self, snapshot: CertificateSnapshot) -> bytes:
        return self.draw_all([snapshot])

    def draw_all(self, snapshots: Iterable[CertificateSnapshot]) -> bytes:
        """One document, a page each."""
        from weasyprint import HTML

        pages = "".join(f"<section>{_page(snapshot)}</section>" for snapshot in snapshots)
        document = f"<html lang=zh><title>{TITLE}</title>{pages}</html>"
        written = HTML(string=document).write_pdf(stylesheets=[self._style], font_config=self._fonts)
        return bytes(written or b"")


def _page(snapshot: CertificateSnapshot) -> str:
    import segno

    symbol = segno.make(snapshot.verify_url, error="l", micro=False, boost_error=False)
    picture = symbol.svg_data_uri(border=0, omitsize=True)
    foot = "<br>".join(_foot(snapshot))
    return (
        f"<div class=outer></div><div class=inner></div><h1>{TITLE}</h1>"
        f"<div class=text>学员 <b>{snapshot.holder_name}</b> {''.join(LINES)}<p>{CLOSING}</div>"
        f"<div class=qr><img width=100% src='{picture}'></div><div class=foot>{foot}</div>"
        f"<div class=sign>{'<br>'.join(SIGNATURE)}</div>"
    )
