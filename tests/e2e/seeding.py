"""What the walks lay into a running installation beside its server, whose worker takes orders up too."""

import time

from sqlalchemy.orm import Session

from trainingmgr.queries import job as jobs

_PATIENCE = 60


def finished(session: Session, job_id: int) -> None:
    """Wait until whoever works on the job has finished it. Raises TimeoutError."""
    deadline = time.monotonic() + _PATIENCE
    while not jobs.progress(session, job_id).finished:
        if time.monotonic() > deadline:
            raise TimeoutError(f"job {job_id} is not finished")
        time.sleep(0.1)
        session.rollback()
