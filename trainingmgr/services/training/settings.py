"""What is said of a training as a whole."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from trainingmgr.domain.certificate import CertificateKind, SerialScope
from trainingmgr.domain.person import clean_text
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.training import (
    CategoryInput,
    HostRole,
    Outside,
    TrainingInput,
    check,
    clean_code,
    fixed_start,
    move_span,
    pattern_hits,
)
from trainingmgr.extensions import now, transaction
from trainingmgr.models import (
    Attendance,
    Category,
    Certificate,
    Organisation,
    QuotaLine,
    Registration,
    StudyTopic,
    Training,
    TrainingHost,
    TrainingSession,
)
from trainingmgr.queries import audit, places
from trainingmgr.queries.accounts import Actor
from trainingmgr.queries.certificate import numbering
from trainingmgr.queries.registration_answer import follow_form
from trainingmgr.queries.registration_form import drop_lost_categories, form_of
from trainingmgr.queries.unit import unit_named

_LISTS = frozenset({"hosts", "co_hosts", "categories", "study_topics"})
_PLAIN = tuple(field.name for field in fields(TrainingInput) if field.name not in _LISTS)


def create(actor: Actor, organisation_id: int, given: TrainingInput) -> Training:
    """Make a training in an organisation.

    Raises the refusals of `domain.training.check` and `check_pattern`, and `training.code_taken`.
    """
    check(given)
    with transaction() as session:
        if session.get(Organisation, organisation_id) is None:
            raise NotFound("not_found")
        training = Training(organisation_id=organisation_id, **_columns(given))
        refuse_taken_code(session, training.code)
        check_pattern(session, training)
        session.add(training)
        write_with_code(session, training.code)
        _set_lists(session, training, given)
        session.flush()
        audit.record(session, actor, "training.created", "training", training.id, training=training)
    return training


def update(
    actor: Actor,
    training: Training,
    given: TrainingInput,
    version: int | None = None,
    outside: Outside = Outside.REFUSED,
) -> Training:
    """Change a training's settings; `version` is the state that the edit began from.

    When the zone changes, the sessions keep their times of day. Seats that are added go to whoever waits
    longest, if the training wants that. Raises `stale`, the refusals of
    `create`, and `training.code_frozen` (numbers are issued under the code), `training.sessions_outside_dates`
    (sessions, first, last), where the days are new and `outside` does not say what becomes of them,
    `training.sessions_attended` (sessions), `training.category_in_use` (name, people),
    `training.category_offered` (name).
    """
    check(given)
    with transaction() as session:
        row = _locked(session, training.id)
        if version is not None and row.version != version:
            raise Refusal("stale")
        standing = places.standing(session, row)
        columns = _columns(given)
        changed = sorted(name for name, value in columns.items() if getattr(row, name) != value)
        if "code" in changed:
            _check_new_code(session, row, columns["code"])
        _fit_sessions(session, row, given, outside)
        for name in changed:
            setattr(row, name, columns[name])
        write_with_code(session, row.code)
        if {"serial_pattern", "code"} & set(changed):
            check_pattern(session, row)
        changed += _set_lists(session, row, given)
        _follow_with_forms(session, row, changed)
        if changed:
            # A change in the lists alone is a change of the training too: a second editor must notice.
            flag_modified(row, "title_zh")
            audit.record(session, actor, "training.changed", "training", row.id, training=row, fields=changed)
        session.flush()
        places.fill_freed(session, actor, row, standing)
    return row


def _follow_with_forms(session: Session, training: Training, changed: Sequence[str]) -> None:
    if "categories" in changed:
        session.flush()
        drop_lost_categories(session, training.id)
    if "end_date" in changed:
        follow_form(session, training, form_of(session, training.id).definition)


def archive(actor: Actor, training: Training) -> Training:
    """Put a training away. Once more changes nothing."""
    return _set_archived(actor, training, archived=True)


def reopen(actor: Actor, training: Training) -> Training:
    """Bring an archived training back. Once more changes nothing."""
    return _set_archived(actor, training, archived=False)


def _set_archived(actor: Actor, training: Training, *, archived: bool) -> Training:
    with transaction() as session:
        row = _locked(session, training.id)
        if (row.archived_at is not None) != archived:
            row.archived_at = now() if archived else None
            action = "training.archived" if archived else "training.reopened"
            audit.record(session, actor, action, "training", row.id, training=row)
    return row


def refuse_taken_code(session: Session, code: str) -> None:
    """Raise `training.code_taken` if a training of the installation bears `code`."""
    if session.scalar(sa.select(Training.id).where(Training.code == code)) is not None:
        raise Refusal("training.code_taken", code=code)


def write_with_code(session: Session, code: str) -> None:
    """Flush a training whose code may have been taken at this very moment, as `refuse_taken_code` says it."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Refusal("training.code_taken", code=code) from error


