"""The roster page and its search at 1,000 and at 100,000 participants, beside a bare Flask page on the same server."""

import random
import tempfile
from datetime import date
from itertools import islice
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench._server import BARE, measure, serve, session_cookie
from bench.row import Row, against
from trainingmgr.app import create_app
from trainingmgr.config import load_settings
from trainingmgr.domain.membership import Role
from trainingmgr.domain.person import name_key, pinyin_initials, pinyin_key
from trainingmgr.domain.registration import RegistrationStatus, search_text
from trainingmgr.extensions import db, now
from trainingmgr.http.paging import Cursor
from trainingmgr.migrations import upgrade
from trainingmgr.models import Category, Membership, Organisation, Person, Registration, Training, Unit, User
from trainingmgr.services.roster import index_rosters

SIZES = {"SMALL": 1_000, "LARGE": 100_000}
# Of 100,000 people, some 3,000 bear the surname, 100 the name, 500 are of the one unit, and all of some.
SEARCHES = {
    "surname": "林",
    "name": "林东",
    "pinyin": "lindong",
    "initials": "ld",
    "phone tail": "0013",
    "unit": "第17民政局",
    "every unit": "民政局",
}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英志建国华文玉兰红梅东海"
_BATCH = 10_000


def rows() -> list[Row]:
    """Requests a second of the first page, of one in the middle, and of a search."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings({"TRAININGMGR_INSTANCE": folder})
        app = create_app(settings)
        with app.app_context():
            upgrade()
            fs_uniquifier, middles = _fill(db.session())
            index_rosters()
            db.session.remove()
            db.engine.dispose()
        cookie = session_cookie(app, fs_uniquifier)
        with serve(settings.instance) as base:
            first = {name: f"/t/{name}/roster" for name in SIZES}
            deep = {name: f"{first[name]}?at={middles[name]}" for name in SIZES}
            found = measure(base, [BARE, *first.values(), *deep.values()], cookie)
            sought = {
                (name, text): f"{first[name]}?q={quote(text)}" for name in SIZES for text in SEARCHES.values()
            }
            found |= measure(base, list(sought.values()), cookie)
    bare = found[BARE]
    small, large = found[first["SMALL"]], found[first["LARGE"]]
    return [
        against("Roster, first page of 1,000 / bare Flask page", small, bare, at_least=0.15, show=_show),
        against("Roster, first page of 100,000 / bare Flask page", large, bare, at_least=0.15, show=_show),
        against(
            "Roster, page in the middle of 100,000 / bare Flask page",
            found[deep["LARGE"]],
            bare,
            at_least=0.15,
            show=_show,
        ),
        against("Roster, 100,000 / 1,000 participants", large, small, at_least=1 / 1.5, show=_show),
        against(
            "Roster, middle of 100,000 / middle of 1,000",
            found[deep["LARGE"]],
            found[deep["SMALL"]],
            at_least=1 / 1.5,
            show=_show,
        ),
        *(
            against(
                f"Roster searched by {kind}, 100,000 / 1,000 participants",
                found[sought["LARGE", text]],
                found[sought["SMALL", text]],
                at_least=1 / 1.5,
                show=_show,
            )
            for kind, text in SEARCHES.items()
        ),
    ]


def _show(rate: float) -> str:
    return f"{rate:,.0f} requests a second"


def _fill(session: Session) -> tuple[str, dict[str, str]]:
    """An organiser with both trainings; the cursor of a page in the middle of each."""
    organisation = Organisation(name_zh="示例单位")
    user = User(email="bench@example.org", name="bench", password="-", fs_uniquifier="bench")
    session.add_all([organisation, user])
    session.flush()
    session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=Role.ORGANISER))
    units = [Unit(organisation_id=organisation.id, name=f"示例市第{n}民政局") for n in range(200)]
    session.add_all(units)
    session.flush()
    middles = {}
    for code, people in SIZES.items():
        training = Training(
            organisation_id=organisation.id,
            code=code,
            title_zh="社区治理培训班",
            start_date=date(2026, 5, 11),
            end_date=date(2026, 5, 14),
            capacity=people,
        )
        session.add(training)
        session.flush()
        categories = [Category(training_id=training.id, position=n, name_zh=f"类别{n}") for n in (1, 2, 3)]
        session.add_all(categories)
        session.flush()
        _people(session, training, units, [one.id for one in categories], people)
        middle = session.execute(
            sa.select(Registration.sort_key, Registration.id)
            .where(Registration.training_id == training.id)
            .order_by(Registration.sort_key, Registration.id)
            .offset(people // 2)
            .limit(1)
        ).one()
        middles[code] = Cursor(middle[0], middle[1]).encode()
    session.commit()
    return user.fs_uniquifier, middles


def _people(
    session: Session, training: Training, units: list[Unit], categories: list[int], people: int
) -> None:
    chance = random.Random(people)
    first = (session.scalar(sa.select(sa.func.max(Person.id))) or 0) + 1
    made = ((at, _name(chance), chance.choice(units)) for at in range(first, first + people))
    while batch := list(islice(made, _BATCH)):
        session.execute(sa.insert(Person), [_person(training, *one) for one in batch])
        session.execute(sa.insert(Registration), [_registration(training, categories, *one) for one in batch])


def _name(chance: random.Random) -> str:
    return chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=chance.choice((1, 2, 2))))


def _person(training: Training, number: int, name: str, unit: Unit) -> dict[str, Any]:
    tail = f"{number % 10_000:04d}"
    return {
        "id": number, "uid": f"{number:024d}", "organisation_id": training.organisation_id, "name": name,
        "name_key": name_key(name), "pinyin": pinyin_key(name), "unit_id": unit.id, "sex": "", "ethnicity": "",
        "phone": f"+86138{number % 10_000:04d}{tail}", "phone_tail": tail, "email": "", "id_type": "",
        "id_masked": "", "is_sample": False, "created_at": now(), "version": 1,
    }  # fmt: skip


def _registration(
    training: Training, categories: list[int], number: int, name: str, unit: Unit
) -> dict[str, Any]:
    pinyin = pinyin_key(name)
    return {
        "training_id": training.id, "person_id": number, "category_id": categories[number % 3],
        "unit_id": unit.id, "post": "处长", "group_name": f"第{number % 12 + 1}组", "latin_name": "",
        "status": RegistrationStatus.CONFIRMED, "note": "", "sort_key": pinyin, "is_sample": False,
        "search_text": search_text(name, pinyin, pinyin_initials(name), unit.name, f"{number % 10_000:04d}"),
        "created_at": now(), "version": 1,
    }  # fmt: skip
