"""A training with all that can be said of it, and certificates issued under its code."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from tests.factories import (
    Cast,
    make_counter,
)
from trainingmgr.domain.certificate import CertificateStatus
from trainingmgr.domain.refusal import Refusal
from trainingmgr.domain.training import CategoryInput, StudyTopicInput, TrainingInput
from trainingmgr.models import (
    Certificate,
    Registration,
    SerialCounter,
    Training,
)
from trainingmgr.services import training as service

WHOLE = TrainingInput(
    code="new-1",
    title_zh="社区治理培训班",
    title_en="Community governance",
    place_zh="成都",
    start_date=date(2026, 5, 11),
    end_date=date(2026, 5, 14),
    capacity=80,
    hosts=("民政部",),
    co_hosts=("四川省民政厅", "成都市民政局"),
    categories=(CategoryInput("省级", post_zh="处长"), CategoryInput("市级", post_zh="局长")),
    study_topics=(StudyTopicInput("政策"),),
)


def refusal(call: Any, *args: Any, **kwargs: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call(*args, **kwargs)
    return refused.value


def created(cast: Cast, **changes: Any) -> Training:
    return service.create(cast.actor(), cast.organisation.id, replace(WHOLE, **changes))


def issue(session: Session, registration: Registration, number: int, serial: str) -> None:
    session.add(
        Certificate(
            training_id=registration.training_id,
            counter_id=make_counter(session, registration.training_id),
            registration_id=registration.id,
            number=number,
            serial=serial,
            code="C" * 26,
            status=CertificateStatus.RESERVED,
            snapshot={},
            issue_date=date(2026, 5, 14),
        )
    )
    session.execute(sa.update(SerialCounter).values(next_number=number + 1))
    session.commit()
