"""Lists on paper are read back with other people's programs."""

from pathlib import Path

from tests.documents.reading import check, joined, run, text_of
from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.listing import Block, Facts, Heading, Listing, Stamp, Table, Words, draw_listing

ROWS = [
    [str(number), f"示例{number}", "成都市民政局基层政权建设和社区治理处", "处长"] for number in range(70)
]


def drawn(chain: FontChain, *blocks: Block, page: str = "{page} / {pages}") -> bytes:
    return draw_listing(Listing("报名回执", blocks, page=page), chain)


def test_a_long_table_repeats_its_head_and_counts_its_pages(chain: FontChain) -> None:
    pdf = drawn(
        chain, Table(["序号", "姓名", "单位", "职务"], ROWS, [1, 2, 5, 2]), page="第{page}页共{pages}页"
    )
    check(pdf)
    pages = [page for page in text_of(pdf).split("\f") if page.strip()]
    assert len(pages) > 1
    assert all("序号" in page for page in pages)
    assert f"第1页共{len(pages)}页" in joined(pdf)
    assert all(row[1] in joined(pdf) for row in ROWS)


def test_names_in_any_script_are_read_back_and_what_no_font_has_is_named(chain: FontChain) -> None:
    names = ["阿卜杜热合曼江·阿卜杜力提甫江", "𠅤𬭎龘", "Zoë Müller-Łęcki"]
    text = joined(drawn(chain, Facts([("姓名", one) for one in [*names, "王\U000323af", "<b>&"]])))
    for one in names:
        assert one.replace(" ", "") in text
    assert "王[U+323AF]" in text
    assert "<b>&" in text


def test_a_heading_is_never_left_alone_at_the_foot(chain: FontChain) -> None:
    begun_on = []
    for lines in range(25, 36):
        pdf = drawn(chain, *[Words("一行")] * lines, Heading("另起"), Facts([("甲", "乙")]))
        pages = text_of(pdf).split("\f")
        (found,) = [number for number, page in enumerate(pages) if "另起" in page]
        assert "甲" in pages[found], lines
        begun_on.append(found)
    assert set(begun_on) == {0, 1}


def test_the_same_list_gives_the_same_bytes(chain: FontChain) -> None:
    blocks = (Words("说明", small=True), Stamp("单位（盖章）", ["负责人：", "日期："]))
    assert drawn(chain, *blocks) == drawn(chain, *blocks)


def test_the_paper_is_a4(chain: FontChain, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(drawn(chain, Words("一")))
    assert "(A4)" in run("pdfinfo", file)
