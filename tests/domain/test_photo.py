"""Whose a file is by its name; namesakes are never guessed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.design import Design, PhotoItem
from trainingmgr.domain.person import name_key
from trainingmgr.domain.photo import Doubt, Face, Match, Names, PhotoNeed, doubts_of_size, need_of

NUMBER, UNKNOWN = "11010519491231002X", "510104198001011234"
CHENGDU, BEIJING = "成都市民政局", "北京市民政局"


def face(number: int, name: str, unit: str = "", phone: str = "", *, document: bool = False) -> Face:
    return Face(number, frozenset({name_key(name)}), frozenset({unit} if unit else ()), phone, document)


ROSTER = [
    face(1, "张三", CHENGDU, "8613800138000", document=True),
    face(2, "张三", BEIJING, "8613900139001"),
    face(3, "欧阳小明", CHENGDU, "8613700137000"),
    face(4, "John Smith"),
    face(5, "阿依古丽·买买提", "新疆维吾尔自治区民政厅"),
    face(6, "张三丰"),
]
NAMES = Names(ROSTER, {NUMBER: 1}.get)


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        (f"{NUMBER}.jpg", 1),
        (f"{NUMBER.lower()} 张三.JPG", 1),
        (f"张三{NUMBER}.jpeg", 1),
        ("欧阳小明.jpg", 3),
        ("欧阳 小明.png", 3),
        ("001欧阳小明（一寸照）.jpg", 3),
        ("12-欧阳小明-电子证件照副本.jpg", 3),
        ("欧阳小明_处长.jpg", 3),
        ("john-smith_2.JPG", 4),
        ("Smith, John.jpg", None),
        ("阿依古丽•买买提.jpg", 5),
        ("阿依古丽.买买提.jpg", 5),
        ("张三丰照片.jpg", 6),
        ("张三-成都市民政局.jpg", 1),
        ("北京市民政局张三.jpg", 2),
        ("张三（北京）.jpg", 2),
        ("北京市民政局/第一批/张三.jpg", 2),
        ("北京市民政局\\张三.jpg", 2),
        ("张三8000.jpg", 1),
        ("张三_13900139001.jpg", 2),
        ("../../欧阳小明.jpg", 3),
        ("阿依古丽.买买提", 5),
        ("小明.jpg", None),
        ("DSC0001.jpg", None),
        (".jpg", None),
        ("", None),
    ],
)
def test_a_name_that_one_person_bears_is_theirs(path: str, whose: int | None) -> None:
    assert NAMES.match(path).ids == (() if whose is None else (whose,))


@pytest.mark.parametrize(
    ("path", "whose"),
    [
        ("张三.jpg", (1, 2)),
        ("张三1234.jpg", (1, 2)),
        ("张三-民政局.jpg", (1, 2)),
        ("张三8000-北京市.jpg", (1, 2)),
        ("欧阳小明与张三丰合影.jpg", ()),
        ("欧阳小明-张三丰合影.jpg", (1, 2, 3, 6)),
        ("张三丰、欧阳小明.jpg", (3, 6)),
    ],
)
def test_where_several_could_be_meant_nobody_is_chosen(path: str, whose: tuple[int, ...]) -> None:
    assert NAMES.match(path).ids == whose


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"{NUMBER}_欧阳小明.jpg", "photo.id_of_another"),
        (f"{UNKNOWN}.jpg", "photo.id_unknown"),
        ("欧阳小明-北京市民政局.jpg", "photo.other_unit"),
        ("欧阳小明上海市民政局.jpg", "photo.other_unit"),
        ("张三-13700137000.jpg", "photo.other_phone"),
        ("王五.jpg", "photo.name_unknown"),
    ],
)
def test_somebody_else_of_that_name_is_nobody_here(path: str, code: str) -> None:
    assert NAMES.match(path) == Match((), code)


def test_an_unknown_number_may_be_of_one_whose_number_is_not_kept() -> None:
    assert NAMES.match(f"{UNKNOWN}欧阳小明.jpg").ids == (3,)
    assert NAMES.match(f"{UNKNOWN}张三.jpg").ids == (2,)


def test_figures_that_are_not_the_end_of_the_phone_are_pointed_out() -> None:
    assert NAMES.match("欧阳小明7000.jpg").doubts == ()
    assert NAMES.match("欧阳小明1234.jpg").doubts == (Doubt.OTHER_TAIL,)
    assert NAMES.match("John Smith 1234.jpg").doubts == ()


_PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["王伟", "李娜", "王伟民", "伟民"]),
        st.sampled_from(["", "甲市民政局", "乙市民政局", "甲市教育局"]),
        st.sampled_from(["", "13800001111", "13900002222"]),
    ),
    max_size=6,
)
_PARTS = st.lists(
    st.sampled_from(
        ["王伟", "李娜", "王伟民", "甲市", "甲市民政局", "乙市民政局", "1111", "2222", "照片", "03"]
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(_PEOPLE, _PARTS, st.sampled_from(["-", "", "_", " "]))
def test_whoever_is_chosen_is_the_only_one_whom_the_words_leave(
    people: list[tuple[str, str, str]], parts: list[str], between: str
) -> None:
    roster = [face(number, *one) for number, one in enumerate(people)]
    found = Names(roster, lambda _: None).match(between.join(parts) + ".jpg")
    for one in found.ids:
        assert people[one][0] in "".join(parts)
    if len(found.ids) == 1:
        (chosen,) = found.ids
        twins = [n for n, one in enumerate(people) if one == people[chosen] and n != chosen]
        assert not twins


def test_pixels_are_judged_after_the_picture_is_cut() -> None:
    assert doubts_of_size(295, 413) == ()
    assert doubts_of_size(1000, 200) == (Doubt.SMALL, Doubt.WIDE)
    assert doubts_of_size(150, 210) == (Doubt.SMALL,)
    assert doubts_of_size(600, 500) == (Doubt.WIDE,)


def test_a_design_wants_what_its_strictest_item_wants() -> None:
    def design(*required: bool) -> Design:
        items = [PhotoItem(x=0, y=0, width=25, height=35, required=one) for one in required]
        return Design(items=tuple(items))

    assert need_of(Design()) is PhotoNeed.NONE
    assert need_of(design(False)) is PhotoNeed.WISHED
    assert need_of(design(False, True)) is PhotoNeed.NEEDED
