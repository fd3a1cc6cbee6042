import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageCms
from reportlab.pdfgen.canvas import Canvas

from tests.documents.reading import check, difference, text_of
from trainingmgr.documents.fonts import BUNDLED, Face
from trainingmgr.documents.pictures import (
    LARGEST_FILE,
    LONGEST_SIDE,
    PHOTO_SIDE,
    SITE_SIDE,
    SMALL_SIDE,
    pixels_of,
    prepare_asset,
    prepare_photo,
    prepare_picture,
    prepare_site_picture,
)
from trainingmgr.domain.refusal import Refusal
from trainingmgr.http.words import messages


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def _noise(width: int = 60, height: int = 40) -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((width, height), 90) for _ in range(3)])


def _opened(data: bytes) -> Image.Image:
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def _refused(data: bytes, ask: Callable[[bytes], Any] = prepare_asset) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ask(data)
    assert str(messages()[caught.value.code]) % caught.value.values
    return caught.value


def test_a_drawing_stays_a_png_and_a_photograph_becomes_a_jpeg() -> None:
    drawn = prepare_picture(_saved(Image.new("RGB", (30, 20), "#336699"), "JPEG"))
    assert (drawn.media_type, drawn.width, drawn.height) == ("image/png", 30, 20)
    taken = prepare_picture(_saved(_noise(), "PNG"))
    assert (taken.media_type, _opened(taken.data).mode) == ("image/jpeg", "RGB")


def test_transparency_is_kept() -> None:
    seal = Image.new("RGBA", (10, 10), (200, 0, 0, 0))
    seal.putpixel((5, 5), (200, 0, 0, 255))
    found = prepare_picture(_saved(seal, "PNG"))
    assert found.media_type == "image/png"
    assert _opened(found.data).getpixel((0, 0))[3] == 0  # type: ignore[index]
    palette = Image.new("P", (10, 10))
    palette.info["transparency"] = 0
    assert _opened(prepare_picture(_saved(palette, "PNG", transparency=0)).data).mode == "RGBA"


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "I;16", "RGBA"])
def test_every_kind_of_png_becomes_grey_or_rgb(mode: str) -> None:
    found = _opened(prepare_picture(_saved(Image.new(mode, (12, 12)), "PNG")).data)
    assert found.mode in {"L", "RGB", "RGBA"}


def test_sixteen_bits_keep_their_shades() -> None:
    deep = Image.new("I;16", (4, 1))
    for at, value in enumerate((0, 20000, 40000, 65535)):
        deep.putpixel((at, 0), value)
    shades = list(_opened(prepare_picture(_saved(deep, "PNG")).data).tobytes())
    assert shades == pytest.approx([0, 78, 156, 255], abs=1)


def test_inks_become_light() -> None:
    printed = Image.merge("CMYK", [_noise().getchannel(0) for _ in range(4)])
    assert _opened(prepare_picture(_saved(printed, "JPEG")).data).mode == "RGB"


def test_a_picture_is_turned_upright_and_loses_what_it_says_of_its_taking() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A maker"
    found = prepare_picture(_saved(_noise(60, 40), "JPEG", exif=exif))
    assert (found.width, found.height) == (40, 60)
    assert b"A maker" not in found.data
    assert not _opened(found.data).getexif()


def test_a_picture_s_own_colours_are_taken_over_into_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = prepare_picture(_saved(_noise(), "PNG", icc_profile=profile))
    assert "icc_profile" not in _opened(found.data).info
    assert prepare_picture(_saved(_noise(), "PNG", icc_profile=b"no profile")).width == 60


def test_a_large_picture_is_made_as_small_as_paper_needs() -> None:
    found = prepare_picture(_saved(Image.new("L", (6000, 3000), 200), "PNG"))
    assert (found.width, found.height) == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert prepare_photo(_saved(_noise(1500, 2000), "JPEG")).height == PHOTO_SIDE


def _png(*chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, body) for name, body in chunks)


