import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_session, make_site, make_training
from tests.session_forms import FILLED, fields_of, only_session
from tests.timetables import make_lecturers
from trainingmgr.domain.attendance import AttendanceMark
from trainingmgr.models import Attendance, Training, TrainingSession

Client = Callable[[str], FlaskClient]


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation, code="CLASS")


def test_a_session_is_laid_with_people_and_stops_typed_into_its_form(
    session: Session, training: Training, client_as: Client
) -> None:
    filled = FILLED | {
        "kind": "site_visit",
        "contributors-0-type": "unnamed",
        "contributors-0-role": "lecture",
        "contributors-0-unit": "中央组织部组织二局",
        "contributors-0-lecturer": "",
        "contributors-1-type": "person",
        "contributors-1-role": "speech",
        "contributors-1-name": "　陈越良 ",
        "contributors-1-lecturer": "",
        "stops-0-site": "",
        "stops-0-name_zh": "清源社区",
        "stops-0-district_zh": "青羊区",
        "stops-0-minutes": "40",
    }
    answer = client_as("organiser").post("/t/CLASS/schedule/new", data=filled)
    row = only_session(session)
    assert answer.status_code == 303
    assert answer.location == f"/t/CLASS/schedule#s{row.id}"
    assert row.starts_at == datetime(2026, 5, 12, 1, tzinfo=UTC)
    assert row.compulsory
    assert [(part.lecturer.name, part.lecturer.title_zh) for part in row.contributions] == [
        ("", "有关负责同志"),
        ("陈越良", ""),
    ]
    assert [(stop.site.name_zh, stop.minutes) for stop in row.stops] == [("清源社区", 40)]


def test_class_hours_taken_from_the_length_follow_it_and_typed_ones_stay(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/new", data=FILLED)
    row = only_session(session)
    address = f"/t/CLASS/schedule/{row.id}"
    client.post(address, data=fields_of(client.get(address).text) | {"end": "12:00"})
    assert only_session(session).class_hours == 4
    client.post(address, data=fields_of(client.get(address).text) | {"class_hours": "3"})
    client.post(address, data=fields_of(client.get(address).text) | {"end": "10:30"})
    assert only_session(session).class_hours == 3


def test_a_session_that_overlaps_another_is_saved_and_pointed_out(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/new", data=FILLED)
    beside = FILLED | {"title_zh": "现场教学", "start": "10:30", "end": "12:00"}
    page = client.post("/t/CLASS/schedule/new", data=beside, follow_redirects=True).text
    assert "two sessions at once" not in page
    over = FILLED | {"title_zh": "分组讨论", "start": "11:50", "end": "13:00"}
    page = client.post("/t/CLASS/schedule/new", data=over, follow_redirects=True).text
    assert "The class has two sessions at once: “现场教学” and “分组讨论”." in page
    assert "Begin “分组讨论” at 12:00 or later" in page


def test_sending_an_untouched_form_back_changes_nothing_but_the_version(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    lecturers = make_lecturers(session, cast.organisation)
    site = make_site(session, cast.organisation)
    filled = FILLED | {"class_hours": "1.5", "title_en": "Lecture", "stops-0-site": str(site.id)}
    for number, lecturer in enumerate(lecturers):
        filled |= {
            f"contributors-{number}-lecturer": str(lecturer.id),
            f"contributors-{number}-role": "lecture",
            f"contributors-{number}-type": "person",
            f"contributors-{number}-topic_zh": f"题目{number}",
        }
    client = client_as("organiser")
    client.post("/t/CLASS/schedule/new", data=filled)
    before = only_session(session)
    state = (before.title_en, before.starts_at, before.class_hours, before.compulsory, before.sequence)
    parts = [(part.lecturer_id, part.topic_zh) for part in before.contributions]
    page = client.get(f"/t/CLASS/schedule/{before.id}")
    answer = client.post(f"/t/CLASS/schedule/{before.id}", data=fields_of(page.text))
    assert answer.status_code == 303
    after = only_session(session)
    assert (after.title_en, after.starts_at, after.class_hours, after.compulsory, after.sequence) == state
    assert [(part.lecturer_id, part.topic_zh) for part in after.contributions] == parts
    assert [stop.site_id for stop in after.stops] == [site.id]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title_zh": "　"}, "This is needed."),
        ({"day": "2026-05-20"}, "is not a day of this training"),
        ({"end": "09:00"}, "must be later than the start"),
        ({"class_hours": "25"}, "lie between 0 and 24"),
        ({"start": "25:99"}, "Not a valid time value."),
        ({"kind": "party"}, "Not a valid choice."),
        (
            {"contributors-0-lecturer": "", "contributors-0-type": "unit", "contributors-0-name": "某人"},
            "Type the name of the unit.",
        ),
    ],
)
def test_a_wrong_field_is_named_and_nothing_typed_is_lost(
    session: Session, training: Training, client_as: Client, change: dict[str, str], words: str
) -> None:
    answer = client_as("organiser").post(
        "/t/CLASS/schedule/new", data=FILLED | {"place_zh": "三楼会议室"} | change
    )
    assert answer.status_code == 422
    assert words in answer.text
    assert "三楼会议室" in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(TrainingSession)) == 0