def _locked(session: Session, training_id: int) -> Training:
    row = session.get(Training, training_id, with_for_update=True)
    if row is None:
        raise NotFound("not_found")
    return row


def _columns(given: TrainingInput) -> dict[str, Any]:
    columns = {name: getattr(given, name) for name in _PLAIN}
    columns["code"] = clean_code(given.code)
    return {name: value.strip() if isinstance(value, str) else value for name, value in columns.items()}


def _check_new_code(session: Session, training: Training, code: str) -> None:
    if session.scalar(sa.select(Certificate.id).where(Certificate.training_id == training.id).limit(1)):
        raise Refusal("training.code_frozen", code=training.code)
    refuse_taken_code(session, code)


def check_pattern(session: Session, training: Training) -> None:
    """A new number must never meet one that is printed, here or in another training.

    Raises Refusal `training.pattern_collides` (serial), `training.pattern_shared` (code),
    `training.pattern_taken` where the other training is of another organisation.
    """
    begin = fixed_start(training.serial_pattern, training.code)
    key = numbering.counter_key(training, CertificateKind.COMPLETION, SerialScope.TRAINING, 0)
    next_number = numbering.next_number(session, training, key)
    for serial in session.scalars(
        sa.select(Certificate.serial).where(Certificate.serial.startswith(begin, autoescape=True))
    ):
        number = pattern_hits(training.serial_pattern, training.code, serial)
        if number is not None and number >= next_number:
            raise Refusal("training.pattern_collides", serial=serial)
    if "{code}" in training.serial_pattern:
        return
    other = session.scalar(
        sa.select(Training).where(
            Training.serial_pattern == training.serial_pattern,
            Training.code != training.code,
            Training.id != training.id if training.id else sa.true(),
        )
    )
    if other is not None and other.organisation_id == training.organisation_id:
        raise Refusal("training.pattern_shared", code=other.code)
    if other is not None:
        raise Refusal("training.pattern_taken")


def _fit_sessions(session: Session, training: Training, given: TrainingInput, wanted: Outside) -> None:
    old, new = training.time_zone, given.time_zone
    new_days = (given.start_date, given.end_date) != (training.start_date, training.end_date)
    if old == new and not new_days:
        return
    by = (given.start_date - training.start_date).days if wanted is Outside.ALONG else 0
    rows = session.scalars(
        sa.select(TrainingSession)
        .where(TrainingSession.training_id == training.id)
        .order_by(TrainingSession.starts_at)
    ).all()
    if by and (attended := _attended(session, training)):
        raise Refusal("training.sessions_attended", sessions=attended)
    if old != new or by:
        for row in rows:
            row.starts_at, row.ends_at = move_span(row.starts_at, row.ends_at, by, old, new)
            row.sequence += 1
    days = [row.starts_at.astimezone(ZoneInfo(new)).date() for row in rows]
    outside = [day for day in days if not given.start_date <= day <= given.end_date]
    # Those that lie outside the same days as before stay by an earlier answer.
    if outside and new_days and wanted is not Outside.STAY:
        raise Refusal(
            "training.sessions_outside_dates", sessions=len(outside), first=min(outside), last=max(outside)
        )


def _attended(session: Session, training: Training) -> int:
    marked = sa.select(sa.func.count(Attendance.session_id.distinct()))
    return session.scalar(marked.where(Attendance.training_id == training.id)) or 0


