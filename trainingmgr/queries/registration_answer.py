"""What somebody answered on a registration form and consented to: kept, shown, forgotten."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.domain.person import mask_id_number
from trainingmgr.domain.registration import GONE_STATUSES, RegistrationStatus
from trainingmgr.domain.registration_form import (
    ConsentBy,
    FieldKey,
    FormDefinition,
    every_part,
    parts_of,
)
from trainingmgr.extensions import keyring, now
from trainingmgr.models import Category, Consent, Person, Registration, RegistrationAnswer, Training, Unit
from trainingmgr.queries.nomination.content import let_go
from trainingmgr.queries.own_registration import ID_BOXES, content_of, own_of, seal_content
from trainingmgr.queries.person import NO_ID

_OF_DOCUMENT = Consent.key == FieldKey.DOCUMENT


class Answer(NamedTuple):
    """What is kept of one box. `value` is None where it is sealed; then `keep_until` says for how long."""

    key: str
    value: str | None
    keep_until: date | None


class Answers(NamedTuple):
    """Everything that a registration answered, by box. `version` changes with each change of it."""

    kept: dict[str, Answer]
    version: str

    def plain(self) -> dict[str, str]:
        """The answers that are not sealed."""
        return {key: one.value for key, one in self.kept.items() if one.value is not None}

    def sealed(self) -> frozenset[str]:
        """The boxes whose answers are sealed."""
        return frozenset(key for key, one in self.kept.items() if one.value is None)


class ConsentLine(NamedTuple):
    """A consent in force, or one that was withdrawn."""

    key: str
    text: str
    given_by: ConsentBy
    given_at: datetime
    keep_until: date
    withdrawn_at: datetime | None


class AnswerRow(NamedTuple):
    """A participant with everything that they answered, by box; what is sealed is None."""

    name: str
    unit: str
    category_zh: str
    category_en: str
    status: RegistrationStatus
    answers: dict[str, str | None]


class Expired(NamedTuple):
    """Something sensitive that is kept longer than was promised. `key` is a box, or `document`."""

    training_id: int
    registration_id: int
    key: str
    keep_until: date


def answers_of(session: Session, registration_id: int) -> Answers:
    """What a registration answered, sensitive answers still sealed."""
    rows = session.scalars(
        sa.select(RegistrationAnswer)
        .where(RegistrationAnswer.registration_id == registration_id)
        .order_by(RegistrationAnswer.key)
    ).all()
    kept = {row.key: Answer(row.key, None if row.value_sealed else row.value, row.keep_until) for row in rows}
    mark = hashlib.sha256("\n".join(f"{row.id} {row.changed_at.isoformat()}" for row in rows).encode())
    return Answers(kept, mark.hexdigest()[:16])


def opened_answers(session: Session, registration_id: int) -> dict[str, str]:
    """The same with sensitive answers in clear. The caller audits that somebody looked."""
    rows = session.scalars(
        sa.select(RegistrationAnswer).where(RegistrationAnswer.registration_id == registration_id)
    )
    return {
        row.key: keyring.unseal(row.value_sealed, _place(registration_id, row.key))
        if row.value_sealed
        else row.value
        for row in rows
    }


def whole_table(session: Session, training_id: int, *, clear: bool = False) -> list[AnswerRow]:
    """All participants of a training who are not gone with their answers, in the order of names; two statements.

    With `clear` sealed answers are opened; the caller writes that into the audit trail.
    """
    found: dict[int, dict[str, str | None]] = defaultdict(dict)
    for row in session.scalars(
        sa.select(RegistrationAnswer).where(RegistrationAnswer.training_id == training_id)
    ):
        value = _value(row) if clear or row.value_sealed is None else None
        found[row.registration_id][row.key] = value
    people = session.execute(
        sa.select(
            Registration.id,
            Person.name,
            sa.func.coalesce(Unit.name, ""),
            sa.func.coalesce(Category.name_zh, ""),
            sa.func.coalesce(Category.name_en, ""),
            Registration.status,
        )
        .join(Person, Person.id == Registration.person_id)
        .outerjoin(Unit, Unit.id == Registration.unit_id)
        .outerjoin(Category, Category.id == Registration.category_id)
        .where(Registration.training_id == training_id, Registration.status.not_in(GONE_STATUSES))
        .order_by(Registration.sort_key, Registration.id)
    )
    return [AnswerRow(*row.tuple()[1:], answers=found.get(row[0], {})) for row in people]


def _place(registration_id: int, key: str) -> str:
    return f"registration_answer:{registration_id}:{key}"


def keep_answers(
    session: Session,
    training: Training,
    registration_id: int,
    definition: FormDefinition,
    values: Mapping[str, str],
) -> list[str]:
    """Make `values` the answers of a registration, sensitive ones sealed; gives the boxes that changed.

    What it answered before and does not answer now goes.
    """
    moment, promised = now(), _promised(session, registration_id)
    rows = {
        row.key: row
        for row in session.scalars(
            sa.select(RegistrationAnswer).where(RegistrationAnswer.registration_id == registration_id)
        )
    }
    fields = {part.key: owner for owner, part in every_part(definition)}
    changed = []
    for key in sorted({*rows, *values}):
        row, value = rows.get(key), values.get(key, "")
        if row is not None and value == _value(row):
            continue
        changed.append(key)
        if not value:
            session.delete(row)
            continue
        if row is None:
            row = RegistrationAnswer(training_id=training.id, registration_id=registration_id, key=key)
            session.add(row)
        field = fields.get(key, "")
        keep_until = keep_until_of(training, definition, field)
        if keep_until is not None:
            keep_until = min(keep_until, promised.get(field, keep_until))
        row.keep_until, row.changed_at = keep_until, moment
        row.value = value if keep_until is None else ""
        row.value_sealed = None if keep_until is None else keyring.seal(value, _place(registration_id, key))
    session.flush()
    return changed


def _promised(session: Session, registration_id: int) -> dict[str, date]:
    """The day that each consent in force names."""
    rows = session.execute(
        sa.select(Consent.key, Consent.keep_until).where(
            Consent.registration_id == registration_id, Consent.withdrawn_at.is_(None)
        )
    )
    return {row.key: row.keep_until for row in rows}


def _value(row: RegistrationAnswer) -> str:
    if row.value_sealed is None:
        return row.value
    return keyring.unseal(row.value_sealed, _place(row.registration_id, row.key))


def keep_until_of(training: Training, definition: FormDefinition, field: str) -> date | None:
    """The last day on which answers of a sensitive field are kept; None for a field that is not sensitive."""
    one = definition.get(field)
    if one is None or one.sensitive is None:
        return None
    return training.end_date + timedelta(days=one.sensitive.keep_days)


def follow_form(session: Session, training: Training, definition: FormDefinition) -> None:
    """Let the answers of a training follow its form and its last day: what is sensitive now is sealed and dated.

    What was sealed once stays sealed. What somebody consented to is never kept longer than they were told.
    """
    for field, part in every_part(definition):
        keep_until = keep_until_of(training, definition, field)
        if keep_until is None or (part.personal and part.key != "id_number"):
            continue
        for row in session.scalars(
            sa.select(RegistrationAnswer).where(
                RegistrationAnswer.training_id == training.id,
                RegistrationAnswer.key == part.key,
                RegistrationAnswer.value_sealed.is_(None),
            )
        ):
            row.value_sealed = keyring.seal(row.value, _place(row.registration_id, row.key))
            row.value = ""
        session.flush()
        consented = sa.select(Consent.registration_id).where(
            Consent.training_id == training.id, Consent.key == field, Consent.withdrawn_at.is_(None)
        )
        session.execute(
            sa.update(RegistrationAnswer)
            .where(
                RegistrationAnswer.training_id == training.id,
                RegistrationAnswer.key == part.key,
                RegistrationAnswer.keep_until.is_(None)
                | (RegistrationAnswer.keep_until > keep_until)
                | RegistrationAnswer.registration_id.not_in(consented),
            )
            .values(keep_until=keep_until)
        )
        session.execute(
            sa.update(Consent)
            .where(Consent.training_id == training.id, Consent.key == field, Consent.keep_until > keep_until)
            .values(keep_until=keep_until)
        )


def consents_of(session: Session, registration_id: int) -> list[ConsentLine]:
    """Every consent of a registration, in the order in which they were given."""
    rows = session.scalars(
        sa.select(Consent).where(Consent.registration_id == registration_id).order_by(Consent.id)
    )
    return [
        ConsentLine(row.key, row.text, row.given_by, row.given_at, row.keep_until, row.withdrawn_at)
        for row in rows
    ]


def give_consents(
    session: Session,
    training: Training,
    registration_id: int,
    definition: FormDefinition,
    texts: Mapping[str, str],
    by: ConsentBy,
) -> None:
    """Note the consents to sensitive fields, each in the words that were shown; one that stands already stays."""
    standing = set(
        session.scalars(
            sa.select(Consent.key).where(
                Consent.registration_id == registration_id, Consent.withdrawn_at.is_(None)
            )
        )
    )
    for field, text in texts.items():
        keep_until = keep_until_of(training, definition, field)
        if field not in standing and keep_until is not None:
            session.add(
                Consent(
                    training_id=training.id,
                    registration_id=registration_id,
                    key=field,
                    text=text,
                    given_by=by,
                    keep_until=keep_until,
                )
            )
    session.flush()


def withdraw_consents(
    session: Session, definition: FormDefinition, registration_id: int, fields: Collection[str] | None
) -> list[str]:
    """Note that consents are withdrawn, and forget what was answered under them; gives those that stood.

    Without `fields` it goes for all of them. Where nobody consented nothing is forgotten.
    """
    standing = session.scalars(
        sa.select(Consent)
        .where(Consent.registration_id == registration_id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id)
    ).all()
    going = [one for one in standing if fields is None or one.key in fields]
    for one in going:
        one.withdrawn_at = now()
    session.flush()
    parts = [part.key for one in going for part in parts_of(definition, one.key)]
    forget(session, registration_id, parts)
    return [one.key for one in going]


def forget(session: Session, registration_id: int, keys: Collection[str]) -> None:
    """Let answers go, and with `id_number` the ID document.

    The person's stays where another class knows them too, unless its own consent to it is over.
    """
    _forget_answers(session, registration_id, keys)
    if "id_number" in keys:
        never = ~sa.exists().where(Consent.registration_id == Registration.id, _OF_DOCUMENT)
        _forget_document(session, registration_id, sa.or_(never, _consented(now())))


def let_expire(session: Session, registration_id: int, keys: Collection[str]) -> None:
    """Let go what `expired_answers` names; a person's ID document stays while another consent covers it.

    The consent to a document ends with it: one that is typed later is not covered by it any more.
    """
    _forget_answers(session, registration_id, keys)
    if "id_number" in keys:
        _forget_document(session, registration_id, _consented(now()))
        session.execute(
            sa.update(Consent)
            .where(Consent.registration_id == registration_id, _OF_DOCUMENT, Consent.withdrawn_at.is_(None))
            .values(withdrawn_at=now())
        )


def _consented(moment: datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Consent.registration_id == Registration.id,
        _OF_DOCUMENT,
        Consent.withdrawn_at.is_(None),
        Consent.keep_until >= moment.date(),
    )


def _forget_answers(session: Session, registration_id: int, keys: Collection[str]) -> None:
    session.execute(
        sa.delete(RegistrationAnswer).where(
            RegistrationAnswer.registration_id == registration_id, RegistrationAnswer.key.in_(list(keys))
        )
    )


def _forget_document(session: Session, registration_id: int, holds: sa.ColumnElement[bool]) -> None:
    person = session.scalars(
        sa.select(Person).join(Registration).where(Registration.id == registration_id)
    ).one()
    # What a unit said of them, or they themselves: those numbers were given with this registration.
    said = let_go(session, registration_id, ID_BOXES).get("id_number", "")
    given = [mask_id_number(said)] if said else []
    own = own_of(session, registration_id, lock=True)
    if own is not None:
        written = content_of(own)
        seal_content(own, {name: text for name, text in written.items() if name not in ID_BOXES})
        given += [written.get("id_masked", "")] if own.by_form else []
    if given and person.id_masked not in given:
        return  # theirs is another one, by the organiser's hand
    others = sa.select(Registration.id).where(
        Registration.person_id == person.id, Registration.id != registration_id, holds
    )
    if session.scalar(others.limit(1)) is None:
        for column, value in NO_ID.items():
            setattr(person, column, value)


def expired_answers(session: Session, moment: datetime) -> list[Expired]:
    """Sensitive answers whose last day has passed, and ID documents under `id_number`; what `let_expire` takes."""
    today = moment.date()
    answers = sa.select(
        RegistrationAnswer.training_id,
        RegistrationAnswer.registration_id,
        RegistrationAnswer.key,
        RegistrationAnswer.keep_until,
    ).where(RegistrationAnswer.keep_until < today)
    documents = sa.select(
        Consent.training_id, Consent.registration_id, sa.literal("id_number"), Consent.keep_until
    ).where(
        _OF_DOCUMENT,
        Consent.withdrawn_at.is_(None),
        Consent.keep_until < today,
    )
    both: sa.CompoundSelect[tuple[int, int, str, date]] = sa.union_all(answers, documents)
    return [Expired._make(row) for row in session.execute(both.order_by(sa.text("2, 3")))]
