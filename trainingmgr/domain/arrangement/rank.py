"""Posts in the order of rank, told by words that a post holds."""

from collections.abc import Sequence

FIRST_RANKS = (
    "部长 省长 主席",
    "司长 厅长 局长 市长 一级巡视员 巡视员",
    "副司长 副厅长 副局长 副市长 二级巡视员 副巡视员",
    "处长 县长 区长 主任 会长 理事长 秘书长 书记 一级调研员 二级调研员 调研员",
    "副处长 副县长 副区长 副主任 副会长 副理事长 副秘书长 副书记 三级调研员 四级调研员 副调研员",
    "科长 镇长 乡长 一级主任科员 二级主任科员 主任科员",
    "副科长 副镇长 副乡长 三级主任科员 四级主任科员 副主任科员",
    "一级科员 二级科员 科员 干事",
)
"""The ranks of a training that has set none: from high to low, the words of one rank parted by spaces.

Ranks of the civil service stand with the posts that they are taken up from; those without a number are of before 2019.
"""


def level_of(post: str, ranks: Sequence[str]) -> int | None:
    """Which rank a post is of, 1 being the highest; None where no word tells.

    The longest word counts, so that 副厅长 is not taken for 厅长; of several posts in one the highest.
    """
    text, found = post.replace(" ", ""), []
    words = sorted(
        ((word, level) for level, line in enumerate(ranks, 1) for word in line.split()),
        key=lambda one: -len(one[0]),
    )
    for word, level in words:
        if word in text:
            found.append(level)
            text = text.replace(word, "\n")
    return min(found, default=None)
