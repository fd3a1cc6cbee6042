"""A worker process beside the server: started, started again when it dies, ended with the server."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

_LONGEST_PAUSE = 30.0
_PATIENCE = 10.0


class Supervisor:
    """Keeps one child process running until `stop`, in the environment that is given."""

    def __init__(
        self, command: Sequence[str], on_death: Callable[[int], None], environment: Mapping[str, str]
    ) -> None:
        self._command = list(command)
        self._on_death = on_death
        self._environment = dict(environment)
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, name="worker supervisor", daemon=True)

    def start(self) -> None:
        """Start the child and watch it."""
        self._thread.start()

    def stop(self) -> None:
        """End the child: politely, then by force; and wait until it is gone."""
        self._stopping.set()
        with self._lock:
            child = self._child
        if child is not None and child.poll() is None:
            child.terminate()
            try:
                child.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
        if self._thread.is_alive():
            self._thread.join(_PATIENCE)

    def _watch(self) -> None:
        pause = 1.0
        while True:
            with self._lock:
                if self._stopping.is_set():
                    return
                # A session of its own: Ctrl-C in the terminal reaches the server alone, which then ends
                # the worker in order.
                self._child = subprocess.Popen(  # noqa: S603 - our own command, from sys.executable
                    self._command,
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                    env=self._environment,
                )
            started = time.monotonic()
            status = self._child.wait()
            if self._stopping.is_set():
                return
            self._on_death(status)
            # One that dies at once would otherwise be started as fast as the machine can.
            pause = 1.0 if time.monotonic() - started > 60 else min(pause * 2, _LONGEST_PAUSE)
            self._stopping.wait(pause)


def worker_command() -> list[str]:
    """The command line of a worker that ends when this process is gone."""
    return [sys.executable, "-m", "trainingmgr", "worker", "--parent", str(os.getpid())]
