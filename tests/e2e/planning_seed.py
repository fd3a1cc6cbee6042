"""What a planner finds on the day of planning, laid into the running installation: people, rooms, sites, lecturers, buses."""

from datetime import UTC, date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import make_registration, make_site, make_training
from trainingmgr.app import create_app
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.extensions import db
from trainingmgr.models import Bus, Lecturer, LecturerWindow, Organisation, Venue

CODE = "PLANNED"
GROUPS = tuple(f"第{number}组" for number in "一二三四五六")
HALL, SMALL_ROOM = "蓉城厅", "锦江小会议室"
SPEAKER, TEACHER, EXPERT = "陈越良", "授课人甲", "授课人乙"
# By district: the six sites, with coordinates of the city that nobody else has.
SITES = {
    "金牛区": ("社区发展治理创享中心（演练）", "新桥社区（演练）"),
    "青羊区": ("清波社区（演练）", "清源社区（演练）"),
    "武侯区": ("吉福社区（演练）", "锦城社区（演练）"),
}
_PLACES = (
    (30.72, 104.07),
    (30.70, 104.05),
    (30.69, 103.97),
    (30.68, 103.96),
    (30.63, 104.00),
    (30.61, 103.99),
)


def lay() -> None:
    """Lay all that is not planned by hand."""
    with create_app().app_context():
        session = db.session()
        organisation = session.scalars(sa.select(Organisation).order_by(Organisation.id)).first()
        assert organisation is not None
        training = make_training(
            session,
            organisation,
            code=CODE,
            title_zh="全国社区治理和服务创新实验区示范培训班",
            start_date=date(2031, 10, 29),
            end_date=date(2031, 11, 1),
        )
        for number in range(24):
            make_registration(
                session,
                training,
                f"学员{number + 1:02}",
                group_name=GROUPS[number % 6],
                email=f"trainee{number}@example.org" if number < 6 else "",
            )
        session.add_all(Bus(training_id=training.id, name=f"{number}号车", seats=9) for number in (1, 2, 3))
        _lay_pool(session, organisation)
        session.commit()


def _lay_pool(session: Session, organisation: Organisation) -> None:
    places = iter(_PLACES)
    for district, names in SITES.items():
        for name in names:
            latitude, longitude = next(places)
            make_site(
                session, organisation, name_zh=name, district_zh=district, latitude=latitude,
                longitude=longitude, opens_at=time(9), closes_at=time(17), capacity=30,
            )  # fmt: skip
    for name, capacity in ((HALL, 60), (SMALL_ROOM, 10)):
        session.add(
            Venue(
                organisation_id=organisation.id,
                name_zh=name,
                capacity=capacity,
                latitude=30.66,
                longitude=104.06,
            )
        )
    rows = [
        Lecturer(organisation_id=organisation.id, type=ContributorType.PERSON, name=name)
        for name in (TEACHER, EXPERT)
    ]
    session.add_all(rows)
    session.flush()
    # The expert comes on the second day, in the morning.
    session.add(
        LecturerWindow(
            lecturer_id=rows[1].id,
            starts_at=datetime(2031, 10, 30, 0, tzinfo=UTC),
            ends_at=datetime(2031, 10, 30, 4, tzinfo=UTC),
        )
    )


if __name__ == "__main__":
    lay()
