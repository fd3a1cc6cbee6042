"""Addresses of units: made, mailed, ended."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    look_again,
    make_category,
    make_line,
    make_training,
    make_unit,
)
from tests.mails import as_read
from tests.nominations import entry_of, offered, token_of, typed
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.nomination import LinkState
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.models import (
    MailMessage,
    NominationLink,
    Training,
    Unit,
)
from trainingmgr.queries import nomination as queries
from trainingmgr.services import nomination as service


@pytest.fixture
def training(session: Session, cast: Cast) -> Training:
    return make_training(session, cast.organisation)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.code


def test_an_address_ends_and_is_replaced(session: Session, cast: Cast, training: Training) -> None:
    _line, unit = offered(session, cast, training)
    old = token_of(session, cast, training, unit)
    entry = entry_of(session, cast, training, unit)
    service.renew(cast.actor(), training, unit.id)
    new = token_of(session, cast, training, unit)
    assert new != old
    look_again(session)
    before, after = queries.entry(session, old), queries.entry(session, new)
    assert before is not None
    assert after is not None
    assert (before.state, after.state) == (LinkState.REVOKED, LinkState.IN_FORCE)
    assert refusal(lambda: service.save(entry, typed(), None)) == "nomination.link_ended"
    service.revoke(cast.actor(), training, unit.id)
    assert queries.link_in_force(session, training.id, unit.id) is None


def test_an_address_past_its_time_lets_nobody_in(session: Session, cast: Cast, training: Training) -> None:
    _line, unit = offered(session, cast, training)
    token = token_of(session, cast, training, unit)
    entry = entry_of(session, cast, training, unit)
    session.execute(sa.update(NominationLink).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    session.commit()
    found = queries.entry(session, token)
    assert found is not None
    assert found.state is LinkState.EXPIRED
    assert refusal(lambda: service.save(entry, typed(), None)) == "nomination.link_ended"
    assert service.make_links(cast.actor(), training) == 1


def test_addresses_are_made_for_those_without_one_and_sent_to_those_with_a_mail_address(
    session: Session, cast: Cast, training: Training
) -> None:
    category = make_category(session, training, "处长", name_en="Heads")
    units = [
        make_unit(session, cast.organisation, "甲厅", contact_email="a@example.org", contact_name="张科长"),
        make_unit(session, cast.organisation, "乙厅"),
    ]
    make_line(session, training, dict.fromkeys(units, 2), category_id=category.id, deadline=date(2026, 4, 20))
    ids = [unit.id for unit in units]
    done = service.send_links(
        cast.actor(), training, ids, language="zh", address="https://x.example.org/n/{token}"
    )
    assert (done.mails, done.without_address) == (1, ("乙厅",))
    look_again(session)
    mail = session.scalars(sa.select(MailMessage)).one()
    token = token_of(session, cast, training, session.get_one(Unit, ids[0]))
    assert mail.kind is MailKind.NOMINATION_INVITATION
    assert (mail.to_name, mail.to_address, mail.unit_id) == ("张科长", "a@example.org", ids[0])
    for text in (f"https://x.example.org/n/{token}", "处长：2名", "2026年4月20日", "甲厅"):
        assert text in as_read(session, mail)
    assert token not in mail.body
    assert service.make_links(cast.actor(), training) == 1
    assert service.make_links(cast.actor(), training) == 0


def test_no_address_is_made_for_a_unit_that_is_offered_nothing(
    session: Session, cast: Cast, training: Training
) -> None:
    stranger = make_unit(session, cast.organisation)
    offered(session, cast, training)
    with pytest.raises(NotFound):
        service.make_links(cast.actor(), training, [stranger.id])
