import pytest
import sqlalchemy as sa
from flask import Flask
from flask_security.utils import verify_password
from sqlalchemy.orm import Session

from tests.factories import Cast
from trainingmgr.domain.membership import Role
from trainingmgr.domain.refusal import Refusal
from trainingmgr.models import AuditEntry, Organisation, User
from trainingmgr.queries.accounts import Actor, role_in, user_by_email
from trainingmgr.services import accounts

OPERATOR = Actor(None, "command line (test)")
PASSWORD = "a long enough one"


def _add(email: str = "new@example.org", **values: object) -> accounts.Joined:
    given = {"name": "新人", "password": PASSWORD, "role": Role.ORGANISER} | values
    return accounts.add_member(OPERATOR, email=email, **given)  # type: ignore[arg-type]


def test_an_address_is_kept_in_lower_case_and_taken_once(session: Session, cast: Cast) -> None:
    _add("New@Example.org", organisation=cast.organisation.name_zh)
    assert user_by_email(session, "NEW@example.ORG ") is not None
    with pytest.raises(Refusal) as refusal:
        _add("new@example.org", organisation=cast.organisation.name_zh)
    assert refusal.value.code == "account_email_taken"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"email": "no address"}, "account_email_invalid"),
        ({"name": "  "}, "account_name_missing"),
        ({"password": "too short"}, "password_short"),
    ],
)
def test_a_malformed_account_is_refused_and_nothing_is_written(
    session: Session, cast: Cast, values: dict[str, str], code: str
) -> None:
    before = session.scalar(sa.select(sa.func.count(User.id)))
    with pytest.raises(Refusal) as refusal:
        _add(**({"email": "new@example.org"} | values))
    assert refusal.value.code == code
    assert session.scalar(sa.select(sa.func.count(User.id))) == before


def test_a_password_is_kept_as_argon2_alone(app: Flask, session: Session) -> None:
    _add(organisation="新单位")
    user = user_by_email(session, "new@example.org")
    assert user is not None
    assert user.password.startswith("$argon2id$")
    assert verify_password(PASSWORD, user.password)


def test_the_only_organisation_is_meant_where_none_is_named(app: Flask, session: Session) -> None:
    session.add(Organisation(name_zh="唯一单位"))
    session.commit()
    assert _add().organisation == "唯一单位"


def test_the_organisation_must_be_named_where_there_are_two(session: Session, cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        _add()
    assert (refusal.value.code, refusal.value.values) == ("organisation_unclear", {"count": 2})


def test_an_unknown_organisation_is_made_and_the_audit_says_so(app: Flask, session: Session) -> None:
    assert _add(organisation="新单位").organisation_created
    actions = set(session.scalars(sa.select(AuditEntry.action)))
    assert {"organisation.create", "user.create", "membership.set"} <= actions


def test_the_first_account_owns_every_organisation_there_is(app: Flask, session: Session) -> None:
    there = [Organisation(name_zh="甲单位"), Organisation(name_zh="乙单位")]
    session.add_all(there)
    session.commit()
    user_id = accounts.create_owner(OPERATOR, email="a@example.org", name="甲", password=PASSWORD, home="新")
    assert [role_in(session, user_id, one.id) for one in there] == [Role.OWNER, Role.OWNER]
    assert session.scalar(sa.select(sa.func.count(Organisation.id))) == 2


def test_the_first_account_gets_an_organisation_where_there_is_none(app: Flask, session: Session) -> None:
    user_id = accounts.create_owner(
        OPERATOR, email="a@example.org", name="甲", password=PASSWORD, home="我的单位"
    )
    (home,) = session.scalars(sa.select(Organisation)).all()
    assert (home.name_zh, role_in(session, user_id, home.id)) == ("我的单位", Role.OWNER)


def test_a_new_password_ends_the_sessions_of_the_account(session: Session, cast: Cast) -> None:
    before = cast.users["viewer"].fs_uniquifier
    accounts.set_password(OPERATOR, "Viewer@example.org", PASSWORD)
    session.expire_all()
    assert cast.users["viewer"].fs_uniquifier != before
    assert verify_password(PASSWORD, cast.users["viewer"].password)


def test_a_password_for_nobody_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(Refusal) as refusal:
        accounts.set_password(OPERATOR, "nobody@example.org", PASSWORD)
    assert refusal.value.code == "user_not_found"


def test_generated_passwords_differ_and_hold_no_look_alikes() -> None:
    made = {accounts.new_password() for _ in range(200)}
    assert len(made) == 200
    assert not set("".join(made)) & set("0o1li")
    assert all(len(password.replace("-", "")) == 16 for password in made)
