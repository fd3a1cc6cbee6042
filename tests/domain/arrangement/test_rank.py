"""Posts as they stand on rosters, told by the ranks that a training has before it sets its own."""

import pytest

from trainingmgr.domain.arrangement import FIRST_RANKS, level_of


@pytest.mark.parametrize(
    ("post", "level"),
    [
        ("厅长", 2),
        ("一级巡视员", 2),
        ("巡视员", 2),
        ("党组成员、副厅长", 3),
        ("二级巡视员", 3),
        ("副巡视员", 3),
        ("处长", 4),
        ("一级调研员", 4),
        ("二级调研员", 4),
        ("调研员", 4),
        ("社会组织管理处处长、三级调研员", 4),
        ("副处长", 5),
        ("三级调研员", 5),
        ("四级调研员", 5),
        ("四 级 调 研 员", 5),
        ("副调研员", 5),
        ("科长", 6),
        ("一级主任科员", 6),
        ("二级主任科员", 6),
        ("主任科员", 6),
        ("副科长", 7),
        ("三级主任科员", 7),
        ("四级主任科员", 7),
        ("副主任科员", 7),
        ("副科长、一级主任科员", 6),
        ("一级科员", 8),
        ("二级科员", 8),
        ("科员", 8),
        ("工程师", None),
    ],
)
def test_ranks_of_the_civil_service_stand_with_the_posts_of_their_level(post: str, level: int | None) -> None:
    assert level_of(post, FIRST_RANKS) == level


def test_no_rank_of_the_civil_service_is_taken_for_a_post_that_its_words_hold() -> None:
    order = ["主任", "副主任", "科长", "副科长", "四级主任科员", "二级科员"]
    levels = [level_of(post, FIRST_RANKS) or 0 for post in order]
    assert levels == sorted(levels)
    assert levels[2] < levels[4]
