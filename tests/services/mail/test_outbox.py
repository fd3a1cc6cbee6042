"""What an organiser does with mails: again, not at all, all at once; a message to many."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import Cast, at_once, look_again, make_registration, make_training, make_unit
from tests.mails import mails_of, make_mail, set_server
from tests.queries.counting import statements
from trainingmgr.domain.mail import MailFault, MailKind, MailStatus, Template
from trainingmgr.domain.refusal import NotFound, Refusal
from trainingmgr.domain.registration import RegistrationStatus
from trainingmgr.domain.schedule import ContributorType
from trainingmgr.extensions import now
from trainingmgr.models import AuditEntry, Lecturer, MailTemplate
from trainingmgr.queries.mail import outbox
from trainingmgr.queries.mail.messages import Audience
from trainingmgr.queries.mail.outbox import Box
from trainingmgr.queries.own_registration import new_own
from trainingmgr.services import mail as service


@pytest.mark.parametrize(
    "status", [MailStatus.FAILED, MailStatus.UNCERTAIN, MailStatus.KEPT, MailStatus.CANCELLED]
)
def test_what_may_not_have_left_is_the_same_mail_when_it_is_sent_again(
    session: Session, cast: Cast, status: MailStatus
) -> None:
    set_server(session, cast.organisation)
    row = make_mail(
        session,
        cast.organisation,
        "a@example.net",
        status=status,
        attempts=8,
        fault=MailFault.CUT_OFF,
        answer="?",
    )
    assert service.send_again(cast.actor(), cast.organisation.id, row.uid) == row.uid
    (again,) = mails_of(session)
    assert (again.status, again.attempts, again.fault, again.answer) == (
        MailStatus.QUEUED,
        0,
        MailFault.NONE,
        "",
    )
    assert session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["mail.again"]


def test_what_went_out_is_sent_again_as_another_once_whoever_asks_at_the_same_moment(
    app: Flask, session: Session, cast: Cast
) -> None:
    set_server(session, cast.organisation)
    row = make_mail(session, cast.organisation, "a@example.net", status=MailStatus.BOUNCED)
    ask = partial(service.send_again, cast.actor(), cast.organisation.id, row.uid)
    raised = at_once(app, ask, ask)
    assert [str(one) for one in raised] == ["mail.repeated"]
    first, again = mails_of(session)
    assert (first.status, again.status, again.repeats_id) == (
        MailStatus.BOUNCED,
        MailStatus.QUEUED,
        first.id,
    )
    assert [one.repeated for one in outbox.page(session, Box(cast.organisation.id)).lines] == [False, True]


def test_nothing_is_sent_again_that_must_not_be(session: Session, cast: Cast) -> None:
    mails = {
        "mail.no_server": make_mail(session, cast.organisation, "a@b.cn", status=MailStatus.FAILED),
    }
    for refusal, row in mails.items():
        with pytest.raises(Refusal, match=refusal):
            service.send_again(cast.actor(), cast.organisation.id, row.uid)
    set_server(session, cast.organisation)
    mails = {
        "mail.under_way": make_mail(session, cast.organisation, "a@b.cn"),
        "mail.sample_stays": make_mail(
            session, cast.organisation, "a@b.cn", status=MailStatus.KEPT, is_sample=True
        ),
        "mail.erased": make_mail(
            session,
            cast.organisation,
            "",
            status=MailStatus.FAILED,
            erased_at=now(),
            subject="",
            body="",
        ),
    }
    for refusal, row in mails.items():
        with pytest.raises(Refusal, match=refusal):
            service.send_again(cast.actor(), cast.organisation.id, row.uid)
    with pytest.raises(NotFound):
        service.send_again(cast.actor("stranger"), cast.elsewhere.id, mails["mail.under_way"].uid)


def test_a_mail_that_waits_can_be_held_back_even_from_a_worker_that_has_it_in_hand(
    session: Session, cast: Cast
) -> None:
    row = make_mail(session, cast.organisation, "a@example.net", worker="w", lease_until=now())
    service.cancel(cast.actor(), cast.organisation.id, row.uid)
    (held,) = mails_of(session)
    assert (held.status, held.worker, held.lease_until) == (MailStatus.CANCELLED, "", None)
    with pytest.raises(Refusal, match=r"mail\.not_waiting"):
        service.cancel(cast.actor(), cast.organisation.id, row.uid)


def test_all_that_failed_go_again_to_present_addresses_and_what_is_uncertain_stays(
    session: Session, cast: Cast
) -> None:
    set_server(session, cast.organisation)
    training = make_training(session, cast.organisation)
    person = make_registration(session, training, "王小明", email="new@example.net")
    about = {"training_id": training.id}
    make_mail(
        session,
        cast.organisation,
        "old@example.net",
        status=MailStatus.FAILED,
        registration_id=person.id,
        **about,
    )
    make_mail(session, cast.organisation, "b@example.net", status=MailStatus.FAILED)
    make_mail(session, cast.organisation, "c@example.net", status=MailStatus.UNCERTAIN, **about)
    make_mail(session, cast.organisation, "d@example.net", status=MailStatus.KEPT, is_sample=True, **about)
    box = Box(cast.organisation.id, training.id)
    assert service.send_all_again(cast.actor(), box, MailStatus.FAILED) == 1
    assert service.send_all_again(cast.actor(), box, MailStatus.KEPT) == 0
    with pytest.raises(ValueError, match="one by one"):
        service.send_all_again(cast.actor(), box, MailStatus.UNCERTAIN)
    assert [(one.status, one.to_address) for one in mails_of(session)] == [
        (MailStatus.QUEUED, "new@example.net"),
        (MailStatus.FAILED, "b@example.net"),
        (MailStatus.UNCERTAIN, "c@example.net"),
        (MailStatus.KEPT, "d@example.net"),
    ]


def test_a_mail_sent_again_goes_to_the_present_address_of_whoever_it_is_for(
    session: Session, cast: Cast
) -> None:
    set_server(session, cast.organisation)
    training = make_training(session, cast.organisation)
    lecturer = Lecturer(
        organisation_id=cast.organisation.id,
        type=ContributorType.PERSON,
        name="李明",
        email="li@example.net",
    )
    unit = make_unit(session, cast.organisation, contact_email="unit@example.net")
    known = make_registration(session, training, "王小明", email="wang@example.net")
    by_form = make_registration(session, training, "张伟", email="elsewhere@example.net")
    nameless = make_registration(session, training, "赵敏", email="")
    session.add(lecturer)
    new_own(session, by_form, by_form=True, email="zhang@example.net")
    about: list[dict[str, Any]] = [
        {"lecturer_id": lecturer.id},
        {"unit_id": unit.id},
        {"registration_id": known.id},
        {"registration_id": by_form.id, "kind": MailKind.REGISTRATION_CONFIRMED},
        {"registration_id": by_form.id, "kind": MailKind.CERTIFICATE},
        {"registration_id": by_form.id, "kind": MailKind.MESSAGE},
        {"registration_id": nameless.id},
        {},
    ]
    wanted = [
        "li@example.net",
        "unit@example.net",
        "wang@example.net",
        "zhang@example.net",
        "elsewhere@example.net",
        "elsewhere@example.net",
        "old@example.net",
        "old@example.net",
    ]
    here = cast.organisation
    rows = [
        make_mail(session, here, "old@example.net", status=MailStatus.BOUNCED, **facts) for facts in about
    ]
    assert [outbox.present_address(session, row) for row in rows] == wanted
    for row in rows:
        service.send_again(cast.actor(), here.id, row.uid)
    assert [one.to_address for one in mails_of(session) if one.repeats_id] == wanted
    for facts in about:
        make_mail(session, here, "old@example.net", status=MailStatus.FAILED, **facts)
    assert service.send_all_again(cast.actor(), Box(here.id), MailStatus.FAILED) == len(about)
    assert [one.to_address for one in mails_of(session)][-len(about) :] == wanted


def test_a_page_of_the_outbox_costs_the_same_however_many_mails_there_are(
    session: Session, cast: Cast
) -> None:
    for number in range(7):
        make_mail(session, cast.organisation, f"p{number}@example.net", subject=f"第{number}封")
    make_mail(session, cast.elsewhere, "other@example.net")
    box = Box(cast.organisation.id)
    with statements() as sent:
        first = outbox.page(session, box, size=3)
        assert [one.subject for one in first.lines] == ["第6封", "第5封", "第4封"]
    assert len(sent) == 1
    assert (first.previous, first.next) == (None, first.lines[-1].id)
    second = outbox.page(session, box, place=_Place(first.next or 0), size=3)
    last = outbox.page(session, box, place=_Place(second.next or 0), size=3)
    assert [one.subject for one in last.lines] == ["第0封"]
    assert last.next is None
    back = outbox.page(session, box, place=_Place(last.previous or 0, backwards=True), size=3)
    assert [one.subject for one in back.lines] == ["第3封", "第2封", "第1封"]
    assert back.previous == second.previous
    assert [one.subject for one in outbox.page(session, box, text="P3@").lines] == ["第3封"]
    assert [one.subject for one in outbox.page(session, box, text="第_封").lines] == []
    assert outbox.counts(session, box) == {MailStatus.QUEUED: 7}


def test_what_was_sent_again_is_no_trouble_any_more(session: Session, cast: Cast) -> None:
    set_server(session, cast.organisation)
    came_back = make_mail(session, cast.organisation, "a@example.net", status=MailStatus.BOUNCED)
    make_mail(session, cast.organisation, "b@example.net", status=MailStatus.UNCERTAIN)
    make_mail(session, cast.organisation, "c@example.net", status=MailStatus.CANCELLED)
    box = Box(cast.organisation.id)
    assert session.scalar(outbox.troubles_in(box)) == 2
    service.send_again(cast.actor(), cast.organisation.id, came_back.uid)
    look_again(session)
    assert session.scalar(outbox.troubles_in(box)) == 1
    assert [one.to_address for one in outbox.page(session, box, trouble=True).lines] == ["b@example.net"]


class _Place:
    def __init__(self, number: int, *, backwards: bool = False) -> None:
        self.id, self.backwards = number, backwards


def test_a_message_greets_each_by_name_and_is_written_once_however_often_it_is_sent(
    app: Flask, session: Session, cast: Cast
) -> None:
    set_server(session, cast.organisation)
    training = make_training(session, cast.organisation)
    unit = make_unit(session, cast.organisation, "成都市民政局")
    one = make_registration(
        session, training, "王小明", email="wang@example.net", unit_id=unit.id, group_name="1组"
    )
    make_registration(session, training, "李华", email="li@example.net", group_name="2组")
    make_registration(session, training, "张伟", group_name="1组")
    make_registration(
        session,
        training,
        "赵敏",
        email="z@example.net",
        group_name="1组",
        status=RegistrationStatus.NOMINATED,
    )
    typed = Template("请{unit}的同志报到", "时间：14:00。\n{unit}\n\n{name}")
    audience = Audience(group="1组")
    send = partial(service.send_message, cast.actor(), training, audience, "zh", typed, "0" * 24)
    raised = at_once(app, send, send)
    assert [str(one) for one in raised] == ["mail.written_already"]
    (mail,) = mails_of(session)
    assert (mail.registration_id, mail.to_address, mail.subject) == (
        one.id,
        "wang@example.net",
        "请成都市民政局的同志报到",
    )
    assert mail.body == "王小明，您好：\n\n时间：14:00。\n成都市民政局\n\n王小明\n\n示例省民政厅"
    with pytest.raises(Refusal, match=r"mail\.variable_unknown"):
        service.send_message(cast.actor(), training, audience, "zh", Template("a", "{serial}"), "1" * 24)


def test_no_line_of_a_message_is_lost_where_somebody_has_no_unit(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    make_registration(session, training, "王小明", email="wang@example.net")
    typed = Template("报到", "请{unit}的同志带身份证。")
    service.send_message(cast.actor(), training, Audience(), "zh", typed, "0" * 24)
    (mail,) = mails_of(session)
    assert "请的同志带身份证。" in mail.body
    assert mail.status is MailStatus.KEPT


def test_a_text_of_ones_own_is_checked_and_can_be_given_up(session: Session, cast: Cast) -> None:
    here, kind = cast.organisation.id, MailKind.NOMINATION_INVITATION
    with pytest.raises(Refusal, match=r"mail\.variable_missing"):
        service.set_template(cast.actor(), here, kind, "zh", Template("请推荐", "请推荐。"))
    good = Template("请推荐", "请推荐：{link}")
    service.set_template(cast.actor(), here, kind, "zh", good)
    with pytest.raises(Refusal, match="stale"):
        service.set_template(cast.actor(), here, kind, "zh", good)
    service.set_template(cast.actor(), here, kind, "zh", Template("再推荐", "请推荐：{link}"), version=1)
    look_again(session)
    assert [one.subject for one in session.scalars(sa.select(MailTemplate))] == ["再推荐"]
    for _ in range(2):
        service.reset_template(cast.actor(), here, kind, "zh")
    assert session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
        "mail.template_set",
        "mail.template_set",
        "mail.template_reset",
    ]