def _set_lists(session: Session, training: Training, given: TrainingInput) -> list[str]:
    """Put hosts, categories and study topics as given; tell which of them changed."""
    changed = []
    if _set_hosts(session, training, given):
        changed.append("hosts")
    if given.categories is not None and _set_categories(session, training, given.categories):
        changed.append("categories")
    if given.study_topics is not None:
        texts = [(one.text_zh.strip(), one.text_en.strip()) for one in given.study_topics]
        if texts != [(one.text_zh, one.text_en) for one in training.study_topics]:
            training.study_topics.clear()
            session.flush()
            training.study_topics.extend(
                StudyTopic(position=position, text_zh=zh, text_en=en)
                for position, (zh, en) in enumerate(texts, start=1)
            )
            changed.append("study_topics")
    return changed


def _set_hosts(session: Session, training: Training, given: TrainingInput) -> bool:
    standing = {role: [one.unit_id for one in training.hosts if one.role is role] for role in HostRole}
    wanted = {
        role: standing[role]
        if names is None
        else [
            unit_named(session, training.organisation_id, clean_text(name, 120)).id
            for name in names
            if name.strip()
        ]
        for role, names in ((HostRole.HOST, given.hosts), (HostRole.CO_HOST, given.co_hosts))
    }
    if wanted == standing:
        return False
    # Two names in the input may be one unit, known by either.
    ids = [unit_id for units in wanted.values() for unit_id in units]
    if len(ids) != len(set(ids)):
        raise Refusal("training.host_twice", name=_name_twice(given, ids))
    training.hosts.clear()
    session.flush()
    training.hosts.extend(
        TrainingHost(unit_id=unit_id, role=role, position=position)
        for role, units in wanted.items()
        for position, unit_id in enumerate(units, start=1)
    )
    session.flush()
    session.expire(training, ["hosts"])
    return True


def _name_twice(given: TrainingInput, ids: list[int]) -> str:
    names = [name.strip() for name in (*(given.hosts or ()), *(given.co_hosts or ())) if name.strip()]
    at = next(at for at, unit_id in enumerate(ids) if unit_id in ids[:at])
    return names[min(at, len(names) - 1)]


def _set_categories(session: Session, training: Training, given: Sequence[CategoryInput]) -> bool:
    standing = {one.id: one for one in training.categories}
    before = [(one.id, *_category_values(one)) for one in training.categories]
    kept: list[Category] = []
    by_name = {one.name_zh: one for one in training.categories}
    for one in given:
        row = standing.get(one.id) if one.id is not None else by_name.get(one.name_zh.strip())
        if row is None or row in kept:
            row = Category(training_id=training.id)
        kept.append(row)
    wanted = [(row.id, *_given_values(one)) for row, one in zip(kept, given, strict=True)]
    if before == wanted:
        return False
    for row in training.categories:
        if row not in kept:
            _refuse_used(session, row)
    # Names and places are unique: what is left over goes first, what moves steps aside meanwhile.
    for position, row in enumerate(list(training.categories), start=1):
        if row in kept:
            row.position, row.name_zh = -position, f"{position} {row.id}"
        else:
            training.categories.remove(row)
    session.flush()
    for position, (row, one) in enumerate(zip(kept, given, strict=True), start=1):
        row.position = position
        row.name_zh, row.name_en, row.post_zh, row.post_en = _given_values(one)
        if row not in training.categories:
            training.categories.append(row)
    session.flush()
    training.categories.sort(key=lambda one: one.position)
    return True


def _category_values(one: Category) -> tuple[str, str, str, str]:
    return one.name_zh, one.name_en, one.post_zh, one.post_en


def _given_values(one: CategoryInput) -> tuple[str, str, str, str]:
    return one.name_zh.strip(), one.name_en.strip(), one.post_zh.strip(), one.post_en.strip()


def _refuse_used(session: Session, category: Category) -> None:
    people = session.scalar(
        sa.select(sa.func.count())
        .select_from(Registration)
        .where(Registration.training_id == category.training_id, Registration.category_id == category.id)
    )
    if people:
        raise Refusal("training.category_in_use", name=category.name_zh, people=people)
    if (
        session.scalar(sa.select(QuotaLine.id).where(QuotaLine.category_id == category.id).limit(1))
        is not None
    ):
        raise Refusal("training.category_offered", name=category.name_zh)
