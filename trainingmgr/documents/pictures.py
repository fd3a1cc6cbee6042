"""Uploaded pictures and PDF pages: judged, and made into what every document can print.

What comes out holds nothing but the picture or the pages: no remarks, places, scripts or links.
"""

from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageCms, ImageOps

from trainingmgr.documents.pdf_pages import prepare_pages
from trainingmgr.domain.refusal import Refusal

LARGEST_FILE = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
"""What is decoded at most, 60 megapixels being 240 MB of memory."""

LONGEST_SIDE = 3600
"""Pixels: A4 across at 300 dots an inch. Larger pictures are made smaller, since every certificate holds a copy."""

PHOTO_SIDE = 1000
SITE_SIDE = 1600
SMALL_SIDE = 400

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_PDF = b"%PDF-"
_QUALITY = 90
_QUALITY_ON_SCREEN = 82
# The decoder of WebP holds a picture four times over.
_MOST_PIXELS = {"PNG": MOST_PIXELS, "JPEG": MOST_PIXELS, "WEBP": MOST_PIXELS // 4}
_FEW_COLOURS = 256
_OF_TELEPHONES = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"})


class Prepared(NamedTuple):
    """`width` and `height` are pixels of a picture, points of a PDF's first page."""

    data: bytes
    media_type: str
    width: int
    height: int


def prepare_asset(data: bytes) -> Prepared:
    """A picture or a PDF for a design, told apart by what it holds and not by its name.

    Raises what `prepare_picture` raises, and for a PDF what `pdf_pages.prepare_pages` raises.
    """
    if data[:1024].lstrip().startswith(_PDF):
        _check_size(data)
        pages = prepare_pages(data)
        return Prepared(pages.data, "application/pdf", pages.width, pages.height)
    return prepare_picture(data)


def prepare_picture(data: bytes, *, longest_side: int = LONGEST_SIDE) -> Prepared:
    """A PNG or JPEG as an upright sRGB picture of at most `longest_side` pixels a side, without anything else in it.

    Raises Refusal: `asset.empty`, `asset.file_too_large` (size, most: in megabytes), `asset.svg`,
    `asset.unknown_kind`, `asset.broken`, `asset.animated` or `asset.too_many_pixels` (width, height, most: in
    millions).
    """
    _check_size(data)
    return _encoded(_read(data, _kind(data), longest_side))


def prepare_photo(data: bytes) -> Prepared:
    """A holder's photograph: a PNG or JPEG as an upright JPEG on white, of at most `PHOTO_SIDE` pixels a side.

    Raises as `prepare_picture`, but `photo.unknown_kind` or `photo.heic` for what is neither.
    """
    _check_size(data)
    _check_telephone(data)
    try:
        kind = _kind(data)
    except Refusal:
        raise Refusal("photo.unknown_kind") from None
    return _as_jpeg(_on_white(_read(data, kind, PHOTO_SIDE)))


class SitePictureFiles(NamedTuple):
    """A picture of a place, and the same for lists."""

    large: Prepared
    small: Prepared


def prepare_site_picture(data: bytes) -> SitePictureFiles:
    """A PNG, JPEG or WebP of a place as an upright JPEG on white of at most `SITE_SIDE` pixels a side, and a small one.

    Raises as `prepare_photo`, but `site_picture.unknown_kind` for what is none of them, and
    `site_picture.animated`.
    """
    if not data:
        raise Refusal("site_picture.empty")
    _check_size(data)
    _check_telephone(data)
    try:
        kind = "WEBP" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else _kind(data)
    except Refusal:
        raise Refusal("site_picture.unknown_kind") from None
    try:
        picture = _on_white(_read(data, kind, SITE_SIDE))
    except Refusal as refusal:
        raise Refusal("site_picture.animated") if refusal.code == "asset.animated" else refusal from None
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE), Image.Resampling.LANCZOS)
    return SitePictureFiles(_as_jpeg(picture, for_screen=True), _as_jpeg(small, for_screen=True))


