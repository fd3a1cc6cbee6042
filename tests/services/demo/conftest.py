"""The demo, loaded."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Training
from trainingmgr.queries.accounts import Actor
from trainingmgr.services import demo

ACTOR = Actor(None, "command line (test)")


@pytest.fixture
def loaded(session: Session) -> Session:
    demo.load(ACTOR)
    return session


@pytest.fixture
def chengdu(loaded: Session) -> Training:
    return loaded.scalars(sa.select(Training).where(Training.code == "CD2019")).one()


@pytest.fixture
def beijing(loaded: Session) -> Training:
    return loaded.scalars(sa.select(Training).where(Training.code == "BJ2019")).one()
