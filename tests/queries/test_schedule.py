from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_site, make_training, make_unplaced
from tests.queries.counting import statements
from tests.timetables import make_lecturers, make_timetable
from trainingmgr.domain.planning import Frame
from trainingmgr.domain.schedule import ContributorRole, ContributorType, SessionKind
from trainingmgr.domain.timetable import HalfDay
from trainingmgr.models import Contribution, Lecturer, SessionGroup, Venue, VisitStop
from trainingmgr.queries.schedule import (
    Origin,
    clashes,
    hosts,
    lecturer_choices,
    lecturers,
    problem,
    site_choices,
    sites,
    timetable,
)


def test_a_timetable_of_400_sessions_takes_as_many_statements_as_one_of_40(
    session: Session, cast: Cast
) -> None:
    counts = []
    for code, size in (("SMALL", 40), ("LARGE", 400)):
        training = make_training(
            session,
            cast.organisation if code == "SMALL" else cast.elsewhere,
            code=code,
            end_date=date(2026, 5, 11) + timedelta(days=size // 10 - 1),
        )
        organisation = cast.organisation if code == "SMALL" else cast.elsewhere
        make_timetable(session, training, organisation, size)
        with statements() as seen:
            assert len(timetable(session, training).entries) == size
        counts.append(len(seen))
    assert counts == [4, 4]


def test_a_plan_knows_every_group_of_the_roster_once_a_session_is_for_some(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    for name, group in (("王一", "一组"), ("王二", "二组"), ("王三", "二组")):
        make_registration(session, training, name, group_name=group)
    row = make_session(session, training)
    assert clashes.read(session, training.id).sizes == ()
    row.groups = [SessionGroup(group_name="一组")]
    session.flush()
    assert dict(clashes.read(session, training.id).sizes) == {"一组": 1, "二组": 2}


def test_a_plan_knows_what_other_trainings_of_the_same_days_hold(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    person = make_lecturers(session, cast.organisation)[0]
    part = {"position": 1, "lecturer_id": person.id, "role": ContributorRole.LECTURE}
    own = make_session(session, training)
    own.contributions.append(Contribution(**part))
    session.add_all([
        Venue(organisation_id=cast.organisation.id, name_zh="大厅", name_en="Hall"),
        Venue(organisation_id=cast.organisation.id, name_zh="小厅", name_en=""),
    ])  # fmt: skip
    later = training.start_date + timedelta(days=400)
    beside = make_training(session, cast.organisation, code="BESIDE")
    far = make_training(session, cast.organisation, code="FAR", start_date=later, end_date=later)
    # Also what is at another time: a session may be moved there.
    afternoon = datetime(2026, 5, 11, 15, tzinfo=ZoneInfo("Asia/Shanghai"))
    for other, start in ((beside, afternoon), (far, afternoon + timedelta(days=400))):
        for number, (zh, en) in enumerate((("大厅", ""), ("别处", "Hall"), ("街上", ""))):
            row = make_session(session, other, place_zh=zh, start=start + timedelta(hours=number))
            row.place_en = en
            row.contributions.append(Contribution(**part))
    make_session(session, beside, place_zh="小厅", kind=SessionKind.TRANSFER, start=afternoon)
    session.commit()
    plan = clashes.plan_of(timetable(session, training), clashes.read(session, training.id), training, "zh")
    assert {room: [one.starts.hour for one in held] for room, held in plan.taken.items()} == {
        "大厅": [15, 16]
    }
    assert [one.starts.hour for one in plan.elsewhere[person.id]] == [15, 16, 17]


def test_a_visit_takes_no_room_where_it_sets_out_from(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    visit = make_session(session, training, kind=SessionKind.SITE_VISIT, place_zh="一号厅")
    visit.stops.append(VisitStop(position=1, site_id=make_site(session, cast.organisation).id))
    lecture = make_session(session, training, place_zh="一号厅")
    session.commit()
    tasks = {task.id: task for task in problem.asked_of(session, training, Frame(), ()).problem.tasks}
    assert (tasks[visit.id].places, tasks[visit.id].begins_at) == ((), "一号厅")
    assert tasks[lecture.id].places == ("一号厅",)


def test_a_problem_knows_when_others_are_in_the_rooms_that_it_may_use(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    for names in (("大厅", "Hall"), ("小 厅", ""), ("空厅", "")):
        session.add(Venue(organisation_id=cast.organisation.id, name_zh=names[0], name_en=names[1]))
    # Rooms are known by either name, whatever its spaces and capitals.
    make_session(session, training, place_zh="", place_en="hall")
    make_unplaced(session, training, place_zh="小厅")
    make_unplaced(session, training)
    beside = make_training(session, cast.organisation, code="BESIDE", title_zh="别班", title_en="Other")
    nine = datetime(2026, 5, 11, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    starts = (timedelta(), timedelta(hours=1), timedelta(hours=5), timedelta(days=-1), timedelta(days=9))
    for start in starts:
        make_session(session, beside, place_zh="大厅", start=nine + start)
    make_session(session, beside, place_zh="小 厅", start=nine)
    make_session(session, beside, place_zh="街上", start=nine)
    session.commit()

    def taken(frame: Frame) -> dict[str, list[tuple[int, int]]]:
        found = problem.asked_of(session, training, frame, ()).problem.taken
        assert {(span.training_zh, span.training_en) for spans in found.values() for span in spans} == {
            ("别班", "Other")
        }
        return {place: [(span.start, span.end) for span in spans] for place, spans in found.items()}

    hall, small = [(540, 690), (840, 930)], [(540, 630)]
    assert taken(Frame()) == {"hall": hall, "小厅": small}
    assert taken(Frame(choose_rooms=True)) == {"hall": hall, "小厅": small, "大厅": hall, "小 厅": small}


def test_every_day_of_the_training_stands_in_the_timetable(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    make_session(session, training)
    days = timetable(session, training).days
    assert [day.date.day for day in days] == [11, 12, 13, 14]
    assert [len(day.entries) for day in days] == [1, 0, 0, 0]


def test_a_session_stands_on_the_day_of_the_trainings_own_zone(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, time_zone="America/New_York")
    start = datetime(2026, 5, 11, 22, tzinfo=ZoneInfo("America/New_York"))
    make_session(session, training, start=start)
    entry = timetable(session, training).days[0].entries[0]
    assert entry.starts_at == datetime(2026, 5, 12, 2, tzinfo=UTC)
    assert (entry.start, entry.end, entry.half_day) == ("22:00", "23:30", HalfDay.EVENING)


def test_contributors_stand_in_order_with_the_words_of_the_field(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    person, unit, unnamed = make_lecturers(session, cast.organisation)
    row = make_session(session, training)
    for position, lecturer in enumerate((unnamed, person, unit), 1):
        row.contributions.append(
            Contribution(position=position, lecturer_id=lecturer.id, role=ContributorRole.LECTURE)
        )
    session.commit()
    parts = timetable(session, training).entries[0].contributors
    assert [part.zh.line("zh") for part in parts] == [
        "中央组织部组织二局有关负责同志",
        "陈越良（中央组织部组织二局局长）",
        "中央组织部组织二局",
    ]
    assert parts[1].en.line("en") == "CHEN Yueliang, Head, Second Bureau"


def test_sessions_at_one_time_share_a_block_in_lanes(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    zone = ZoneInfo(training.time_zone)
    for hour, minute in ((9, 0), (9, 30), (10, 30)):
        make_session(session, training, start=datetime(2026, 5, 11, hour, minute, tzinfo=zone))
    blocks = timetable(session, training).days[0].bands[0].blocks
    assert [[entry.lane for entry in block] for block in blocks] == [[0, 1, 0]]


def test_meals_count_no_hours(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    make_session(session, training, class_hours=Decimal("1.5"))
    start = datetime(2026, 5, 11, 12, tzinfo=ZoneInfo(training.time_zone))
    make_session(session, training, start=start, kind=SessionKind.MEAL, class_hours=Decimal(1))
    assert timetable(session, training).counted_hours == Decimal("1.5")


def test_a_session_outside_the_dates_is_still_shown(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    make_session(session, training, start=datetime(2026, 5, 20, 9, tzinfo=ZoneInfo(training.time_zone)))
    assert timetable(session, training).days[-1].date == date(2026, 5, 20)


def test_a_year_long_training_shows_only_the_days_that_are_used(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation, end_date=date(2027, 5, 10))
    make_session(session, training)
    assert len(timetable(session, training).days) == 1


def test_lists_of_lecturers_and_sites_hold_the_organisations_own_with_their_use(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    make_timetable(session, training, cast.organisation, 10)
    make_lecturers(session, cast.elsewhere)
    assert [row.sessions for row in lecturers(session, cast.organisation.id)] == [10, 10, 10]
    assert [row.sessions for row in sites(session, cast.organisation.id)] == [2, 2]
    assert len(lecturer_choices(session, training, "zh")) == 3


def test_lists_give_those_of_the_training_first_and_those_known_from_samples_last(
    session: Session, cast: Cast
) -> None:
    sample = make_training(session, cast.organisation, code="SAMPLE", is_sample=True)
    make_timetable(session, sample, cast.organisation, 5)
    training = make_training(session, cast.organisation)
    free, here = [
        Lecturer(organisation_id=cast.organisation.id, type=ContributorType.PERSON, name=name)
        for name in ("阿来", "周立")
    ]
    session.add_all([free, here])
    row = make_session(session, training)
    row.contributions = [Contribution(position=1, lecturer=here, role=ContributorRole.LECTURE)]
    seen = make_site(session, cast.organisation, name_zh="最后一站")
    make_session(session, training).stops = [VisitStop(position=1, site_id=seen.id)]
    session.commit()
    found = lecturer_choices(session, training, "zh")
    assert [one.origin for one in found] == [Origin.HERE, Origin.OWN, *[Origin.SAMPLES] * 3]
    assert [one.name for one in found[:2]] == ["周立", "阿来"]
    assert [one.of_samples for one in lecturers(session, cast.organisation.id)] == [*[False] * 2, *[True] * 3]
    assert site_choices(session, training, "zh")[0].name.endswith("最后一站")
    assert [one.of_samples for one in sites(session, cast.organisation.id)] == [False, True, True]
    # Whom a class of one's own asks too is no longer of the samples alone.
    row.contributions.append(
        Contribution(position=2, lecturer_id=int(found[-1].id), role=ContributorRole.LECTURE)
    )
    session.commit()
    origins = [one.origin for one in lecturer_choices(session, training, "zh")]
    assert origins == [*[Origin.HERE] * 2, Origin.OWN, *[Origin.SAMPLES] * 2]
    assert [one.of_samples for one in lecturers(session, cast.organisation.id)].count(True) == 2


def test_the_hosts_of_a_training_are_named(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    assert hosts(session, training.id)[0][0].startswith("示例主办单位")
