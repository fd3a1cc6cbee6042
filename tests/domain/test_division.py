"""The list of divisions against the facts that everybody knows of it."""

from collections import Counter

import pytest

from trainingmgr.documents.divisions import all_divisions
from trainingmgr.domain.division import (
    DivisionGroup as G,
)
from trainingmgr.domain.division import (
    DivisionLevel,
    Naming,
    Recogniser,
    english_name,
    pick,
    short_name,
)

DIVISIONS = all_divisions()
RECOGNISER = Recogniser(DIVISIONS)
SEPARATELY_PLANNED = ["大连市", "宁波市", "厦门市", "青岛市", "深圳市"]
CAPITALS = [
    "石家庄",
    "太原",
    "呼和浩特",
    "沈阳",
    "长春",
    "哈尔滨",
    "南京",
    "杭州",
    "合肥",
    "福州",
    "南昌",
    "济南",
    "郑州",
    "武汉",
    "长沙",
    "广州",
    "南宁",
    "海口",
    "成都",
    "贵阳",
    "昆明",
    "拉萨",
    "西安",
    "兰州",
    "西宁",
    "银川",
    "乌鲁木齐",
]


def test_the_list_has_as_many_divisions_of_each_kind_as_china() -> None:
    inland = Counter(one.level for one in DIVISIONS if not one.outside)
    assert inland == {
        DivisionLevel.PROVINCE: 22,
        DivisionLevel.AUTONOMOUS_REGION: 5,
        DivisionLevel.MUNICIPALITY: 4,
        DivisionLevel.CORPS: 1,
        DivisionLevel.PREFECTURE: 333,
    }
    endings = Counter(one.name[-1] for one in DIVISIONS if not one.is_top)
    assert endings == {"市": 293, "州": 30, "区": 7, "盟": 3}
    assert [one.name for one in DIVISIONS if one.outside] == ["台湾省", "香港特别行政区", "澳门特别行政区"]


def test_codes_and_names_are_there_once_and_each_city_lies_in_its_province() -> None:
    assert all(count == 1 for count in Counter(one.name for one in DIVISIONS).values())
    codes = Counter(one.code for one in DIVISIONS)
    assert codes.pop("") == 1
    assert set(codes.values()) == {1}
    provinces = {one.code for one in DIVISIONS if one.is_top}
    assert all(one.parent in provinces and one.parent[:2] == one.code[:2] for one in DIVISIONS if one.parent)


@pytest.mark.parametrize(
    ("group", "count"),
    [
        (G.PROVINCES, 31),
        (G.PROVINCES_AND_CORPS, 32),
        (G.CAPITALS, 27),
        (G.SEPARATELY_PLANNED, 5),
        (G.CAPITALS_AND_SEPARATELY_PLANNED, 32),
    ],
)
def test_a_group_has_the_divisions_that_a_notice_means(group: G, count: int) -> None:
    chosen = pick(DIVISIONS, group)
    assert len(set(chosen)) == count
    assert not any(one.outside for one in chosen)


def test_the_capitals_and_the_cities_with_separate_planning_are_the_right_ones() -> None:
    assert [one.short_name for one in pick(DIVISIONS, G.CAPITALS)] == CAPITALS
    assert [one.name for one in pick(DIVISIONS, G.SEPARATELY_PLANNED)] == SEPARATELY_PLANNED


def test_hong_kong_macao_and_taiwan_come_when_asked_for() -> None:
    assert len(pick(DIVISIONS, G.PROVINCES, outside=True)) == 34


def test_the_cities_of_a_province_are_its_own() -> None:
    sichuan = pick(DIVISIONS, G.CITIES_OF_PROVINCE, province="510000")
    assert (len(sichuan), sichuan[0].name, sichuan[-1].name) == (21, "成都市", "凉山彝族自治州")
    for none in ("110000", "", "990000"):
        with pytest.raises(KeyError):
            pick(DIVISIONS, G.CITIES_OF_PROVINCE, province=none)


@pytest.mark.parametrize(
    ("name", "office"),
    [
        ("河北省", "河北省民政厅"),
        ("北京市", "北京市民政局"),
        ("广西壮族自治区", "广西壮族自治区民政厅"),
        ("新疆生产建设兵团", "新疆生产建设兵团民政局"),
        ("成都市", "成都市民政局"),
        ("延边朝鲜族自治州", "延边朝鲜族自治州民政局"),
        ("香港特别行政区", "香港特别行政区"),
    ],
)
def test_an_office_is_called_as_offices_are(name: str, office: str) -> None:
    division = next(one for one in DIVISIONS if one.name == name)
    assert Naming().name(division) == office


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("黔西南布依族苗族自治州", "黔西南州"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏州"),
        ("兴安盟", "兴安盟"),
        ("大兴安岭地区", "大兴安岭"),
        ("澳门特别行政区", "澳门"),
    ],
)
def test_short_names_are_those_of_lists(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("text", "division", "rest"),
    [
        ("四川省成都市民政局", "成都市", "民政局"),
        ("成都民政局", "成都市", "民政局"),
        ("吉林省民政厅", "吉林省", "民政厅"),
        ("吉林民政厅", "吉林省", "民政厅"),
        ("吉林市民政局", "吉林市", "民政局"),
        ("内蒙古民政厅", "内蒙古自治区", "民政厅"),
        ("海南藏族自治州民政局", "海南藏族自治州", "民政局"),
        ("北京市朝阳区民政局", "北京市", "朝阳区民政局"),
        ("朝阳区民政局", None, "朝阳区民政局"),
        ("民政部", None, "民政部"),
    ],
)
def test_the_division_at_the_beginning_of_a_name_is_found(text: str, division: str | None, rest: str) -> None:
    found, left = RECOGNISER.split(text)
    assert (found.name if found else None, left) == (division, rest)


def test_whatever_stands_directly_under_the_state_has_an_english_name_of_its_own() -> None:
    names = [english_name(one.name) for one in DIVISIONS if one.is_top]
    assert all(names)
    assert len(set(names)) == len(names) == 35
    assert english_name("四川") == ""
