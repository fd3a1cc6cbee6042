"""The organisation that the demo lives in."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from trainingmgr.models import Organisation
from trainingmgr.services.demo import beijing, chengdu

NAME_EN = "Training demo (sample)"
PLANS = {chengdu.CODE: chengdu.plan, beijing.CODE: beijing.plan}
_ONE_AT_A_TIME = 7_202_019


def home(session: Session) -> Organisation | None:
    """The demo's organisation, where there is one. Whoever asks is alone with the demo until they commit."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    # By the mark and not by the name: whoever makes it theirs renames it.
    return session.scalar(
        sa.select(Organisation).where(Organisation.is_sample.is_(True)).order_by(Organisation.id).limit(1)
    )
