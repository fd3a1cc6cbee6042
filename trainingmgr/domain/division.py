"""China's administrative divisions of province and prefecture level, and the groups that quotas are given to."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class DivisionLevel(StrEnum):
    """What a division is called by law; the first four and the Corps stand directly under the state."""

    PROVINCE = "province"
    AUTONOMOUS_REGION = "autonomous_region"
    MUNICIPALITY = "municipality"
    SPECIAL_REGION = "special_region"
    CORPS = "corps"
    PREFECTURE = "prefecture"


class DivisionGroup(StrEnum):
    """Divisions that are meant by one word in a notice (各省、各省会城市……)."""

    PROVINCES = "provinces"
    PROVINCES_AND_CORPS = "provinces_and_corps"
    CAPITALS = "capitals"
    SEPARATELY_PLANNED = "separately_planned"
    CAPITALS_AND_SEPARATELY_PLANNED = "capitals_and_separately_planned"
    CITIES_OF_PROVINCE = "cities_of_province"


@dataclass(frozen=True, slots=True)
class Division:
    """One division. `code` is that of GB/T 2260, six digits; the Corps has none there.

    `parent` is the code of the province, empty for what stands directly under the state. `outside`
    marks Hong Kong, Macao and Taiwan, which no notice to "every province" means.
    """

    name: str
    short_name: str
    code: str
    level: DivisionLevel
    parent: str = ""
    is_capital: bool = False
    is_separately_planned: bool = False
    outside: bool = False

    @property
    def is_top(self) -> bool:
        """Tell whether it stands directly under the state."""
        return self.level is not DivisionLevel.PREFECTURE


def english_name(name: str) -> str:
    """What a division directly under the state is called in English; empty for any other name."""
    return _ENGLISH.get(name, "")


CORPS_NAME = "新疆生产建设兵团"
_OUTSIDE = (
    ("710000", "台湾省", DivisionLevel.PROVINCE),
    ("810000", "香港特别行政区", DivisionLevel.SPECIAL_REGION),
    ("820000", "澳门特别行政区", DivisionLevel.SPECIAL_REGION),
)
_ENGLISH = {
    "北京市": "Beijing",
    "天津市": "Tianjin",
    "河北省": "Hebei Province",
    "山西省": "Shanxi Province",
    "内蒙古自治区": "Inner Mongolia Autonomous Region",
    "辽宁省": "Liaoning Province",
    "吉林省": "Jilin Province",
    "黑龙江省": "Heilongjiang Province",
    "上海市": "Shanghai",
    "江苏省": "Jiangsu Province",
    "浙江省": "Zhejiang Province",
    "安徽省": "Anhui Province",
    "福建省": "Fujian Province",
    "江西省": "Jiangxi Province",
    "山东省": "Shandong Province",
    "河南省": "Henan Province",
    "湖北省": "Hubei Province",
    "湖南省": "Hunan Province",
    "广东省": "Guangdong Province",
    "广西壮族自治区": "Guangxi Zhuang Autonomous Region",
    "海南省": "Hainan Province",
    "重庆市": "Chongqing",
    "四川省": "Sichuan Province",
    "贵州省": "Guizhou Province",
    "云南省": "Yunnan Province",
    "西藏自治区": "Tibet Autonomous Region",
    "陕西省": "Shaanxi Province",
    "甘肃省": "Gansu Province",
    "青海省": "Qinghai Province",
    "宁夏回族自治区": "Ningxia Hui Autonomous Region",
    "新疆维吾尔自治区": "Xinjiang Uygur Autonomous Region",
    "新疆生产建设兵团": "Xinjiang Production and Construction Corps",
    "台湾省": "Taiwan Province",
    "香港特别行政区": "Hong Kong Special Administrative Region",
    "澳门特别行政区": "Macao Special Administrative Region",
}
# 大连, 宁波, 厦门, 青岛, 深圳.
_SEPARATELY_PLANNED = frozenset({"210200", "330200", "350200", "370200", "440300"})
# Entries of the statistical list that group counties and are no division themselves.
_NO_DIVISION = re.compile("市辖区|县|(省|自治区)直辖县级行政区划")
_PEOPLES = (
    "朝鲜族", "土家族", "苗族", "藏族", "羌族", "彝族", "布依族", "侗族", "哈尼族", "壮族", "傣族", "白族", "景颇族",
    "傈僳族", "回族", "蒙古族", "蒙古", "柯尔克孜", "哈萨克", "维吾尔",
)  # fmt: skip
_AUTONOMOUS = re.compile(f"(.{{2,}}?)(?:{'|'.join(_PEOPLES)})+(自治区|自治州)")
_OFFICIAL_END = re.compile("(省|市|地区|自治区|特别行政区)$")


def build_divisions(
    provinces: Iterable[tuple[str, str]], cities: Iterable[tuple[str, str]]
) -> tuple[Division, ...]:
    """Make the divisions of (code, name) rows, two digits for a province and four for what is under it."""
    top = [_province(f"{code}0000", name, _level(name)) for code, name in provinces]
    top.append(Division(CORPS_NAME, "兵团", "", DivisionLevel.CORPS))
    top += [_province(code, name, level, outside=True) for code, name, level in _OUTSIDE]
    municipal = {one.code for one in top if one.level is DivisionLevel.MUNICIPALITY}
    under: dict[str, list[Division]] = {}
    for code, name in cities:
        parent = f"{code[:2]}0000"
        if parent not in municipal and not _NO_DIVISION.fullmatch(name):
            under.setdefault(parent, []).append(_city(f"{code}00", name, parent))
    return tuple(one for province in top for one in (province, *under.get(province.code or "-", ())))


def _level(name: str) -> DivisionLevel:
    if name.endswith("自治区"):
        return DivisionLevel.AUTONOMOUS_REGION
    return DivisionLevel.MUNICIPALITY if name.endswith("市") else DivisionLevel.PROVINCE


def _province(code: str, name: str, level: DivisionLevel, *, outside: bool = False) -> Division:
    return Division(name, short_name(name), code, level, outside=outside)


def _city(code: str, name: str, parent: str) -> Division:
    return Division(
        name,
        short_name(name),
        code,
        DivisionLevel.PREFECTURE,
        parent,
        # The standard gives the seat of the provincial government the first number in its province.
        is_capital=code[2:4] == "01",
        is_separately_planned=code in _SEPARATELY_PLANNED,
    )


def short_name(name: str) -> str:
    """The name as it stands in a list: 河北, 广西, 成都, 延边州, 兴安盟, 大兴安岭."""
    autonomous = _AUTONOMOUS.fullmatch(name)
    if autonomous:
        return autonomous[1] + ("州" if autonomous[2] == "自治州" else "")
    return _OFFICIAL_END.sub("", name)


def pick(
    divisions: Sequence[Division], group: DivisionGroup, *, province: str = "", outside: bool = False
) -> list[Division]:
    """The divisions of a group in their order.

    `province` is the code of the province whose cities are meant. With `outside` Hong Kong, Macao and
    Taiwan are among the provinces. Raises KeyError for a province that has no cities.
    """
    if group is DivisionGroup.CITIES_OF_PROVINCE:
        found = [one for one in divisions if one.parent and one.parent == province]
        if not found:
            raise KeyError(province)
        return found
    if group in {DivisionGroup.PROVINCES, DivisionGroup.PROVINCES_AND_CORPS}:
        corps = group is DivisionGroup.PROVINCES_AND_CORPS
        return [
            one
            for one in divisions
            if one.is_top and (corps or one.level is not DivisionLevel.CORPS) and (outside or not one.outside)
        ]
    capitals = group is not DivisionGroup.SEPARATELY_PLANNED
    planned = group is not DivisionGroup.CAPITALS
    chosen = [one for one in divisions if capitals and one.is_capital]
    # A notice names the capitals first.
    return chosen + [one for one in divisions if planned and one.is_separately_planned]


@dataclass(frozen=True, slots=True)
class Naming:
    """What the offices of one line of administration are called after their divisions.

    `provincial` is for provinces and autonomous regions, `municipal` for municipalities, the Corps and
    everything of prefecture level.
    """

    provincial: str = "民政厅"
    municipal: str = "民政局"

    def name(self, division: Division) -> str:
        """The name of a division's office: 河北省民政厅, 北京市民政局, 成都市民政局."""
        return division.name + self._office(division)

    def names(self, division: Division, province: Division | None = None) -> list[str]:
        """The names under which the office may stand, the usual one first: a city's also after its province."""
        usual = self.name(division)
        return [usual, province.name + usual] if province else [usual]

    def _office(self, division: Division) -> str:
        if division.outside:
            return ""
        high = {DivisionLevel.PROVINCE, DivisionLevel.AUTONOMOUS_REGION}
        return self.provincial if division.level in high else self.municipal


