"""Judgements of lecturers and sites, which the organiser keeps by hand."""

from decimal import Decimal

from sqlalchemy.orm import Session

from trainingmgr.domain.refusal import NotFound
from trainingmgr.extensions import transaction
from trainingmgr.models import Evaluation, Lecturer, Site, Training
from trainingmgr.queries import audit
from trainingmgr.queries.accounts import Actor


def add_evaluation(
    actor: Actor,
    training: Training,
    *,
    score: Decimal,
    words: str,
    occasion: str = "",
    lecturer_id: int | None = None,
    site_id: int | None = None,
) -> int:
    """Note how a lecturer or a site was judged, from 1 to 5; without an `occasion` at this training. Raises NotFound."""
    with transaction() as session:
        row = session.get_one(Training, training.id)
        _check_own(session, row.organisation_id, lecturer_id, site_id)
        made = Evaluation(
            lecturer_id=lecturer_id,
            site_id=site_id,
            training_id=None if occasion else row.id,
            occasion=occasion[:160] or row.title_zh,
            score=score,
            words=words,
        )
        session.add(made)
        session.flush()
        audit.record(session, actor, "evaluation.add", "evaluation", made.id, training=row)
        return made.id


def remove_evaluation(actor: Actor, training: Training, evaluation_id: int) -> None:
    """Take a judgement away. Raises NotFound."""
    with transaction() as session:
        row = session.get_one(Training, training.id)
        found = session.get(Evaluation, evaluation_id, with_for_update=True)
        if found is None:
            raise NotFound("not_found")
        _check_own(session, row.organisation_id, found.lecturer_id, found.site_id)
        session.delete(found)
        audit.record(session, actor, "evaluation.remove", "evaluation", evaluation_id, training=row)


def _check_own(session: Session, organisation_id: int, lecturer_id: int | None, site_id: int | None) -> None:
    subject = (
        session.get(Lecturer, lecturer_id) if lecturer_id is not None else session.get(Site, site_id or 0)
    )
    if subject is None or subject.organisation_id != organisation_id:
        raise NotFound("not_found")
