"""The queue that wakes workers. It carries a job's id and nothing else: the job rows are the truth.

Embedded, the queue is a SQLite file in the instance folder; scaled, it is Redis. A lost or doubled
message does no harm, since a worker takes items by lease and sweeps for work that nobody woke it for.
"""

import logging
from collections.abc import Callable

from huey import RedisHuey, SqliteHuey
from huey.api import Huey
from huey.serializer import SignedSerializer

from trainingmgr.config import Settings

_log = logging.getLogger(__name__)


class WakeUp:
    """Sends a job's id to whichever worker is free."""

    def __init__(self, settings: Settings, secret: str) -> None:
        serializer = SignedSerializer(secret=secret, salt="trainingmgr.queue")
        self.huey: Huey
        if settings.queue_url:
            self.huey = RedisHuey(
                settings.queue_prefix,
                url=settings.queue_url,
                serializer=serializer,
                results=False,
                immediate=False,
                blocking=False,
            )
        else:
            settings.instance.mkdir(parents=True, exist_ok=True)
            self.huey = SqliteHuey(
                settings.queue_prefix,
                filename=str(settings.instance / "queue.db"),
                serializer=serializer,
                results=False,
                immediate=False,
            )
        self._handler: Callable[[int], None] | None = None
        self._readable = True
        self._task = self.huey.task(name="run_job")(self._run)

    def bind(self, handler: Callable[[int], None]) -> None:
        """Set what a worker process does with a job's id."""
        self._handler = handler

    def put(self, job_id: int) -> None:
        """Wake a worker for a job whose row is already committed.

        A queue that does not answer is only noted: the job is found by the next sweep.
        """
        try:
            self._task(job_id)
        except Exception:
            _log.warning("nobody was woken for a job; a sweep will find it", exc_info=True)

    def run_next(self) -> bool:
        """In a worker: handle the next message, if there is one; tells whether there was."""
        try:
            task = self.huey.dequeue()
        except Exception:
            # A message under another key, or a queue that is away: the sweep does without it. It is asked
            # several times a second, so the log hears of it once.
            if self._readable:
                _log.warning("the queue gives nothing that can be read", exc_info=True)
            self._readable = False
            return False
        self._readable = True
        if task is None:
            return False
        self.huey.execute(task)
        return True

    def _run(self, job_id: int) -> None:
        if self._handler is None:
            raise RuntimeError("a job reached a process that is not a worker")
        self._handler(job_id)
