"""The order of a pile of papers, and what a scanner types."""

from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.handing import PaperOrder, Place, in_order, words_typed

PAPERS = {
    "1": Place("四川省民政厅", "第10组"),
    "2": Place("", "第2组"),
    "3": Place("安徽省民政厅", ""),
    "4": Place("四川省民政厅", "第2组"),
}


def ordered(order: PaperOrder) -> str:
    return "".join(in_order(list(PAPERS), PAPERS.__getitem__, order))


def test_by_serial_they_stay_as_they_come() -> None:
    assert ordered(PaperOrder.SERIAL) == "1234"


def test_by_unit_they_lie_in_the_order_of_the_units_sounds_and_those_without_come_last() -> None:
    assert ordered(PaperOrder.UNIT) == "3142"


def test_by_group_the_second_comes_before_the_tenth() -> None:
    assert ordered(PaperOrder.GROUP) == "2413"


def test_a_figure_that_is_no_number_does_not_stop_the_order() -> None:
    assert sorted(["组²", "组10", "组2"], key=natural_key) == ["组2", "组10", "组²"]


def test_the_address_in_a_qr_stands_for_its_serial() -> None:
    assert words_typed("https://classes.example.org/v/CD%2D2019-0003?c=ABC#x") == ["cd-2019-0003"]
    assert words_typed("  王小明 四川 ") == ["王小明", "四川"]
