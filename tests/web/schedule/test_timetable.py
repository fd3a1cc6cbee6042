import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_session, make_site, make_training
from tests.queries.counting import statements
from tests.timetables import make_lecturers, make_timetable
from trainingmgr.domain.schedule import ContributorRole, SessionKind
from trainingmgr.models import Contribution, Training, VisitStop
from trainingmgr.web.schedule.timetable import css_text

Client = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def _page(client: FlaskClient, address: str, language: str = "en") -> str:
    client.set_cookie("trainingmgr_language", language)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


def test_the_page_names_every_contributor_in_order(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    row = make_session(session, training, kind=SessionKind.OPENING)
    person, unit, unnamed = make_lecturers(session, cast.organisation)
    for position, lecturer in enumerate((unnamed, person, unit), 1):
        row.contributions.append(
            Contribution(position=position, lecturer_id=lecturer.id, role=ContributorRole.SPEECH)
        )
    session.commit()
    text = _page(client_as("viewer"), "/t/CLASS/schedule", "zh")
    found = re.findall(r"<li><small>讲话</small> <b>([^<]*)</b>(?: <span>([^<]*)</span>)?", text)
    assert found == [
        ("中央组织部组织二局有关负责同志", ""),
        ("陈越良", "中央组织部组织二局局长"),
        ("中央组织部组织二局", ""),
    ]


def test_only_those_who_may_edit_are_led_to_the_forms(
    session: Session, training: Training, client_as: Client
) -> None:
    row = make_session(session, training)
    link = f'href="/t/CLASS/schedule/{row.id}"'
    assert link in _page(client_as("organiser"), "/t/CLASS/schedule")
    assert link not in _page(client_as("viewer"), "/t/CLASS/schedule")


def test_one_day_is_shown_alone_when_asked_for(
    session: Session, training: Training, client_as: Client
) -> None:
    make_session(session, training, title_en="First")
    start = datetime(2026, 5, 12, 9, tzinfo=ZoneInfo(training.time_zone))
    make_session(session, training, title_en="Second", start=start)
    text = _page(client_as("viewer"), "/t/CLASS/schedule?day=2026-05-12")
    assert "Second" in text
    assert "First" not in text
    for nonsense in ("2026-13-45", "x", "2020-01-01"):
        assert "First" in _page(client_as("viewer"), f"/t/CLASS/schedule?day={nonsense}")


def test_days_that_do_not_fit_abreast_on_a_sheet_are_printed_one_below_the_other(
    session: Session, training: Training, client_as: Client
) -> None:
    start = datetime(2026, 5, 12, 14, tzinfo=ZoneInfo("Asia/Shanghai"))
    for number in range(9):
        make_session(
            session,
            training,
            title_zh="经验交流",
            start=start + timedelta(minutes=20 * number),
            place_zh="厅",
        )
    client = client_as("viewer")
    assert "size: A4 landscape" in _page(client, "/t/CLASS/schedule", "zh")
    for number in range(9):
        make_session(
            session, training, title_zh="专题", start=start.replace(hour=8) + timedelta(minutes=20 * number),
            description_zh="说明" * 20,
        )  # fmt: skip
    page = _page(client, "/t/CLASS/schedule", "zh")
    assert "size: A4 portrait" in page
    assert 'class="week n4 listed"' in page


def test_a_visit_says_where_it_sets_out_from(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    visit = make_session(session, training, kind=SessionKind.SITE_VISIT, place_zh="一号厅")
    visit.stops.append(VisitStop(position=1, site_id=make_site(session, cast.organisation).id))
    make_session(session, training, place_zh="二号厅")
    session.commit()
    page = _page(client_as("viewer"), "/t/CLASS/schedule", "zh")
    assert "<span>一号厅出发</span>" in page
    assert "<span>二号厅</span>" in page


def test_the_page_takes_as_many_statements_for_400_sessions_as_for_40(
    session: Session, cast: Cast, client_as: Client
) -> None:
    counts = []
    for code, organisation, size, who in (
        ("SMALL", cast.organisation, 40, "owner"),
        ("LARGE", cast.elsewhere, 400, "stranger"),
    ):
        end = date(2026, 5, 11) + timedelta(days=size // 10 - 1)
        training = make_training(session, organisation, code=code, end_date=end)
        make_timetable(session, training, organisation, size)
        client = client_as(who)
        with statements() as seen:
            text = _page(client, f"/t/{code}/schedule")
        assert text.count("<article") == size
        counts.append(len(seen))
    # For editors four of them read what the rules of clashes need, one the versions that a mend is sent with, one what
    # was published and one who was asked.
    assert counts[0] == counts[1] <= 14


def test_what_somebody_typed_is_never_read_as_markup(session: Session, cast: Cast, client_as: Client) -> None:
    nasty = '"</style><script>alert(1)</script>'
    training = make_training(session, cast.organisation, code="CLASS", title_en=nasty, title_zh=nasty)
    make_session(session, training, title_zh=nasty, title_en=nasty, description_zh=nasty)
    assert "<script>alert" not in _page(client_as("viewer"), "/t/CLASS/schedule")
    assert css_text('a"\\</b>').count('"') == 2
    assert "<" not in css_text("</style>")


def test_an_empty_timetable_says_what_to_do(training: Training, client_as: Client) -> None:
    assert "Add the first session" in _page(client_as("organiser"), "/t/CLASS/schedule")


def test_invented_times_and_sessions_are_marked(
    session: Session, training: Training, client_as: Client
) -> None:
    make_session(session, training, times_are_sample=True)
    text = _page(client_as("viewer"), "/t/CLASS/schedule")
    assert "<i>Sample time</i></h2>" in text
    start = datetime(2026, 5, 12, 9, tzinfo=ZoneInfo(training.time_zone))
    make_session(session, training, is_sample=True, start=start)
    text = _page(client_as("viewer"), "/t/CLASS/schedule")
    assert text.count("<i>Sample time</i>") == 1
    assert text.count("<i>Sample</i>") == 1


def test_the_calendar_file_holds_every_session(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    make_timetable(session, training, cast.organisation, 10)
    answer = client_as("viewer").get("/t/CLASS/schedule/calendar.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.data)
    events = calendar.walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == [f"第{number}讲" for number in range(1, 11)]
    assert "CHEN Yueliang, Head, Second Bureau" in str(events[0]["DESCRIPTION"])


def test_a_printed_timetable_does_not_say_which_day_is_today(
    session: Session, cast: Cast, client_as: Client
) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai"))
    running = make_training(
        session, cast.organisation, code="NOW", start_date=today.date(), end_date=today.date()
    )
    make_session(session, running, start=today.replace(hour=9, minute=0, second=0, microsecond=0))
    page = _page(client_as("viewer"), "/t/NOW/schedule", "zh")
    assert re.findall(r"<span([^>]*)> · 今天</span>", page) == [' class="no-print"']
    assert page.count("今天") == 1
