"""Cells that hold a unit and a post in one."""

import re
from collections.abc import Iterable

_HEADS = "常务副|副|代理|代|原|总|第一|执行|轮值|名誉|挂职|助理|首席|资深|高级|中级|初级|一级|二级|三级|四级|专职|兼职|特邀"
_POSTS = """
党委书记 党组书记 党支部书记 支部书记 党总支书记 总支书记 党工委书记 纪委书记 纪检组长 团委书记 书记
党委委员 党组成员 党委成员 班子成员 分管负责同志 有关负责同志 主要负责同志 负责同志 主要负责人 分管负责人 负责人
司长 厅长 局长 处长 科长 股长 所长 部长 省长 市长 州长 县长 区长 旗长 镇长 乡长 村长 社长 署长 关长 行长 庭长 检察长 院长 校长 园长
馆长 站长 队长 组长 班长 团长 店长 厂长 台长 台副长 台主任 主席 主任 主任科员 副主任科员 科员 调研员 巡视员 督导员 督学 参事 专员
会长 理事长 监事长 董事长 秘书长 总干事 干事 理事 监事 董事 常务理事 常委 委员 代表 顾问 总监 总经理 经理 主管 店员 总裁 总编辑 总编 主编 编辑
记者 新闻发言人 发言人 教授 讲师 研究员 助理研究员 工程师 总工程师 会计师 总会计师 经济师 总经济师 律师 医师 主任医师 主治医师 护士长 护士 教师 教员
儿童主任 儿童督导员 社工 社会工作者 社工师 网格员 网格长 楼长 办事员 工作人员 职员 文员 秘书 助理 会计 出纳 主办 专干 专务 专家 学者 干部
"""
_POST = "|".join(sorted(_POSTS.split(), key=len, reverse=True))
_ONE = rf"(?:(?:{_HEADS})*(?:{_POST})(?:[（(][^（()）]{{1,12}}[)）])?)"
_TAIL = re.compile(rf"{_ONE}(?:[、，,/兼 ]*{_ONE})*$")
_BODY = re.compile("[部司局厅处科室会院校所站社委办组队区县市镇乡村]$|中心$|公司$|集团$|街道$")
# 办公室主任 is the head of an office, 街道办事处主任 of a street: what precedes is a unit in either case.
_ONLY = re.compile(rf"(?:{_ONE}[、，,/兼 ]*)+")


def split_unit_and_post(text: str, known_units: Iterable[str] = ()) -> tuple[str, str]:
    """Part a cell such as 成都市民政局副局长 into unit and post.

    A known unit that the text begins with is the unit. Else the longest ending made of words for
    posts is the post. Without any the whole is the unit and the post is empty. `text` is clean.
    """
    best = max((unit for unit in known_units if unit and text.startswith(unit)), key=len, default="")
    if best:
        rest = text[len(best) :].strip(" 、，,")
        # A known ministry before an unknown bureau must not swallow the bureau into the post.
        if not rest or _tail(rest) == 0 or (_tail(rest) is None and not _BODY.search(rest)):
            return best, rest
    cut = _tail(text)
    if cut is None:
        return text, ""
    return text[:cut].rstrip(" 、，,"), text[cut:].strip(" 、，,")


def _tail(text: str) -> int | None:
    """Where the longest ending of words for posts begins."""
    found = _TAIL.search(text)
    return found.start() if found else None


def is_post(text: str) -> bool:
    """Tell whether `text` is made of words for posts alone."""
    return _ONLY.fullmatch(text) is not None
