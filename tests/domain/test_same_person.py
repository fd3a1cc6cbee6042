"""What makes two records look like one person, and what speaks against it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainingmgr.domain.same_person import Likeness, Pair, Traits, pairs

WANG = Traits(1, "王小明", "wang xiao ming", "", "", frozenset(), "", "", None)
BORN = date(1980, 3, 7)
PHONE, UNIT = "+8613800138000", frozenset({"510100 民政局"})


@pytest.mark.parametrize(
    ("one", "other", "reasons", "differ"),
    [
        ({"phone": PHONE}, {"phone": PHONE}, [Likeness.PHONE], False),
        ({"units": UNIT}, {"units": UNIT | {"其他"}}, [Likeness.UNIT], False),
        ({"phone": PHONE, "units": UNIT}, {"phone": PHONE, "units": UNIT}, [Likeness.PHONE, Likeness.UNIT], False),
        ({"email": "Wang@example.org"}, {"email": "wang@example.org"}, [Likeness.EMAIL], False),
        ({"phone": PHONE}, {"phone": PHONE, "name_key": "王晓明"}, [Likeness.SOUND], False),
        ({"phone": PHONE}, {"phone": PHONE, "name_key": "李华", "pinyin": "li hua"}, None, False),
        ({}, {}, None, False),
        # One number, known once as a card and once as another document.
        ({"id_type": "resident_id", "id_masked": "110***0021"}, {"id_type": "other", "id_masked": "110***0021"},
         [Likeness.DOCUMENT], False),
        # Two numbers are two people, however alike they look, unless one may be mistyped.
        ({"id_type": "resident_id", "id_masked": "1", "units": UNIT},
         {"id_type": "resident_id", "id_masked": "2", "units": UNIT}, None, False),
        ({"id_type": "resident_id", "id_masked": "110***0021"}, {"id_type": "resident_id", "id_masked": "110***0021"},
         None, False),
        ({"id_type": "resident_id", "id_masked": "1", "born": BORN},
         {"id_type": "resident_id", "id_masked": "2", "born": BORN}, [Likeness.BIRTHDAY], True),
    ],
)  # fmt: skip
def test_two_are_pointed_out_with_why(
    one: dict[str, object], other: dict[str, object], reasons: list[Likeness] | None, differ: bool
) -> None:
    found = pairs([replace(WANG, id=7, **other), replace(WANG, id=3, **one)])  # type: ignore[arg-type]
    assert found == ([] if reasons is None else [Pair(3, 7, tuple(reasons), differ)])


people = st.builds(
    Traits,
    id=st.integers(1, 12),
    name_key=st.sampled_from(["王", "汪"]),
    pinyin=st.just("wang"),
    phone=st.sampled_from(["", "1", "2"]),
    email=st.sampled_from(["", "a@b.cn"]),
    units=st.frozensets(st.sampled_from(["甲", "乙"])),
    id_type=st.sampled_from(["", "resident_id"]),
    id_masked=st.just(""),
    born=st.sampled_from([None, BORN]),
)


@given(st.lists(people, max_size=9, unique_by=lambda one: one.id))
def test_each_pair_is_told_once_the_lower_first_whatever_the_order(some: list[Traits]) -> None:
    found = pairs(some)
    assert found == pairs(reversed(some))
    assert all(one.low < one.high and one.reasons for one in found)
    assert len({(one.low, one.high) for one in found}) == len(found)
