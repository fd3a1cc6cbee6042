"""Accounts: who signs in, and with which role in which organisation."""

import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask_security.utils import hash_password
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from trainingmgr.domain.membership import Role
from trainingmgr.domain.person import clean_text
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import Membership, Organisation, User
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor, user_by_email
from trainingmgr.queries.installation import own_key_names

PASSWORD_LENGTH = 10
ORGANISATION_ZH, ORGANISATION_EN = 120, 200
# No letters or digits that are taken for one another when a password is read out or typed off paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Joined:
    """A membership that was made. `organisation_created` tells whether the organisation is new too."""

    user_id: int
    organisation: str
    organisation_created: bool


def new_password() -> str:
    """A random password of 16 characters in four groups (79 bits), easy to type."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def create_owner(actor: Actor, *, email: str, name: str, password: str, home: str) -> int:
    """Make an account that owns every organisation there is, or a new one named `home`, and give its id.

    For an installation that nobody can sign in to yet. Raises Refusal `account_email_invalid`,
    `account_email_taken`, `account_name_missing`, `password_short`.
    """
    address, hashed = _address(email), _hashed(password)
    if not name.strip():
        raise Refusal("account_name_missing")
    with transaction() as session:
        user = _new_user(session, actor, address, name, hashed)
        there = session.scalars(sa.select(Organisation).order_by(Organisation.id)).all()
        for organisation in there or [_organisation(session, actor, home)[0]]:
            _join(session, actor, user, organisation, Role.OWNER)
        return user.id


def add_member(
    actor: Actor, *, email: str, name: str, password: str, role: Role, organisation: str = ""
) -> Joined:
    """Make an account with `role` in the organisation of this Chinese name, which is made where missing.

    Without a name it is the installation's only organisation. Raises what `create_owner` raises and
    Refusal `organisation_unclear` where there is none or more than one.
    """
    address, hashed = _address(email), _hashed(password)
    if not name.strip():
        raise Refusal("account_name_missing")
    with transaction() as session:
        found, created = _organisation(session, actor, organisation.strip())
        user = _new_user(session, actor, address, name, hashed)
        _join(session, actor, user, found, role)
        return Joined(user.id, found.name_zh, created)


def set_password(actor: Actor, email: str, password: str) -> None:
    """Give a user another password and end the user's sessions everywhere.

    Raises Refusal `user_not_found`, `password_short`.
    """
    hashed = _hashed(password)
    with transaction() as session:
        user = user_by_email(session, email)
        if user is None:
            raise Refusal("user_not_found", email=email)
        user.password = hashed
        # Sessions and remembered sign-ins carry this mark; with a new one none of them is known.
        user.fs_uniquifier = secrets.token_hex(32)
        audit.record(session, actor, "user.password", "user", user.id)


def rename_organisation(actor: Actor, organisation_id: int, name_zh: str, name_en: str) -> bool:
    """Give an organisation other names; tells whether they differ. What was issued bears the old ones.

    Raises Refusal `organisation_name_missing`, `organisation_name_taken` (name), `organisation_has_keys` (name) where
    keys that an organisation brought go by the former name or by the new one, and what `clean_text` raises.
    """
    zh, en = clean_text(name_zh, ORGANISATION_ZH), clean_text(name_en, ORGANISATION_EN)
    if not zh:
        raise Refusal("organisation_name_missing")
    try:
        with transaction() as session:
            organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
            before = {"name_zh": organisation.name_zh, "name_en": organisation.name_en}
            after = {"name_zh": zh, "name_en": en}
            if before == after:
                return False
            if bound := ({before["name_zh"]} ^ {zh}) & own_key_names():
                raise Refusal("organisation_has_keys", name=min(bound))
            organisation.name_zh, organisation.name_en = zh, en
            session.flush()
            audit.record(
                session,
                actor,
                "organisation.rename",
                "organisation",
                organisation_id,
                organisation_id=organisation_id,
                before=before,
                after=after,
            )
            return True
    except IntegrityError as error:
        raise Refusal("organisation_name_taken", name=zh) from error


def _address(email: str) -> str:
    try:
        checked = validate_email(email.strip(), check_deliverability=False)
    except EmailNotValidError as error:
        raise Refusal("account_email_invalid", email=email) from error
    return checked.normalized.lower()


def _hashed(password: str) -> str:
    if len(password) < PASSWORD_LENGTH:
        raise Refusal("password_short", least=PASSWORD_LENGTH)
    hashed: str = hash_password(password)
    return hashed


def _new_user(session: Session, actor: Actor, email: str, name: str, hashed: str) -> User:
    if user_by_email(session, email) is not None:
        raise Refusal("account_email_taken", email=email)
    user = User(email=email, name=name.strip(), password=hashed, fs_uniquifier=secrets.token_hex(32))
    session.add(user)
    session.flush()
    audit.record(session, actor, "user.create", "user", user.id)
    return user


def _organisation(session: Session, actor: Actor, name: str) -> tuple[Organisation, bool]:
    if not name:
        only = session.scalars(sa.select(Organisation).order_by(Organisation.id).limit(2)).all()
        if len(only) != 1:
            raise Refusal("organisation_unclear", count=len(only))
        return only[0], False
    found = session.scalar(sa.select(Organisation).where(Organisation.name_zh == name))
    if found is not None:
        return found, False
    made = Organisation(name_zh=name)
    session.add(made)
    session.flush()
    audit.record(session, actor, "organisation.create", "organisation", made.id, organisation_id=made.id)
    return made, True


def _join(session: Session, actor: Actor, user: User, organisation: Organisation, role: Role) -> None:
    session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=role))
    audit.record(
        session,
        actor,
        "membership.set",
        "user",
        user.id,
        organisation_id=organisation.id,
        role=role.value,
    )
