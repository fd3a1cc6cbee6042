"""A person's own page: opened, moved to another address, closed."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_registration, make_training
from trainingmgr.domain.refusal import NotFound
from trainingmgr.models import AuditEntry, Person
from trainingmgr.queries import own_page as queries
from trainingmgr.services import own_page as service


def test_a_new_address_makes_the_old_one_lead_nowhere_and_closing_the_new_one(
    session: Session, cast: Cast
) -> None:
    training = make_training(session, cast.organisation)
    who = make_registration(session, training, "王小明")
    first = service.open_page(cast.actor(), training, who.id)
    second = service.open_page(cast.actor(), training, who.id)
    assert len(first) == len(second) == 43
    assert queries.owner(session, first) is None
    owner = queries.owner(session, second)
    assert owner is not None
    assert (owner.person_id, owner.name) == (who.person_id, "王小明")
    service.close_page(cast.actor(), training, who.id)
    assert queries.owner(session, second) is None
    assert queries.key_of(session, who.person_id) is None
    acts = session.execute(sa.select(AuditEntry.action, AuditEntry.details).order_by(AuditEntry.id)).all()
    assert [act for act, _ in acts] == ["person.page_opened", "person.page_opened", "person.page_closed"]
    assert second not in str(acts)


def test_whoever_edits_the_person_meanwhile_is_not_disturbed(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    who = make_registration(session, training)
    service.open_page(cast.actor(), training, who.id)
    look_again(session)
    assert session.get_one(Person, who.person_id).version == 1


def test_a_participant_of_another_training_is_not_found(session: Session, cast: Cast) -> None:
    training, other = make_training(session, cast.organisation), make_training(session, cast.elsewhere)
    who = make_registration(session, other)
    for act in (service.open_page, service.close_page):
        with pytest.raises(NotFound):
            act(cast.actor(), training, who.id)