CIVIL_AFFAIRS = Naming()


class Recogniser:
    """Finds the division that a unit's name begins with."""

    def __init__(self, divisions: Sequence[Division]) -> None:
        self._by_code = {one.code: one for one in divisions}
        # A province goes before a city of the same short name (吉林, 海南), a full name before any short one.
        ordered = sorted(divisions, key=lambda one: one.is_top)
        names = {one.short_name: one for one in ordered} | {one.name: one for one in ordered}
        self._names = names
        # 朝阳区 is no part of 朝阳市.
        self._pattern = re.compile(
            "|".join(
                re.escape(name) + ("" if names[name].name == name else "(?![省市区县州盟旗])")
                for name in sorted(names, key=len, reverse=True)
            )
        )

    def split(self, name: str) -> tuple[Division | None, str]:
        """The smallest division named at the beginning of `name`, and what follows."""
        found = self._pattern.match(name)
        if found is None:
            return None, name
        division, rest = self._names[found[0]], name[found.end() :]
        inner = self._pattern.match(rest) if division.is_top else None
        if inner and self._names[inner[0]].parent == division.code:
            return self._names[inner[0]], rest[inner.end() :]
        return division, rest

    def province_of(self, division: Division) -> Division | None:
        """The province that a division of prefecture level lies in."""
        return self._by_code.get(division.parent) if division.parent else None
