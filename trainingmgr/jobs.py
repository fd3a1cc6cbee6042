"""The worker: takes jobs that it is woken for, and looks every few seconds for those it was not; and sends mail."""

import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType

from flask import Flask

from trainingmgr.domain.job import JobKind
from trainingmgr.extensions import db, wake_up
from trainingmgr.queries import job as jobs
from trainingmgr.services import (
    arrangement,
    certificate,
    mail,
    people,
    photo,
    registration_form,
    rights,
    roster,
    roster_import,
    schedule,
    site_picture,
)

SWEEP_SECONDS = 3.0
WIPE_SECONDS = 600.0
INDEX_SECONDS = 10.0
IDLE_SECONDS = 0.2
# The supervisor waits ten seconds; a mail that a server still thinks about is left uncertain then.
_POST_PATIENCE = 8.0

Handler = Callable[..., None]

HANDLERS: dict[JobKind, Handler] = {
    JobKind.ISSUE: certificate.work,
    JobKind.IMPORT: roster_import.work,
    JobKind.ARRANGE: arrangement.work,
    JobKind.PLAN: schedule.work,
}

_log = logging.getLogger(__name__)


class Worker:
    """One worker process: a thread for jobs, so that it holds little memory and stops between two batches.

    Another one sends mail: it mostly waits, and a mail server that does not answer holds up no certificate.
    """

    def __init__(self, app: Flask, parent: int | None = None) -> None:
        self._app = app
        self._parent = parent
        self._stopping = threading.Event()
        self.name = f"{socket.gethostname()[:24]}:{os.getpid()}"

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish the batch at hand, then end."""
        self._stopping.set()

    def stopping(self) -> bool:
        """Whether it is time to end: a signal came, or the process that started this one is gone."""
        return self._stopping.is_set() or (self._parent is not None and os.getppid() != self._parent)

    def run(self) -> None:
        """Work until told to stop by SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        post = threading.Thread(target=self._send_mail, name="mail", daemon=True)
        post.start()
        with self._app.app_context():
            wake_up.bind(lambda _job_id: self.sweep())
            swept, wiped, indexed = 0.0, float("-inf"), float("-inf")
            while not self.stopping():
                if wake_up.run_next():
                    continue
                if time.monotonic() - swept >= SWEEP_SECONDS:
                    self.sweep()
                    swept = time.monotonic()
                if time.monotonic() - wiped >= WIPE_SECONDS:
                    self.wipe()
                    wiped = time.monotonic()
                if time.monotonic() - indexed >= INDEX_SECONDS:
                    self.index()
                    indexed = time.monotonic()
                self._stopping.wait(IDLE_SECONDS)
        post.join(_POST_PATIENCE)

    def sweep(self) -> None:
        """Work on every job that has something to take, and close those that have nothing left."""
        try:
            due = jobs.due(db.session())
        except Exception:
            _log.exception("the jobs could not be read")
            return
        finally:
            db.session.remove()
        for job_id, kind in due:
            if self.stopping():
                return
            try:
                HANDLERS[kind](job_id, self.name, should_stop=self.stopping)
            except Exception:
                _log.exception("a job was left; its items come back when their lease runs out")
            finally:
                db.session.remove()

    def _send_mail(self) -> None:
        with self._app.app_context():
            while not self.stopping():
                self.post()
                self._stopping.wait(SWEEP_SECONDS)

    def post(self) -> None:
        """Send the mail that is due, and look for what came back."""
        for work in (partial(mail.send_due, self.name), mail.read_mailboxes):
            try:
                work(should_stop=self.stopping)
            except Exception:
                _log.exception("mail was left; it is looked at again in the next round")
            finally:
                db.session.remove()

    def index(self) -> None:
        """Index large rosters for the search, as far as they were changed."""
        try:
            roster.index_rosters(should_stop=self.stopping)
        except Exception:
            _log.exception("large rosters were not indexed; that is tried again")
        finally:
            db.session.remove()

    def wipe(self) -> None:
        """Wipe what organisations keep no longer, where that has not been done today, sensitive answers whose
        time is over, old uploads, what undone merges would have needed, and pictures removed for good."""
        for work in (
            rights.run_daily,
            registration_form.forget_expired,
            photo.let_old_go,
            people.forget_merges,
            site_picture.let_removed_go,
        ):
            try:
                work()
            except Exception:
                _log.exception("what was kept long enough was not wiped; that is tried again")
            finally:
                db.session.remove()


def run_worker(app: Flask, parent: int | None = None) -> None:
    """Be a worker until SIGTERM or SIGINT; with `parent`, also until that process is gone."""
    Worker(app, parent).run()
