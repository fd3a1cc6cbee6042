"""The receipt as it is printed, read back by another program."""

import pytest

from tests.documents.reading import text_of
from trainingmgr.documents.fonts import font_chain
from trainingmgr.documents.receipt import Receipt, ReceiptPerson, receipt_pdf


def person(name: str) -> ReceiptPerson:
    return ReceiptPerson(
        name, "女", "新疆维吾尔自治区民政厅基层政权建设和社区治理处", "基层政权和社区建设处处长", "138 0013 8000",
        "5101**********1234", "各省（直辖市、自治区）民政厅（局）", "",
    )  # fmt: skip


def pages(language: str, *names: str) -> list[str]:
    receipt = Receipt(
        "全国社区治理和服务创新实验区示范培训班", "甲厅", (("地点", "四川省成都市"),), tuple(map(person, names)), "2026年3月1日"
    )  # fmt: skip
    return text_of(receipt_pdf(receipt, language, font_chain()), "-layout").split("\f")[:-1]


@pytest.mark.parametrize(
    ("language", "heads", "stamp", "foot"),
    [
        ("zh", ("姓名", "工作单位"), "盖章", "第 {} 页，共 {} 页"),
        ("en", ("Name", "Unit"), "Stamp of the unit", "Page {} of {}"),
    ],
)
def test_a_long_list_has_its_heads_on_every_page_and_room_for_the_stamp_on_the_last(
    language: str, heads: tuple[str, ...], stamp: str, foot: str
) -> None:
    names = [f"人选{number:02}" for number in range(30)]
    found = pages(language, *names)
    assert len(found) > 2
    for number, text in enumerate(found, 1):
        assert foot.format(number, len(found)).replace(" ", "") in text.replace(" ", "")
        assert (stamp in text) == (number == len(found))
    assert all(word in text for text in found[:-1] for word in heads)
    assert [sum(name in text for text in found) for name in names] == [1] * 30


def test_nobody_named_yet_is_said_and_the_unit_named() -> None:
    (page,) = pages("zh")
    assert "尚未推荐人选" in page
    assert "甲厅" in page
