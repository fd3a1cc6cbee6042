"""Writing a mail down: the text, where it goes, and whether it leaves the house at all."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, make_registration, make_training
from tests.mails import set_server
from tests.queries.counting import statements
from trainingmgr.crypto import HIDDEN
from trainingmgr.domain.certificate import verify_url
from trainingmgr.domain.mail import MailKind, MailStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.extensions import transaction
from trainingmgr.models import MailMessage, MailTemplate, Organisation, Training
from trainingmgr.queries.mail.queueing import Mailing, queue


def _confirmed(session: Session, training: Training, **values: object) -> MailMessage:
    given: dict[str, object] = {
        "language": "zh",
        "to_name": "王小明",
        "to_address": "Wang@Example.ORG",
        "values": {"link": "https://classes.example.org/me"},
    }
    row = queue(
        session,
        organisation_id=training.organisation_id,
        kind=MailKind.REGISTRATION_CONFIRMED,
        training_id=training.id,
        **(given | values),  # type: ignore[arg-type]
    )
    session.flush()
    return row


def test_a_mail_tells_of_the_training_in_the_language_that_was_asked_for(
    session: Session, cast: Cast
) -> None:
    set_server(session, cast.organisation)
    training = make_training(session, cast.organisation)
    zh, en = _confirmed(session, training), _confirmed(session, training, language="en", to_name="Wang")
    assert (zh.status, zh.to_address) == (MailStatus.QUEUED, "Wang@example.org")
    assert zh.subject == "报名已确认：社区治理培训班"
    assert "时间：2026年5月11日至14日\n地点：四川省成都市" in zh.body
    assert en.body.startswith("Dear Wang,")
    assert "Dates: 11 to 14 May 2026" in en.body
    assert en.body.endswith("Sample Department of Civil Affairs")


def test_the_secret_parts_of_addresses_are_not_written_down(session: Session, cast: Cast) -> None:
    key = "a" * 22 + "B-_" * 7 + "c"
    own = "https://classes.example.org/r/CLASS/"
    session.add(
        MailTemplate(
            organisation_id=cast.organisation.id,
            kind=MailKind.REGISTRATION_CONFIRMED,
            language="zh",
            subject="见{link}",
            body="见{link}",
        )
    )
    row = _confirmed(session, make_training(session, cast.organisation), values={"link": own + key})
    assert (row.subject, row.body) == (f"见{own}{HIDDEN}",) * 2


def test_a_long_serial_in_the_address_of_a_certificate_is_no_secret(session: Session, cast: Cast) -> None:
    address = verify_url("https://classes.example.org", "-".join(["CIVIL-AFFAIRS"] * 3) + "-0001", "ABCD")
    row = _confirmed(session, make_training(session, cast.organisation), values={"link": address})
    assert address in row.body


def test_an_organisations_own_text_is_used_for_its_language_alone(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    session.add(
        MailTemplate(
            organisation_id=cast.organisation.id,
            kind=MailKind.REGISTRATION_CONFIRMED,
            language="zh",
            subject="欢迎{name}",
            body="见{link}",
        )
    )
    assert _confirmed(session, training).subject == "欢迎王小明"
    assert _confirmed(session, training, language="en").subject.startswith("Your place is confirmed")


def test_without_a_mail_server_a_mail_is_kept_and_not_sent(session: Session, cast: Cast) -> None:
    assert _confirmed(session, make_training(session, cast.organisation)).status is MailStatus.KEPT


def test_nothing_of_a_sample_is_ever_sent_whoever_writes(session: Session, cast: Cast) -> None:
    set_server(session, cast.organisation)
    sample = make_training(session, cast.organisation, is_sample=True)
    real = make_training(session, cast.organisation)
    invented = make_registration(session, real)
    invented.is_sample = True
    demo = Organisation(name_zh="示例", is_sample=True)
    session.add(demo)
    session.flush()
    set_server(session, demo)
    rows = [
        _confirmed(session, sample),
        _confirmed(session, real, registration_id=invented.id),
        queue(
            session,
            organisation_id=demo.id,
            kind=MailKind.REGISTRATION_CONFIRMED,
            language="zh",
            to_name="",
            to_address="a@example.net",
            values={"link": ""},
        ),
    ]
    session.flush()
    assert [row.status for row in rows] == [MailStatus.KEPT] * 3
    own = make_training(session, demo)
    assert _confirmed(session, own).status is MailStatus.QUEUED, (
        "one's own training in the demo's organisation"
    )
    for row in rows:
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.execute(
                sa.update(MailMessage).where(MailMessage.id == row.id).values(status=MailStatus.QUEUED)
            )


def test_an_address_that_none_can_be_sent_to_is_refused(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    for address, code in ((" ", "mail.address_missing"), ("a@b\nBcc: c@d.org", "email_invalid")):
        with pytest.raises(Refusal) as refused:
            _confirmed(session, training, to_address=address)
        assert refused.value.code == code


def test_a_caller_that_forgets_a_value_is_told_at_once(session: Session, cast: Cast) -> None:
    with pytest.raises(ValueError, match="link"):
        _confirmed(session, make_training(session, cast.organisation), values={})


def test_a_mail_of_a_change_that_is_not_committed_is_none(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    with pytest.raises(RuntimeError), transaction() as inside:  # noqa: PT012 - the block is the use case
        _confirmed(inside, training)
        raise RuntimeError
    assert session.scalar(sa.select(sa.func.count()).select_from(MailMessage)) == 0


def test_many_mails_cost_no_more_reads_than_one(session: Session, cast: Cast) -> None:
    training = make_training(session, cast.organisation)
    with statements() as sent:
        mailing = Mailing(
            session,
            organisation_id=cast.organisation.id,
            kind=MailKind.MESSAGE,
            language="zh",
            training_id=training.id,
        )
        for number in range(50):
            mailing.add(
                to_name=f"学员{number}",
                to_address=f"p{number}@example.org",
                values={"subject": "报到", "text": "请准时。", "unit": ""},
            )
        session.flush()
    assert len([one for one in sent if one.startswith("SELECT")]) <= 4