def _header(width: int, height: int) -> tuple[bytes, bytes]:
    return b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: b"", "empty"),
        (lambda: b"\0" * (LARGEST_FILE + 1), "file_too_large"),
        (lambda: SVG, "svg"),
        (lambda: SVG[22:], "svg"),
        (lambda: b"\xef\xbb\xbf<!-- x --><svg>", "svg"),
        (lambda: b"<html><script>", "unknown_kind"),
        (lambda: b"GIF89a" + bytes(50), "unknown_kind"),
        (lambda: b"MZ" + bytes(100), "unknown_kind"),
        (lambda: _saved(_noise(), "PNG")[:2000], "broken"),
        (lambda: _saved(_noise(), "JPEG")[:600], "broken"),
        (lambda: b"\xff\xd8\xff" + b"<html>" * 50, "broken"),
        (lambda: b"\x89PNG\r\n\x1a\n" + b"<html>" * 50, "broken"),
        (lambda: _png(_header(9000, 9000), (b"IDAT", zlib.compress(bytes(100)))), "too_many_pixels"),
        (lambda: _png(_header(60000, 60000), (b"IDAT", zlib.compress(bytes(100)))), "too_many_pixels"),
        (lambda: _png((b"IHDR", b"\0" * 13)), "broken"),
        (lambda: _png((b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000))), _header(9, 9)), "broken"),
        (
            lambda: _saved(
                Image.new("RGB", (8, 8)),
                "PNG",
                save_all=True,
                append_images=[Image.new("RGB", (8, 8), "#fff")],
            ),
            "animated",
        ),
        (lambda: _saved(_noise(), "WEBP"), "unknown_kind"),
        (lambda: _saved(_noise(), "TIFF"), "unknown_kind"),
    ],
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_is_no_good_picture_is_refused_with_its_reason(data: Callable[[], bytes], code: str) -> None:
    assert _refused(data()).code == f"asset.{code}"


# -- PDF pages


def _pdf(
    draw: Callable[[Canvas], None] | None = None, pages: int = 1, size: tuple[float, float] = (842, 595)
) -> bytes:
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=size)
    for _ in range(pages):
        (draw or (lambda c: c.rect(50, 50, 300, 200, fill=1)))(canvas)
        canvas.showPage()
    canvas.save()
    with pikepdf.open(BytesIO(buffer.getvalue())) as pdf:
        for page in pdf.pages:
            if draw is None:
                del page.Resources["/Font"]
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()


def _changed(data: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    with pikepdf.open(BytesIO(data)) as pdf:
        change(pdf)
        buffer = BytesIO()
        pdf.save(buffer, **options)
    return buffer.getvalue()


def _acting(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = script
    page.obj.AA = pikepdf.Dictionary(O=script)
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=script)
    page.obj.Annots = pikepdf.Array([pdf.make_indirect(link)])
    pdf.attachments["hidden.txt"] = b"secret"
    pdf.docinfo["/Author"] = "Somebody"


def test_a_page_keeps_its_drawing_and_nothing_else() -> None:
    whole = _pdf()
    found = prepare_asset(_changed(whole, _acting))
    assert (found.media_type, found.width, found.height) == ("application/pdf", 842, 595)
    check(found.data)
    assert difference(whole, found.data, dpi=50).pixels == 0
    for word in (b"JavaScript", b"app.alert", b"secret", b"Somebody", b"/Annots", b"/AA"):
        assert word not in found.data


def test_a_page_that_lies_turned_is_measured_as_it_is_seen() -> None:
    def turn(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].obj.Rotate = 90

    found = prepare_asset(_changed(_pdf(size=(600, 400)), turn))
    assert (found.width, found.height) == (400, 600)


def test_a_page_with_its_own_fonts_is_taken() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    pdfmetrics.registerFont(TTFont("asset-test", str(BUNDLED / Face.KAI.value)))

    def draw(canvas: Canvas) -> None:
        canvas.setFont("asset-test", 30)
        canvas.drawString(100, 100, "底图")

    def unused(pdf: pikepdf.Pdf) -> None:
        fonts = pdf.pages[0].Resources.Font
        for name in [name for name, font in fonts.items() if "Helvetica" in str(font.BaseFont)]:
            del fonts[name]
        text = pdf.pages[0].Contents.read_bytes().partition(b" ET\n")[2]
        pdf.pages[0].Contents = pdf.make_stream(text)

    found = prepare_asset(_changed(_pdf(draw), unused))
    assert text_of(found.data).strip() == "底图"


def test_a_font_that_is_not_in_the_file_is_named() -> None:
    refused = _refused(_pdf(lambda canvas: canvas.drawString(100, 100, "base")))
    assert (refused.code, refused.values["font"]) == ("asset.pdf_font", "Helvetica")


def _bomb(pdf: pikepdf.Pdf) -> None:
    packed = zlib.compress(b" " * 40_000_000, 9)
    stream = pikepdf.Stream(pdf, packed)
    stream.Filter = pikepdf.Name.FlateDecode
    pdf.pages[0].Contents = pdf.make_indirect(stream)


def _self_containing(pdf: pikepdf.Pdf) -> None:
    form = pdf.make_stream(b"/X Do")
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 9, 9])
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
    pdf.pages[0].Resources.XObject = pikepdf.Dictionary(X=form)
    pdf.pages[0].Contents = pdf.make_stream(b"/X Do")


