"""What a certificate's file is made of, whatever stands on its page."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from tests.documents.reading import check
from trainingmgr.documents.certificate import Addition, Numbers, Press
from trainingmgr.domain.certificate import CertificateLanguage, CertificateSnapshot


def test_the_file_keeps_the_rules_of_archives(press: Press, taught: CertificateSnapshot) -> None:
    """PDF/A-2b as far as its rules can be read off: colours, fonts, metadata, nothing that acts."""
    for language in CertificateLanguage:
        pdf = press.draw(replace(taught, language=language, is_sample=True))
        with pikepdf.open(BytesIO(pdf)) as read:
            metadata = read.open_metadata()
            assert metadata.pdfa_status == "2B"
            (intent,) = read.Root.OutputIntents
            assert str(intent.S) == "/GTS_PDFA1"
            profile = intent.DestOutputProfile.read_bytes()
            assert profile[36:40] == b"acsp"
            assert (profile[12:16], profile[16:20]) == (b"mntr", b"RGB ")
            assert int(intent.DestOutputProfile.N) == 3
            assert len(read.trailer.ID) == 2
            assert "/Encrypt" not in read.trailer
            assert not {"/AcroForm", "/AA", "/OpenAction", "/Names"} & set(read.Root.keys())
            assert metadata["dc:title"] == str(read.docinfo.Title)
            assert metadata["dc:creator"] == [str(read.docinfo.Author)]
            assert metadata["dc:description"] == str(read.docinfo.Subject)
            assert metadata["pdf:Keywords"] == str(read.docinfo.Keywords) == taught.serial
            assert metadata["xmp:CreatorTool"] == str(read.docinfo.Creator)
            assert metadata["xmp:CreateDate"] == metadata["xmp:ModifyDate"] == "2019-11-02T00:00:00Z"
            for thing in _dictionaries(read):
                _check_archival(thing)
            for font in read.pages[0].Resources.Font.values():
                _check_widths(font)


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary and stream of the file, those within others too."""
    waiting: list[Any] = list(pdf.objects)
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            waiting += [item for item in thing if isinstance(item, pikepdf.Object) and not item.is_indirect]
        if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            yield thing
            waiting += [v for _, v in thing.items() if isinstance(v, pikepdf.Object) and not v.is_indirect]


def _check_archival(thing: Any) -> None:
    if thing.get("/Type") == "/Font":
        assert str(thing.Subtype) in {"/Type0", "/CIDFontType2"}
    if thing.get("/Type") == "/FontDescriptor":
        assert "/FontFile2" in thing
    if thing.get("/Subtype") == "/Image":
        assert "/ImageMask" in thing or str(thing.ColorSpace) in {"/DeviceRGB", "/DeviceGray"}
        assert "/Interpolate" not in thing
    assert "/LZWDecode" not in str(thing.get("/Filter"))
    if thing.get("/Type") == "/Annot":
        # Printed and never hidden, and a link at most: ISO 19005-2, 6.3.2 and 6.5.1.
        assert (int(thing.F), str(thing.Subtype), str(thing.A.S)) == (4, "/Link", "/URI")
        return
    assert not {"/TR", "/JS", "/JavaScript", "/F", "/EF"} & set(thing.keys())


def _check_widths(font: Any) -> None:
    """The widths of the file are those of its font programs."""
    from fontTools.ttLib import TTFont

    (descendant,) = font.DescendantFonts
    widths = [int(width) for width in descendant.W[1]]
    with TTFont(BytesIO(descendant.FontDescriptor.FontFile2.read_bytes())) as program:
        units = program["head"].unitsPerEm
        order = program.getGlyphOrder()
        real = [program["hmtx"][name][0] * 1000 / units for name in order[: len(widths)]]
    assert all(abs(one - other) <= 1 for one, other in zip(widths, real, strict=True))


def test_objects_of_others_are_written_with_the_file(press: Press, snapshot: CertificateSnapshot) -> None:
    """As a signature needs it: a field on the page and in the catalogue, and the place of its value."""

    def adding(numbers: Numbers) -> Addition:
        value = b"<</Type /Sig /Contents <0000>>>"
        field = (
            b"<</Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 0 0] /F 132 /T (one) /V %d 0 R /P %d 0 R>>"
        )
        first = numbers.first
        return Addition(
            bodies=(value, field % (first, numbers.page)),
            page={"Annots": f"[{first + 1} 0 R]"},
            catalog={"AcroForm": f"<</SigFlags 3 /Fields [{first + 1} 0 R]>>"},
        )

    for bind in (press.bind, press.bind_plain):
        bound = bind(snapshot, adding=adding)
        check(bound.data)
        assert bound.data[bound.places[0] :].startswith(b"<</Type /Sig")
        with pikepdf.open(BytesIO(bound.data)) as read:
            (field,) = read.Root.AcroForm.Fields
            assert field.V.Type == "/Sig"
            assert field.P.objgen == read.pages[0].obj.objgen
            assert [str(one.Subtype) for one in read.pages[0].Annots] == ["/Widget", "/Link"]
            assert read.pages[0].Annots[0].objgen == field.objgen


def test_the_qr_leads_to_its_address_on_the_screen_too(press: Press, taught: CertificateSnapshot) -> None:
    """And a verifier without a camera reads the address there: it stands in plain letters."""
    for bind in (press.bind, press.bind_plain):
        data = bind(taught).data
        assert f"({taught.verify_url})".encode("ascii") in data
        with pikepdf.open(BytesIO(data)) as read:
            (link,) = read.pages[0].Annots
            assert (str(link.A.URI), int(link.F)) == (taught.verify_url, 4)
            left, low, right, high = map(float, link.Rect)
            assert right - left == pytest.approx(high - low, abs=0.02)
            assert 30 / 25.4 * 72 * 0.7 < right - left < 60 / 25.4 * 72
        with pikepdf.open(BytesIO(bind(taught, preview=True).data)) as read:
            assert "/Annots" not in read.pages[0]


def test_a_file_is_at_most_seven_tenths_of_what_reportlab_writes(
    press: Press, taught: CertificateSnapshot
) -> None:
    assert len(press.draw(taught)) <= 0.7 * len(press.bind_plain(taught).data)