def pixels_of(data: bytes) -> tuple[int, int]:
    """Width and height of what `prepare_photo` gave."""
    with Image.open(BytesIO(data), formats=["JPEG"]) as picture:
        return picture.size


def _read(data: bytes, kind: str, longest_side: int) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=[kind]) as picture:
            if picture.width * picture.height > _MOST_PIXELS[kind]:
                raise _too_many(*picture.size, most=_MOST_PIXELS[kind])
            if kind != "JPEG" and getattr(picture, "is_animated", False):
                raise Refusal("asset.animated")
            # A JPEG many times too large is taken apart at a half or a quarter already, in as much less time.
            picture.draft(None, (longest_side, longest_side))
            picture.load()
            return _plain(picture, longest_side)
    except Image.DecompressionBombError:
        raise _too_many("?", "?", most=_MOST_PIXELS[kind]) from None
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError) as error:
        raise Refusal("asset.broken") from error


def _too_many(width: int | str, height: int | str, *, most: int) -> Refusal:
    return Refusal("asset.too_many_pixels", width=width, height=height, most=most // 1_000_000)


def _check_size(data: bytes) -> None:
    if not data:
        raise Refusal("asset.empty")
    if len(data) > LARGEST_FILE:
        megabyte = 1024 * 1024
        raise Refusal("asset.file_too_large", size=-(-len(data) // megabyte), most=LARGEST_FILE // megabyte)


def _check_telephone(data: bytes) -> None:
    if data[4:8] == b"ftyp" and data[8:12] in _OF_TELEPHONES:
        raise Refusal("photo.heic")


def _kind(data: bytes) -> str:
    if data.startswith(_PNG):
        return "PNG"
    if data.startswith(_JPEG):
        return "JPEG"
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<svg") or (
        head.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in head
    ):
        raise Refusal("asset.svg")
    raise Refusal("asset.unknown_kind")


def _plain(picture: Image.Image, longest_side: int) -> Image.Image:
    """The picture in grey or sRGB, with transparency where it has any, upright and not too large."""
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    transparent = upright.has_transparency_data
    if upright.mode.startswith("I") or upright.mode == "F":
        # Sixteen bits a pixel: the upper eight are what paper shows.
        upright = upright.convert("I").point(lambda value: value / 257).convert("L")
    elif transparent:
        upright = upright.convert("RGBA")
    elif upright.mode in {"1", "L"}:
        upright = upright.convert("L")
    elif upright.mode not in {"CMYK", "LAB"}:
        upright = upright.convert("RGB")
    upright = _in_srgb(upright, profile)
    if max(upright.size) > longest_side:
        upright.thumbnail((longest_side, longest_side), Image.Resampling.LANCZOS)
    return upright


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    wanted = picture.mode if picture.mode in {"L", "RGB", "RGBA"} else "RGB"
    if not profile or picture.mode == "L":
        return picture.convert(wanted)
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(
            picture, own, ImageCms.createProfile("sRGB"), outputMode=wanted
        ) or picture.convert(wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(wanted)


def _encoded(picture: Image.Image) -> Prepared:
    """As PNG where it is drawn or transparent, as JPEG where it is a photograph."""
    buffer = BytesIO()
    picture.info.clear()
    if picture.mode == "RGBA" or picture.getcolors(_FEW_COLOURS) is not None:
        picture.save(buffer, "PNG", optimize=True)
        return Prepared(buffer.getvalue(), "image/png", *picture.size)
    return _as_jpeg(picture)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=picture.getchannel("A"))
    return white


def _as_jpeg(picture: Image.Image, *, for_screen: bool = False) -> Prepared:
    buffer = BytesIO()
    picture.info.clear()
    quality, subsampling = (_QUALITY_ON_SCREEN, 2) if for_screen else (_QUALITY, 0)
    picture.save(buffer, "JPEG", quality=quality, subsampling=subsampling)
    return Prepared(buffer.getvalue(), "image/jpeg", *picture.size)