def _without_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (
            lambda: _changed(_pdf(), lambda _: None, encryption=pikepdf.Encryption(owner="a", user="b")),
            "pdf_encrypted",
        ),
        (
            lambda: _changed(_pdf(), lambda _: None, encryption=pikepdf.Encryption(owner="a", user="")),
            "pdf_encrypted",
        ),
        (lambda: _changed(_pdf(), _without_pages), "pdf_empty"),
        (lambda: _pdf(pages=21), "pdf_pages"),
        (lambda: _pdf()[:300], "pdf_broken"),
        (lambda: b"%PDF-1.7\n" + b"x" * 500, "pdf_broken"),
        (lambda: _changed(_pdf(), _bomb), "pdf_too_large"),
        (lambda: _changed(_pdf(), _self_containing), "pdf_broken"),
        (lambda: b"%PDF-1.7\n" + bytes(LARGEST_FILE), "file_too_large"),
    ],
)
def test_what_is_no_good_pdf_is_refused_with_its_reason(data: Callable[[], bytes], code: str) -> None:
    assert _refused(data()).code == f"asset.{code}"


def test_a_photograph_is_turned_upright_on_white_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    lying = prepare_photo(_saved(_noise(579, 413), "JPEG", exif=exif))
    assert (lying.media_type, lying.width, lying.height) == ("image/jpeg", 413, 579)
    assert b"Exif" not in lying.data
    clear = prepare_photo(_saved(Image.new("RGBA", (300, 420), (0, 0, 0, 0)), "PNG"))
    assert (clear.media_type, _opened(clear.data).getpixel((10, 10))) == ("image/jpeg", (255, 255, 255))
    large = prepare_photo(_saved(_noise(60, 84).resize((3000, 4200)), "JPEG"))
    assert (large.width, large.height) == (714, PHOTO_SIDE)
    assert pixels_of(large.data) == (714, PHOTO_SIDE)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7", "photo.unknown_kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.unknown_kind"),
        (b"\0\0\0\x18ftypheic" + bytes(50), "photo.heic"),
        (b"\xff\xd8\xff" + bytes(50), "asset.broken"),
        (b"", "asset.empty"),
    ],
)
def test_what_is_no_photograph_is_refused_for_what_it_is(data: bytes, code: str) -> None:
    assert _refused(data, prepare_photo).code == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_a_place_is_turned_upright_made_small_and_says_nothing_of_where_it_was_taken(
    kind: str,
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    found = prepare_site_picture(_saved(_noise(60, 40).resize((2000, 1500)), kind, exif=exif))
    for files, side in ((found.large, SITE_SIDE), (found.small, SMALL_SIDE)):
        opened = _opened(files.data)
        assert (files.media_type, opened.format) == ("image/jpeg", "JPEG")
        assert (files.width, files.height) == opened.size == (side * 3 // 4, side)
        assert not opened.getexif()
        assert b"Exif" not in files.data
    assert len(found.small.data) < len(found.large.data) / 4


def test_a_drawing_of_a_place_stands_on_white_and_a_small_one_is_not_made_larger() -> None:
    found = prepare_site_picture(_saved(Image.new("RGBA", (300, 200), (0, 0, 0, 0)), "PNG"))
    assert (found.large.width, found.small.width) == (300, 300)
    assert _opened(found.small.data).getpixel((10, 10)) == (255, 255, 255)


def _moving(kind: str) -> bytes:
    return _saved(_noise(), kind, save_all=True, append_images=[_noise()])


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: b"", "site_picture.empty"),
        (lambda: b"%PDF-1.7", "site_picture.unknown_kind"),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "site_picture.unknown_kind"),
        (lambda: _saved(_noise(), "GIF"), "site_picture.unknown_kind"),
        (lambda: b"RIFF\0\0\0\0WAVEfmt " + bytes(50), "site_picture.unknown_kind"),
        (lambda: b"\0\0\0\x18ftypheic" + bytes(50), "photo.heic"),
        (lambda: _moving("PNG"), "site_picture.animated"),
        (lambda: _moving("WEBP"), "site_picture.animated"),
        (lambda: _saved(_noise(), "WEBP")[:200], "asset.broken"),
        (lambda: _saved(_noise(), "JPEG")[:200], "asset.broken"),
        (lambda: _saved(Image.new("L", (4000, 4000)), "WEBP"), "asset.too_many_pixels"),
        (lambda: b"\xff\xd8\xff" + bytes(LARGEST_FILE), "asset.file_too_large"),
    ],
)
def test_what_is_no_picture_of_a_place_is_refused_for_what_it_is(
    data: Callable[[], bytes], code: str
) -> None:
    assert _refused(data(), prepare_site_picture).code == code
