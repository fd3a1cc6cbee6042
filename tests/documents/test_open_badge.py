"""A badge as its own drawing; what it is in the eyes of verifiers is tested where it is served."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from trainingmgr.documents.open_badge import Issuer, OpenBadge, credential, png_badge, svg_badge
from trainingmgr.documents.open_badge.drawing import SIZE, Curve, Run, drawing
from trainingmgr.domain.certificate import CertificateKind, CertificateSnapshot

TOKEN = "header.payload.signature"
TEAL, AMBER = (11, 93, 102, 255), (138, 90, 0, 255)


def badge(snapshot: CertificateSnapshot, **changes: Any) -> OpenBadge:
    return OpenBadge(
        snapshot=replace(snapshot, **changes),
        issuer=Issuer("https://classes.example.org/v/issuer/1", "民政部"),
        address="https://classes.example.org/v/A-1?c=ABC",
        subject="https://classes.example.org/v/A-1#holder",
        achievement="urn:uuid:0f2a7d2e-0000-5000-8000-000000000000",
        valid_from=datetime(2019, 11, 2, tzinfo=UTC),
        status_list="https://classes.example.org/v/issuer/1/status/0",
        status_index=1,
    )


def picture(snapshot: CertificateSnapshot, **changes: Any) -> Image.Image:
    return Image.open(BytesIO(png_badge(badge(snapshot, **changes), TOKEN)))


def test_the_drawing_has_the_credential_as_the_standard_places_it(snapshot: CertificateSnapshot) -> None:
    root = ElementTree.fromstring(svg_badge(badge(snapshot), TOKEN))
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert root[0].get("verify") == TOKEN
    assert len(root.findall("{https://purl.imsglobal.org/ob/v3p0}credential")) == 1
    assert not root.findall(".//{http://www.w3.org/2000/svg}text"), "letters would need the reader's fonts"


def test_markup_in_a_title_stays_text(snapshot: CertificateSnapshot) -> None:
    root = ElementTree.fromstring(svg_badge(badge(snapshot, training_title_zh="<script>&\"'"), TOKEN))
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert "<script>&\"'" in (title.text or "")
    assert not root.findall(".//{http://www.w3.org/2000/svg}script")


def test_the_picture_has_the_credential_once_and_uncompressed(snapshot: CertificateSnapshot) -> None:
    data = png_badge(badge(snapshot), TOKEN)
    opened = Image.open(BytesIO(data))
    opened.load()
    assert opened.size == (SIZE, SIZE)
    assert opened.info["openbadgecredential"] == TOKEN
    assert data.count(b"iTXtopenbadgecredential\0\0\0\0\0" + TOKEN.encode()) == 1


def test_a_sample_is_another_colour_and_says_so(snapshot: CertificateSnapshot) -> None:
    assert picture(snapshot).getpixel((SIZE // 2, 15)) == TEAL
    assert picture(snapshot, is_sample=True).getpixel((SIZE // 2, 15)) == AMBER
    said = credential(badge(snapshot, is_sample=True))
    assert said["name"].startswith("示例 SAMPLE")
    for text in (
        said["description"],
        said["credentialSubject"]["narrative"],
        said["credentialSubject"]["achievement"]["criteria"]["narrative"],
    ):
        assert text.startswith("示例，不作任何证明。\n\nA sample, which certifies nothing.")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"training_title_zh": ""},
        {"training_title_en": ""},
        {"training_title_zh": "关于" * 60},
        {"training_title_en": "Interdepartmental" * 5, "training_title_zh": ""},
        {"training_title_zh": "ꀀ\U000323af班"},
    ],
)
def test_whatever_the_title_all_letters_stay_within_the_seal(
    snapshot: CertificateSnapshot, changes: dict[str, str]
) -> None:
    for kind in CertificateKind:
        for shape in drawing(replace(snapshot, kind=kind, **changes)):  # type: ignore[arg-type]
            if isinstance(shape, Curve):
                continue
            right = shape.x + sum(glyph.advance for glyph in shape.glyphs) * shape.size
            assert 62 < shape.x < right < SIZE - 62
            assert shape.y - shape.size > 62
            assert shape.y < SIZE - 62


def test_the_drawing_says_what_the_certificate_is(snapshot: CertificateSnapshot) -> None:
    runs = [shape for shape in drawing(snapshot) if isinstance(shape, Run)]
    said = "".join(glyph.text for run in runs for glyph in run.glyphs)
    for words in ("民政部", "结业证书", snapshot.training_title_zh, "2019年11月2日"):
        assert words in said
    assert snapshot.holder_name not in said
