"""Where requests are counted in the memory of a process, if there is no Redis to count in."""

import time
from threading import Lock

from limits.storage import Storage

SCHEME = "process"
"""How the address of this storage begins, by which the library finds it."""

SWEEP_SECONDS = 60.0
"""What has run out is let go of so often."""


class Counts(Storage):
    """Counters that run out, for fixed windows.

    The library's own storage starts a thread at nearly every request, which walks through all addresses that
    asked in the last minute: after a ceremony, with everybody's telephone among them, counting a request took
    longer than answering it.
    """

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - as the base class declares it

    def __init__(self, uri: str | None = None, *, wrap_exceptions: bool = False, **options: str) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self._counted: dict[str, tuple[int, float]] = {}
        self._swept = 0.0
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a fault of the storage would be; there is none."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a counter, which is let go of `expiry` seconds after it was first added to."""
        moment = time.monotonic()
        with self._lock:
            if moment - self._swept > SWEEP_SECONDS:
                self._counted = {key: one for key, one in self._counted.items() if one[1] > moment}
                self._swept = moment
            count, end = self._counted.get(key, (0, 0.0))
            if end <= moment:
                count, end = 0, moment + expiry
            self._counted[key] = (count + amount, end)
            return count + amount

    def get(self, key: str) -> int:
        """What a counter stands at."""
        count, end = self._counted.get(key, (0, 0.0))
        return count if end > time.monotonic() else 0

    def get_expiry(self, key: str) -> float:
        """When a counter is let go of, in seconds of the epoch; now, where there is none."""
        left = self._counted.get(key, (0, 0.0))[1] - time.monotonic()
        return time.time() + max(left, 0.0)

    def clear(self, key: str) -> None:
        """Let go of one counter."""
        with self._lock:
            self._counted.pop(key, None)

    def check(self) -> bool:
        """Whether it can be counted on."""
        return True

    def reset(self) -> int:
        """Let go of all counters; gives how many there were."""
        with self._lock:
            had = len(self._counted)
            self._counted.clear()
            return had
