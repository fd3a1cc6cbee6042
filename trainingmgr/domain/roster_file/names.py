"""What offices write behind a name in the same cell."""

import re
from typing import NamedTuple

from trainingmgr.domain.person import Sex, clean_name, clean_text, read_sex
from trainingmgr.domain.person.surnames import COMPOUND
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.roster_file.ethnic_groups import ETHNIC_GROUPS
from trainingmgr.domain.roster_file.posts import is_post

_BRACKETS = re.compile(r"(.+?)\s*[（(]([^（()）]+)[)）]\s*$", re.DOTALL)
_CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·•・‧∙⋅\s]{2,}")
_SEX_BEHIND = re.compile(r"([\u4e00-\u9fff]{2,4})\s+([男女])")
_SEVERAL = re.compile(r".等\s*[0-9一二三四五六七八九十几多两]*\s*[人位名]$")
ENDS_OF_POSTS = frozenset("长任记授师席理生士志")
"""Of a name that ends in none of these `has_post` is false."""
_POST_BEHIND = re.compile(
    r"[\u4e00-\u9fff]{1,3}(?:[处局科厅司部院所校会组队镇乡县市区省股社秘]长|主任|书记|教授|老师|主席|经理|先生|女士|同志)"
)


# What offices write where the row above says it already.
AS_ABOVE = frozenset({"同上", "同 上", "〃", "″", '"', "''", "ditto", "Ditto"})


class Beside(NamedTuple):
    """What stood behind a name, by what it says; empty for what it does not say.

    `remark` is text that has no field of its own.
    """

    sex: Sex | None = None
    ethnicity: str = ""
    post: str = ""
    remark: str = ""

    @property
    def moved(self) -> str:
        """What the person is not usually asked for behind the name, as it was written."""
        return "、".join(filter(None, (self.post, self.remark)))


def part_name(raw: str) -> tuple[str, Beside | None]:
    """Part 王芳（女，回族，处长） into the clean name and what is said beside it.

    A bracket behind a name in Latin letters stays with it, and so does one that tells namesakes
    apart: 张伟（大）. Raises Refusal: what `clean_name` raises, `name_several` (value) also for 张三等5人,
    and `name_not_a_name` (value) for a number, or for 同上.
    """
    base, said = _parted(raw)
    name = clean_name(base)
    if name.replace(" ", "").isdigit() or name in AS_ABOVE:
        raise Refusal("name_not_a_name", value=name)
    return name, said


def _parted(raw: str) -> tuple[str, Beside | None]:
    text = raw.strip()
    if _SEVERAL.search(text):
        raise Refusal("name_several", value=" ".join(text.split())[:80])
    found = _SEX_BEHIND.fullmatch(text)
    if found and found[1] not in COMPOUND:
        return found[1], Beside(read_sex(found[2]))
    found = _BRACKETS.fullmatch(text)
    if not found or not _CHINESE.fullmatch(found[1]):
        return raw, None
    said = _said(found[2])
    return (found[1], said) if said is not None else (raw, None)


def _said(text: str) -> Beside | None:
    sex: Sex | None = None
    ethnicity = ""
    posts: list[str] = []
    remarks: list[str] = []
    for word in re.split(r"[,，、;；\s]+", text.strip()):
        if word in {"男", "女"}:
            sex = read_sex(word)
        elif word.removesuffix("族") in ETHNIC_GROUPS:
            ethnicity = word.removesuffix("族") + "族"
        elif is_post(word):
            posts.append(word)
        elif len(word) < 2:
            return None
        else:
            remarks.append(clean_text(word, 60))
    return Beside(sex, ethnicity, "、".join(posts), "、".join(remarks))


def has_post(name: str) -> bool:
    """Tell whether a clean name seems to end in a post or a form of address: 张三处长, 李老师."""
    return name[-1] in ENDS_OF_POSTS and _POST_BEHIND.fullmatch(name) is not None
