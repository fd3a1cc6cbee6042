"""A training that people register for by themselves, and what they send."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import Cast, look_again, make_training
from tests.mails import set_server
from trainingmgr.domain.mail import MailKind
from trainingmgr.domain.open_registration import OpenInput
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.registration_form import Mode, Modes, check
from trainingmgr.models import (
    MailMessage,
    Training,
)
from trainingmgr.queries.registration_form import form_of
from trainingmgr.services import open_registration as service
from trainingmgr.services import registration_form as forms
from trainingmgr.services.open_registration import Received, Sent

ID = "11010519491231002X"


def open_training(session: Session, cast: Cast) -> Training:
    """A training half a year ahead, with two places, that asks for diet and ID document too."""
    start = datetime.now(UTC).date() + timedelta(days=180)
    training = make_training(
        session,
        cast.organisation,
        start_date=start,
        end_date=start + timedelta(days=3),
        capacity=2,
        promotes_waiting=True,
    )
    set_server(session, cast.organisation)
    modes = {key: Modes(Mode.OPTIONAL) for key in ("document", "diet", "lodging")}
    forms.set_modes(cast.actor(), training.id, modes, version=0)
    open_up(cast, training)
    return training


def open_up(cast: Cast, training: Training, version: int = 0, **values: Any) -> None:
    service.set_open(cast.actor(), training.id, OpenInput(is_on=True, **values), version=version)


def send_in(
    session: Session, training: Training, name: str = "王小明", once: str = "", **typed: str
) -> Received:
    form = form_of(session, training.id)
    given = {"name": name, "unit": "示例市民政局", "phone": "13800138000"} | typed
    checked = check(form.definition, None, given, today=date(2026, 5, 1))
    assert not checked.faults
    sent = Sent(
        checked=checked,
        form_version=form.version,
        category_id=None,
        consents=dict.fromkeys(checked.telling, "我同意"),
        language="en",
        once=once or f"once-{name}-{len(typed)}-{typed}"[:32],
    )
    received = service.register(training.id, sent)
    look_again(session)
    return received


def mails_of(session: Session) -> list[tuple[MailKind, str]]:
    rows = session.execute(sa.select(MailMessage.kind, MailMessage.to_address).order_by(MailMessage.id))
    return [(kind, address) for kind, address in rows]


def code_of(act: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refusal) as refused:
        act(*args, **kwargs)
    return refused.value.code
