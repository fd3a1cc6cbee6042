from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import psutil
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.documents.reading import run
from trainingmgr.documents.certificate import draw_certificate
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


@pytest.mark.parametrize("parts", [[], [MergePart("x", b"not a pdf")]])
def test_a_failed_merge_leaves_nothing_behind(parts: list[MergePart], tmp_path: Path) -> None:
    with pytest.raises((ValueError, pikepdf.PdfError)):
        merge_pdfs(parts, tmp_path / "all.pdf", title="x")
    assert list(tmp_path.iterdir()) == []
