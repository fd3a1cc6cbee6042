import pytest

from trainingmgr.domain.site_picture import moved


@pytest.mark.parametrize(
    ("one", "steps", "order"),
    [(7, 1, [8, 7, 9]), (9, -1, [7, 9, 8]), (7, -1, [7, 8, 9]), (9, 1, [7, 8, 9]), (7, 9, [8, 9, 7])],
)
def test_a_picture_moves_as_far_as_the_ends_let_it(one: int, steps: int, order: list[int]) -> None:
    assert moved([7, 8, 9], one, steps) == order