def test_a_lecturer_of_another_organisation_is_no_choice(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    other = make_lecturers(session, cast.elsewhere)[0]
    answer = client_as("organiser").post(
        "/t/CLASS/schedule/new", data=FILLED | {"contributors-0-lecturer": str(other.id)}
    )
    assert answer.status_code == 422


def test_rows_are_added_moved_and_removed_by_buttons_without_saving(
    session: Session, training: Training, client_as: Client
) -> None:
    client = client_as("organiser")
    filled = FILLED | {"contributors-0-name": "甲", "contributors-1-name": "乙"}

    def press(button: str) -> list[str]:
        answer = client.post("/t/CLASS/schedule/new", data=filled | {"rows": button})
        assert answer.status_code == 200
        fields = fields_of(answer.text)
        assert fields["title_zh"] == "专题授课（一）"
        return [
            value for name, value in fields.items() if name.startswith("contr") and name.endswith("-name")
        ]

    assert press("contributors-add") == ["甲", "乙", ""]
    assert press("contributors-1-up") == ["乙", "甲"]
    assert press("contributors-0-down") == ["乙", "甲"]
    assert press("contributors-0-remove") == ["乙"]
    assert press("contributors-9-remove") == ["甲", "乙"]
    assert session.scalar(sa.select(sa.func.count()).select_from(TrainingSession)) == 0


def test_a_conflict_keeps_the_input_beside_the_present_state(
    session: Session, training: Training, client_as: Client
) -> None:
    row = make_session(session, training, title_zh="原题", version=1)
    address = f"/t/CLASS/schedule/{row.id}"
    client = client_as("organiser")
    page = fields_of(client.get(address).text)
    assert client.post(address, data=page | {"title_zh": "同事改的"}).status_code == 303
    answer = client.post(address, data=page | {"title_zh": "我改的"})
    assert answer.status_code == 409
    assert 'value="我改的"' in answer.text
    assert "同事改的" in answer.text
    assert client.post(address, data=fields_of(answer.text)).status_code == 303
    assert only_session(session).title_zh == "我改的"


def test_of_two_versions_each_keeps_what_was_changed_and_both_stand_side_by_side(
    session: Session, training: Training, client_as: Client
) -> None:
    row = make_session(session, training, title_zh="原题", place_zh="甲厅", version=1)
    site = make_site(session, training.organisation)
    address = f"/t/CLASS/schedule/{row.id}"
    client = client_as("organiser")
    page = fields_of(client.get(address).text)
    theirs = {"place_zh": "乙厅", "title_zh": "同事改的", "stops-0-site": str(site.id), "more_groups": "一组"}
    assert client_as("owner").post(address, data=page | theirs).status_code == 303
    answer = client.post(address, data=page | {"title_zh": "我改的", "start": "08:30"})
    assert "owner changed this session" in answer.text
    assert answer.text.count("both changed it") == 1
    marked = dict(re.findall(r'name="(pick-\w+)" value="(\w+)" checked', answer.text))
    assert marked == {
        "pick-title_zh": "mine",
        "pick-place_zh": "theirs",
        "pick-stops": "theirs",
        "pick-groups": "theirs",
        "pick-start": "mine",
    }
    chosen = fields_of(answer.text) | marked | {"pick-title_zh": "theirs"}
    assert client.post(address, data=chosen).status_code == 303
    saved = only_session(session)
    assert (saved.title_zh, saved.place_zh) == ("同事改的", "乙厅")
    assert [stop.site_id for stop in saved.stops] == [site.id]
    assert [one.group_name for one in saved.groups] == ["一组"]
    assert saved.starts_at == datetime(2026, 5, 11, 0, 30, tzinfo=UTC)


def test_a_copy_goes_where_it_was_sent(session: Session, training: Training, client_as: Client) -> None:
    row = make_session(session, training)
    client = client_as("organiser")
    answer = client.post(f"/t/CLASS/schedule/{row.id}/copy", data={"day": "2026-05-13", "start": "14:00"})
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    answer = client.post(f"/t/CLASS/schedule/{row.id}/copy", data={"day": "2026-06-13", "start": "14:00"})
    assert answer.status_code == 422
    assert "is not a day of this training" in answer.text


def test_a_session_is_deleted_unless_attendance_was_taken(
    session: Session, training: Training, client_as: Client
) -> None:
    kept, gone = make_session(session, training).id, make_session(session, training).id
    mark = Attendance(
        training_id=training.id,
        session_id=kept,
        registration_id=make_registration(session, training).id,
        mark=AttendanceMark.LATE,
    )
    session.add(mark)
    session.commit()
    client = client_as("organiser")
    assert client.post(f"/t/CLASS/schedule/{gone}/delete").location == "/t/CLASS/schedule"
    answer = client.post(f"/t/CLASS/schedule/{kept}/delete", follow_redirects=True)
    assert "Attendance was taken at this session (1 marks)" in answer.text
    assert only_session(session).id == kept


def test_a_session_of_another_training_is_not_found(
    session: Session, cast: Cast, training: Training, client_as: Client
) -> None:
    other = make_session(session, make_training(session, cast.organisation, code="OTHER"))
    client = client_as("organiser")
    assert client.get(f"/t/CLASS/schedule/{other.id}").status_code == 404
    assert client.post(f"/t/CLASS/schedule/{other.id}/delete").status_code == 404


def test_a_deleted_session_is_put_back_by_the_button_that_comes_with_the_news(
    session: Session, cast: Cast, client_as: Client
) -> None:
    training = make_training(session, cast.organisation, code="CLASS")
    gone = make_session(session, training).id
    client = client_as("organiser")
    page = client.post(f"/t/CLASS/schedule/{gone}/delete", follow_redirects=True).get_data(as_text=True)
    found = re.search(r'action="(/t/CLASS/schedule/undo/\d+)"', page)
    assert found is not None
    assert client_as("viewer").post(found[1]).status_code == 403
    assert client.post(found[1]).location.startswith("/t/CLASS/schedule#s")
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(TrainingSession)) == 1
    again = client.post(found[1], follow_redirects=True).get_data(as_text=True)
    assert "can no longer be taken back" in again
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).select_from(TrainingSession)) == 1
