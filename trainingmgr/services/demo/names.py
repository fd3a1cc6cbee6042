"""Invented people: names, phones and ID numbers that nobody bears, always the same ones."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trainingmgr.domain.person import pinyin_key

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇查解"
)
_MEN = [
    "建平",
    "志远",
    "国栋",
    "晓峰",
    "文博",
    "俊杰",
    "立新",
    "海涛",
    "云鹏",
    "天佑",
    "子昂",
    "少华",
    "永康",
    "景行",
    "伯言",
    "思齐",
    "明哲",
    "嘉树",
    "振宇",
    "启航",
    "卫东",
    "学勤",
    "承志",
    "怀瑾",
    "松年",
    "雨泽",
    "长风",
    "一鸣",
    "亦凡",
    "宗翰",
    "峰",
    "磊",
    "强",
    "毅",
    "涛",
    "刚",
    "斌",
    "凯",
    "超",
    "宁",
]
_WOMEN = [
    "秀英",
    "雅琴",
    "晓梅",
    "思源",
    "婉清",
    "静怡",
    "丽华",
    "雨桐",
    "慧敏",
    "春燕",
    "若兰",
    "玉洁",
    "佳宁",
    "素心",
    "书瑶",
    "彩云",
    "冬青",
    "念慈",
    "初晴",
    "疏影",
    "南星",
    "采薇",
    "令仪",
    "望舒",
    "如意",
    "映雪",
    "知夏",
    "安澜",
    "乐怡",
    "清扬",
    "芳",
    "敏",
    "静",
    "丽",
    "娟",
    "霞",
    "颖",
    "洁",
    "倩",
    "琳",
]


@dataclass(frozen=True, slots=True)
class Invented:
    """`latin_name` is set where somebody spells themselves otherwise than the standard would."""

    name: str
    sex: str
    latin_name: str = ""


# Names that put a roster to the test: two-syllable surnames, surnames with a reading of their own,
# minority names with the middle dot, long ones, and characters that few fonts have.
UNCOMMON_IN_CHENGDU = (
    Invented("欧阳修远", "male"),
    Invented("尉迟静", "female"),
    Invented("阿依努尔·买买提", "female", "Aynur Mamat"),
    Invented("司马文渊", "male"),
    Invented("其木格·苏和", "female", "Chimeg Suhe"),
    Invented("赵䶮", "male"),
    Invented("热依汗古丽·阿卜杜热合曼·吐尔逊江", "female", "Reyhangul Abdurahman Tursunjan"),
    Invented("次仁央金", "female", "Cering Yangjin"),
    Invented("万俟长青", "male"),
)
UNCOMMON_IN_BEIJING = (
    Invented("诸葛清和", "female"),
    Invented("巴特尔·宝音", "male", "Bator Buyan"),
    Invented("上官若水", "female"),
    Invented("夏侯明远", "male"),
    Invented("迪丽娜尔·艾合买提江", "female", "Dilnar Ahmatjan"),
    Invented("孙龑", "male"),
    Invented("端木清扬", "female"),
    Invented("格桑梅朵", "female", "Kelsang Metok"),
    Invented("慕容知夏", "female"),
    Invented("娜仁托娅·阿古拉", "female", "Narantuya Agula"),
    Invented("东方既明", "male"),
)


def invented(begin: int) -> Iterator[Invented]:
    """Ordinary names without end or repetition; another `begin` gives other people."""
    seen: set[str] = set()
    number = begin
    while True:
        sex, given = (("male", _MEN), ("female", _WOMEN))[number % 2]
        name = _SURNAMES[(number * 37) % len(_SURNAMES)] + given[(number * 7 + number // 40) % len(given)]
        number += 1
        if name not in seen:
            seen.add(name)
            yield Invented(name, sex)


def phone(number: int) -> str:
    """A well-formed mobile number in a range that no operator has been given."""
    return f"+861540000{number:04d}"


def address(name: str, number: str = "") -> str:
    """A mail address of somebody invented, under a domain that is kept for examples."""
    return "".join(re.findall("[a-z]+", pinyin_key(name))) + number + "@example.org"


_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(number: int, sex: str) -> str:
    """A well-formed resident ID number with its right check digit, of a county that does not exist."""
    order = number * 2 + (sex == "male")
    head = f"119999{1970 + number % 25}{1 + number % 12:02d}{1 + number % 28:02d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(head, _WEIGHTS, strict=True))
    return head + "10X98765432"[total % 11]
