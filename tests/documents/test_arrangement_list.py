"""Who is where on paper, and the cards that stand on tables, read back with other people's programs."""

import re

import pytest

from tests.documents.reading import check, joined, text_of, words_of
from trainingmgr.documents.arrangement_list import (
    ArrangementList,
    ListedHolder,
    ListedPerson,
    arrangement_pdf,
)
from trainingmgr.documents.fonts import FontChain
from trainingmgr.documents.table_cards import TableCard, table_cards_pdf

WOMAN = ListedPerson("阿依努尔·买买提", "女", "湖南省民政厅", "处长", "138 0013 8000", "第一组")
MAN = ListedPerson("王𬭎", "男", "四川省民政厅", "副厅长", "139 0013 9000", "第二组")


def test_rooms_are_one_table_and_whoever_has_none_stands_at_its_end(chain: FontChain) -> None:
    listed = ArrangementList(
        title="住宿",
        holder="房间",
        holders=[ListedHolder("301", [WOMAN, WOMAN], 2, "三层"), ListedHolder("302", [MAN], 2)],
        printed="CD2019",
        without=[MAN],
        in_one=True,
    )
    pdf = arrangement_pdf(listed, "zh", chain)
    check(pdf)
    text = joined(pdf)
    assert text.count("阿依努尔·买买提") == 2
    assert text.count("301") == 1, "the room stands once for its people"
    assert text.index("王𬭎") < text.index("未安排") < text.rindex("王𬭎")
    assert "第1页，共1页" in text
    assert "Without a place" in text_of(arrangement_pdf(listed, "en", chain))


def pages_of(holders: list[ListedHolder], chain: FontChain) -> list[str]:
    listed = ArrangementList("住宿", "房间", holders, "CD2019", in_one=True)
    pdf = arrangement_pdf(listed, "zh", chain)
    check(pdf)
    return ["".join(page.split()) for page in text_of(pdf, "-layout").split("\f") if page.strip()]


@pytest.mark.parametrize("before", range(1, 7))
def test_room_mates_stand_on_one_page_and_no_page_has_a_single_line(chain: FontChain, before: int) -> None:
    single = [ListedHolder(f"S{number}", [MAN], 1) for number in range(before)]
    shared = [ListedHolder(f"R{number:02}", [WOMAN, MAN, WOMAN], 3) for number in range(16)]
    pages = pages_of([*single, *shared, ListedHolder("末间", [MAN], 1)], chain)
    assert len(pages) > 2
    for page in pages:
        people = page.count("买买提") + page.count("王𬭎")
        assert people == len(re.findall(r"S\d", page)) + page.count("末间") + 3 * len(
            re.findall(r"R\d", page)
        )
        assert people > 1


def test_a_room_that_fits_no_page_is_named_again_where_it_goes_on(chain: FontChain) -> None:
    pages = pages_of([ListedHolder("大通铺", [MAN] * 70, 80), ListedHolder("末间", [MAN], 1)], chain)
    assert len(pages) > 2
    assert [page.count("大通铺") for page in pages] == [1] * len(pages)
    assert pages[-1].count("王𬭎") > 1


def test_tables_say_who_presides_and_buses_who_drives(chain: FontChain) -> None:
    holder = ListedHolder("1号车", [MAN, WOMAN], 33, facts=[("司机", "赵师傅 13800138000")])
    listed = ArrangementList("车辆", "车辆", [holder, ListedHolder("2号车", [], 33)], "CD2019", presided=True)
    text = joined(arrangement_pdf(listed, "zh", chain))
    assert "1号车（2人，共33个位置）" in text
    assert "赵师傅13800138000" in text
    assert "王𬭎（桌长）" in text
    assert "买买提（桌长）" not in text
    assert "无人。" in text


def test_a_card_bears_the_name_on_both_sides_as_large_as_it_fits(chain: FontChain) -> None:
    cards = [
        TableCard("单斌", "四川省民政厅", "1号桌"),
        TableCard("热依汗古丽·阿卜杜热合曼·吐尔逊江"),
        TableCard("王\U000323af"),
    ]
    pdf = table_cards_pdf(cards, "桌签", chain)
    check(pdf)
    pages = ["".join(page.split()) for page in text_of(pdf, "-raw").split("\f") if page.strip()]
    assert len(pages) == 3
    assert (pages[0].count("单"), pages[0].count("1号桌")) == (2, 1)
    assert pages[1].count("热合曼") == 2
    assert "[U+323AF]" in pages[2]
    assert all(one.left >= 0 and one.right <= 595.3 for one in words_of(pdf))
    assert table_cards_pdf(cards, "桌签", chain) == pdf
