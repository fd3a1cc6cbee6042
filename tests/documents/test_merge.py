from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import psutil
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.documents.reading import run
from trainingmgr.documents.certificate import Addition, Numbers, Press, draw_certificate
from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.merge import MergePart, merge_pdfs
from trainingmgr.domain.certificate import CertificateSnapshot


def _part(snapshot: CertificateSnapshot, chain: FontChain, name: str) -> MergePart:
    return MergePart(f"0001 {name}", draw_certificate(replace(snapshot, holder_name=name), chain))


def test_every_certificate_is_a_page_with_its_bookmark(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    target = tmp_path / "all.pdf"
    heard: list[int] = []
    names = ["王小明", "迪丽热巴·迪力木拉提", "李㛃"]
    parts = (_part(snapshot, chain, name) for name in names)
    assert merge_pdfs(parts, target, title="全部证书", progress=heard.append) == 3
    assert heard == [1, 2, 3]
    run("qpdf", "--check", target)
    for number, name in enumerate(names, 1):
        assert name in run("pdftotext", "-f", str(number), "-l", str(number), target, "-")
    with pikepdf.open(target) as pdf:
        assert str(pdf.docinfo.Title) == "全部证书"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == [f"0001 {name}" for name in names]
            pages = [pikepdf.Page(item.destination[0]).index for item in outline.root]  # type: ignore[index]
    assert pages == [0, 1, 2]
    assert [path.name for path in tmp_path.iterdir()] == ["all.pdf"]


def test_neighbours_of_one_chapter_stand_under_one_closed_bookmark(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    pdf = _part(snapshot, chain, "王小明").pdf
    chapters = ["甲局", "甲局", "乙处", ""]
    parts = [MergePart(str(number), pdf, chapter) for number, chapter in enumerate(chapters)]
    merge_pdfs(parts, tmp_path / "all.pdf", title="x")
    run("qpdf", "--check", tmp_path / "all.pdf")
    with pikepdf.open(tmp_path / "all.pdf") as merged, merged.open_outline() as outline:
        found = [(item.title, item.is_closed, [one.title for one in item.children]) for item in outline.root]
        last = outline.root[1].children[0].destination
        assert pikepdf.Page(last[0]).index == 2  # type: ignore[index]
    assert found == [("甲局", True, ["0", "1"]), ("乙处", True, ["2"]), ("3", False, [])]


def test_merged_pages_look_like_the_single_ones(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    parts = [_part(snapshot, chain, name) for name in ("王小明", "李㛃")]
    merge_pdfs(parts, tmp_path / "all.pdf", title="x")
    (tmp_path / "one.pdf").write_bytes(parts[1].pdf)
    run("pdftoppm", "-r", "50", "-f", "2", "-l", "2", "-singlefile", tmp_path / "all.pdf", tmp_path / "all")
    run("pdftoppm", "-r", "50", "-singlefile", tmp_path / "one.pdf", tmp_path / "one")
    assert (tmp_path / "all.ppm").read_bytes() == (tmp_path / "one.ppm").read_bytes()


def test_what_the_pages_share_is_written_once(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    parts = [_part(snapshot, chain, f"王{chr(0x4E00 + 3 * number)}") for number in range(40)]
    target = tmp_path / "all.pdf"
    merge_pdfs(parts, target, title="x")
    assert target.stat().st_size < sum(len(part.pdf) for part in parts) / 8


def test_memory_stays_flat_however_many_there_are(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    parts = [_part(snapshot, chain, f"王{chr(0x4E00 + 3 * number)}") for number in range(20)]
    process = psutil.Process()
    merge_pdfs(parts, tmp_path / "warm.pdf", title="x")
    before = process.memory_info().rss
    assert merge_pdfs((parts[n % 20] for n in range(1000)), tmp_path / "all.pdf", title="x") == 1000
    assert process.memory_info().rss - before < 10_000_000


def test_pages_of_other_programs_are_merged_too(tmp_path: Path) -> None:
    buffer = BytesIO()
    canvas = Canvas(buffer)
    for word in ("first", "second"):
        canvas.drawString(100, 700, word)
        canvas.showPage()
    canvas.save()
    with pikepdf.open(BytesIO(buffer.getvalue())) as pdf:
        pdf.Root.Pages.MediaBox = pikepdf.Array([0, 0, 300, 800])
        for page in pdf.pages:
            del page.obj["/MediaBox"]
        moved = BytesIO()
        pdf.save(moved)
    merge_pdfs([MergePart("x", moved.getvalue())], tmp_path / "all.pdf", title="x")
    assert run("pdftotext", tmp_path / "all.pdf", "-").split() == ["first", "second"]
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        assert [int(side) for side in pdf.pages[1].MediaBox] == [0, 0, 300, 800]


def _signed(snapshot: CertificateSnapshot, chain: FontChain) -> bytes:
    """A file with a field as a signature has it."""

    def adding(numbers: Numbers) -> Addition:
        field = b"<</Type /Annot/Subtype /Widget/FT /Sig/T (Signature1)/V %d 0 R/Rect [0 0 0 0]/P %d 0 R>>"
        return Addition(
            bodies=(b"<</Type /Sig/Contents <00>>>", field % (numbers.first, numbers.page)),
            page={"Annots": f"[{numbers.first + 1} 0 R]"},
            catalog={"AcroForm": f"<</SigFlags 3/Fields [{numbers.first + 1} 0 R]>>"},
        )

    return Press(fonts=chain).bind(snapshot, adding=adding).data


@pytest.mark.parametrize("rewritten", [False, True])
def test_signatures_are_left_out_of_what_is_merged(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path, rewritten: bool
) -> None:
    data = _signed(snapshot, chain)
    if rewritten:
        # As a program wrote it that we know nothing of.
        with pikepdf.open(BytesIO(data)) as pdf:
            buffer = BytesIO()
            pdf.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        data = buffer.getvalue()
    target = tmp_path / "all.pdf"
    merge_pdfs([MergePart("one", data), MergePart("two", data)], target, title="x")
    run("qpdf", "--check", target)
    assert not any(word in target.read_bytes() for word in (b"/Sig", b"AcroForm", b"/Annots", b"pdfaid"))
    assert snapshot.holder_name in run("pdftotext", target, "-")


def test_a_file_that_something_was_appended_to_is_read_as_a_reader_would(
    snapshot: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    data = draw_certificate(snapshot, chain)
    start = data.rindex(b"startxref\n") + len(b"startxref\n")
    previous = int(data[start : data.index(b"\n", start)])
    with pikepdf.open(BytesIO(data)) as pdf:
        page, size = pdf.pages[0].obj.objgen[0], len(pdf.objects) + 1
    offset = len(data)
    blank = b"%d 0 obj\n<</Type /Page/Parent 1 0 R/MediaBox [0 0 100 100]>>\nendobj\n" % page
    update = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<</Size %d/Root 3 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    changed = data + blank + update % (page, offset, size, previous, offset + len(blank))
    merge_pdfs([MergePart("x", changed)], tmp_path / "all.pdf", title="x")
    with pikepdf.open(tmp_path / "all.pdf") as pdf:
        assert [int(side) for side in pdf.pages[0].MediaBox] == [0, 0, 100, 100]


def test_parts_are_merged_in_the_order_given_whatever_their_batch(
    snapshot: CertificateSnapshot, longest: CertificateSnapshot, chain: FontChain, tmp_path: Path
) -> None:
    facts = [snapshot, longest, replace(snapshot, holder_name="李㛃"), replace(longest, holder_name="王五")]
    target = tmp_path / "all.pdf"
    merge_pdfs([MergePart(one.holder_name, draw_certificate(one, chain)) for one in facts], target, title="x")
    for number, one in enumerate(facts, 1):
        run(
            "pdftoppm",
            "-r",
            "40",
            "-f",
            str(number),
            "-l",
            str(number),
            "-singlefile",
            target,
            tmp_path / "all",
        )
        (tmp_path / "one.pdf").write_bytes(draw_certificate(one, chain))
        run("pdftoppm", "-r", "40", "-singlefile", tmp_path / "one.pdf", tmp_path / "one")
        assert (tmp_path / "all.ppm").read_bytes() == (tmp_path / "one.ppm").read_bytes()


@pytest.mark.parametrize("parts", [[], [MergePart("x", b"not a pdf")]])
def test_a_failed_merge_leaves_nothing_behind(parts: list[MergePart], tmp_path: Path) -> None:
    with pytest.raises((ValueError, pikepdf.PdfError)):
        merge_pdfs(parts, tmp_path / "all.pdf", title="x")
    assert list(tmp_path.iterdir()) == []
