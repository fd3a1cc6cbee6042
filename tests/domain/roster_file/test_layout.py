"""Where in a sheet the roster is."""

import pytest

from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file import IgnoredKind, Layout, RosterField, field_of, find_layout
from trainingmgr.domain.roster_file.layout import RowSorter
from trainingmgr.domain.table import Table

F = RosterField


def table(*rows: list[str]) -> Table:
    return Table("s", list(enumerate(rows, 1)))


def layout(*rows: list[str]) -> Layout:
    found = find_layout(table(*rows))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("姓 名", F.NAME),
        ("姓　　名", F.NAME),
        ("*姓名（必填）", F.NAME),
        ("参训人员", F.NAME),
        ("参训人员姓名", F.NAME),
        ("Full name", F.NAME),
        ("Participant’s name", None),
        ("工作单位", F.UNIT),
        ("Organisation", F.UNIT),
        ("工作单位及职务", F.UNIT_AND_POST),
        ("单位\n及职务", F.UNIT_AND_POST),
        ("职务", F.POST),
        ("手机号码", F.PHONE),
        ("联系电话(手机)", F.PHONE),
        ("Mobile", F.PHONE),
        ("身份证号", F.ID_NUMBER),
        ("证件号码", F.ID_NUMBER),
        ("有效身份证件号码", F.ID_NUMBER),
        ("证件类型", F.ID_TYPE),
        ("性别", F.SEX),
        ("民族", F.ETHNICITY),
        ("电子邮箱", F.EMAIL),
        ("E-mail", F.EMAIL),
        ("组别", F.GROUP),
        ("类别", F.CATEGORY),
        ("备 注", F.NOTE),
        ("序号", F.SEQUENCE),
        ("No.", F.SEQUENCE),
        ("英文名", F.LATIN_NAME),
        ("姓名（拼音）", F.LATIN_NAME),
        ("Latin name", F.LATIN_NAME),
        ("联系人姓名", None),
        ("填表人", None),
        ("到达车次", None),
        ("", None),
    ],
)  # fmt: skip
def test_header_words_are_known_in_many_forms(word: str, field: RosterField | None) -> None:
    found = field_of(word)
    assert (found[0] if found else None) is field


def test_the_header_is_found_below_titles() -> None:
    found = layout(["附件", ""], ["2019年培训班姓名及单位汇总", ""], ["姓名", "单位"], ["张三", "甲"])
    assert found.header_row == 3
    assert found.fields == {F.NAME: 0, F.UNIT: 1}


def test_the_second_of_two_header_lines_is_taken_when_it_says_more() -> None:
    found = layout(
        ["序号", "姓名", "联系方式", ""], ["序号", "姓名", "手机", "邮箱"], ["1", "张三", "138", "a"]
    )
    assert found.header_row == 2
    assert found.fields[F.EMAIL] == 3


def test_the_better_of_two_columns_for_one_field_is_taken() -> None:
    found = layout(["姓名", "办公电话", "手机"], ["张三", "1", "2"])
    assert found.fields[F.PHONE] == 2
    assert found.columns[1].field is None


@pytest.mark.parametrize(
    "rows", [[["张三", "甲"]], [["单位", "电话"]], [], [["姓名的写法请以身份证为准", "并核对"]]]
)
def test_no_header_is_found_where_none_is(rows: list[list[str]]) -> None:
    assert find_layout(table(*rows)) is None


def test_a_list_of_names_alone_has_a_header() -> None:
    assert layout(["姓名"], ["张三"]).fields == {F.NAME: 0}


@pytest.mark.parametrize(
    "row",
    [
        ["填报单位：成都市民政局", ""],
        ["填报单位（盖章）：成都市民政局"],
        ["填报单位：", "成都市民政局"],
    ],
)
def test_a_unit_named_above_the_table_is_kept(row: list[str]) -> None:
    assert layout(row, ["姓名", "职务"], ["张三", "处长"]).unit_above == "成都市民政局"


def test_columns_are_assigned_by_hand() -> None:
    found = layout(["姓名", "甲列", "乙列"], ["张三", "1", "2"]).with_mapping({1: F.PHONE, 0: F.NAME})
    assert found.fields == {F.NAME: 0, F.PHONE: 1}


def test_a_mapping_without_a_name_or_with_one_field_twice_is_refused() -> None:
    found = layout(["姓名", "甲列", "乙列"], ["张三", "1", "2"])
    with pytest.raises(Refusal, match="mapping_no_name"):
        found.with_mapping({0: None})
    with pytest.raises(Refusal, match="mapping_twice"):
        found.with_mapping({1: F.PHONE, 2: F.PHONE})


HEADER = ["序号", "姓名", "单位", "备注"]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["1", "张三", "甲", ""], None),
        (["1", "", "甲", ""], None),
        (["", "张三", "", ""], None),
        (["7", "", "", ""], IgnoredKind.NUMBER_ONLY),
        (["合计", "", "25人", ""], IgnoredKind.NOTE),
        (["填表说明：请如实填写", "", "", ""], IgnoredKind.NOTE),
        (["注：1.请如实填写", "", "", ""], IgnoredKind.NOTE),
        (["联系人：", "王小明", "电话", "028"], IgnoredKind.NOTE),
        (["", "填表人：王小明", "", ""], IgnoredKind.NOTE),
        (["请各单位于10月20日前将本表发至邮箱。", "", "", ""], IgnoredKind.NOTE),
        (["Total: 25", "", "", ""], IgnoredKind.NOTE),
        (["一、省级民政部门", "", "", ""], IgnoredKind.SECTION),
        (["序号", "姓名", "单位", "备注"], IgnoredKind.HEADER),
        (["1", "注平安", "甲", ""], None),
        (["1", "说明明", "甲", ""], None),
    ],
)
def test_people_are_told_from_what_stands_around_them(row: list[str], kind: IgnoredKind | None) -> None:
    assert RowSorter(layout(HEADER, ["1", "张三", "甲", ""]), HEADER).kind(row) is kind


def test_listed_lines_below_a_note_belong_to_it() -> None:
    sorter = RowSorter(layout(HEADER, ["1", "张三", "甲", ""]), HEADER)
    assert sorter.kind(["填表说明：", "", "", ""]) is IgnoredKind.NOTE
    assert sorter.kind(["2.手机号码必填", "", "", ""]) is IgnoredKind.NOTE
    assert sorter.kind(["2", "李四", "乙", ""]) is None
