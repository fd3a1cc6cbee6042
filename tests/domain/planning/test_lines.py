"""Sessions typed a line each: whatever stands apart by tabs, semicolons or commas."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trainingmgr.domain.person import text_key
from trainingmgr.domain.planning.lines import UnplacedLine, WrongLines, read_lines
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.schedule import ContributorType, SessionKind
from trainingmgr.domain.timetable_file import FileLecturer

KINDS = {
    text_key(word): kind
    for word, kind in (("专题授课", SessionKind.LECTURE), ("现场教学", SessionKind.SITE_VISIT))
}


def _one(line: str) -> UnplacedLine:
    return read_lines(line, KINDS, 45)[0]


@pytest.mark.parametrize(
    ("line", "minutes", "kind", "place"),
    [
        ("社区治理；90；李明；一号厅", 90, SessionKind.LECTURE, "一号厅"),
        ("社区治理\t专题授课\t1.5小时\t李明\t一号厅", 90, SessionKind.LECTURE, "一号厅"),
        ("社区治理，2学时，李明，一号厅", 90, SessionKind.LECTURE, "一号厅"),
        ("社区治理；讨论；90；李明；一号厅", 90, SessionKind.DISCUSSION, "一号厅"),
        ("第二天茶歇; 15", 15, SessionKind.BREAK, ""),
        ("Exchange | 30 min", 30, SessionKind.EXCHANGE, ""),
        ("开班式  45", 45, SessionKind.OPENING, ""),
    ],
)
def test_the_parts_of_a_line_are_told_by_what_they_are(
    line: str, minutes: int, kind: SessionKind, place: str
) -> None:
    found = _one(line)
    assert (found.minutes, found.kind, found.place) == (minutes, kind, place)
    assert found.lecturers == ((FileLecturer(ContributorType.PERSON, "李明"),) if place else ())


def test_a_visit_names_its_site_and_a_place_may_stand_without_a_contributor() -> None:
    visit = _one("看社区; 现场教学; 60; 新桥社区; 王华")
    assert (visit.site, [one.name for one in visit.lecturers]) == ("新桥社区", ["王华"])
    assert _one("讨论; 60; ; 一号厅") == UnplacedLine("讨论", SessionKind.DISCUSSION, 60, place="一号厅")


@pytest.mark.parametrize(
    ("line", "groups"),
    [
        ("课; 90; 李明、民政部有关负责同志; 一号厅; 第2组、第1组", ("第1组", "第2组")),
        ("课; 第一组; 90; 李明、民政部有关负责同志; 一号厅", ("第一组",)),
        ("课; 90; 李明、民政部有关负责同志; 一号厅; 西部班", ("西部班",)),
        ("课; 90; 李明、民政部有关负责同志; 一号厅", ()),
    ],
)
def test_several_contributors_and_groups_are_taken(line: str, groups: tuple[str, ...]) -> None:
    (found,) = read_lines(line, KINDS, 45, ["西部班"])
    assert [one.type for one in found.lecturers] == [ContributorType.PERSON, ContributorType.UNNAMED]
    assert (found.place, found.groups) == ("一号厅", groups)


def test_a_leading_group_is_a_unit_and_no_group_of_the_class() -> None:
    found = _one("课; 90; 某省工作领导小组; 一号厅")
    assert (found.groups, [one.unit for one in found.lecturers]) == ((), ["某省工作领导小组"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "planning_no_lines"),
        ("课", "planning_line_length"),
        ("; 60", "planning_line_title"),
        ("；；；", "planning_line_title"),
        ("课; 3", "planning_line_length"),
        ("课; 900", "planning_line_length"),
        ("课; 90; 李明; 王华; 一号厅", "planning_line_parts"),
        ("课" * 201 + "; 90", "planning_line_too_long"),
        ("课; 90\n" * 61, "planning_too_many_lines"),
    ],
)
def test_what_is_missing_is_named_with_its_line(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_lines(text, KINDS, 45)
    assert refused.value.code == code


def test_every_line_that_is_wrong_is_named() -> None:
    with pytest.raises(WrongLines) as refused:
        read_lines("课; 90\n\n; 60\n课", KINDS, 45)
    assert [(one.code, one.values["row"]) for one in refused.value.every] == [
        ("planning_line_title", 3),
        ("planning_line_length", 4),
    ]


@settings(max_examples=30)
@given(st.text(alphabet="课A9;；,\t 分钟小时学\n、", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = read_lines(text, KINDS, 45)
    except Refusal:
        return
    assert all(line.title and 5 <= line.minutes <= 720 for line in found)
