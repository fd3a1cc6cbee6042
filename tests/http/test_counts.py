"""Requests are counted by address in the memory of a process, and forgotten when their minute is over."""

import pytest
from flask import Flask
from limits.storage import RedisStorage, Storage

from trainingmgr.app import create_app
from trainingmgr.config import Settings
from trainingmgr.http import counts, throttle
from trainingmgr.http.counts import Counts


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def monotonic(self) -> float:
        return self.moment

    def time(self) -> float:
        return self.moment + 1_700_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(counts, "time", clock)
    return clock


def test_a_window_ends_when_its_time_is_over_and_not_later_for_being_used(clock: Clock) -> None:
    counter = Counts()
    assert [counter.incr("a", 60), counter.incr("a", 60)] == [1, 2]
    clock.moment += 59
    assert counter.incr("a", 60) == 3
    assert counter.get_expiry("a") == clock.time() + 1
    clock.moment += 1
    assert counter.get("a") == 0
    assert counter.incr("a", 60) == 1


def test_each_address_has_a_counter_of_its_own(clock: Clock) -> None:
    counter = Counts()
    counter.incr("a", 60, amount=5)
    assert (counter.incr("b", 60), counter.get("a"), counter.get("c")) == (1, 5, 0)
    counter.clear("a")
    assert (counter.get("a"), counter.get("b")) == (0, 1)


def test_what_has_run_out_takes_no_room_for_long(clock: Clock) -> None:
    counter = Counts()
    for number in range(1000):
        counter.incr(f"visitor {number}", 60)
    counter.incr("hour", 3600)
    clock.moment += 2 * counts.SWEEP_SECONDS
    counter.incr("next", 60)
    assert counter.reset() == 2


@pytest.mark.parametrize(
    ("address", "storage"),
    [("", Counts), ("redis://127.0.0.1:6379/0", RedisStorage), ("unix:///run/redis.sock", RedisStorage)],
)
def test_counts_lie_where_the_queue_is(address: str, storage: type[Storage]) -> None:
    app = Flask("counted")
    app.config["RATELIMIT_STORAGE_URI"] = address
    throttle.init_app(app)
    assert isinstance(app.extensions["trainingmgr.throttle"].storage, storage)


def test_one_installation_does_not_use_up_what_another_one_may(app: Flask, run_settings: Settings) -> None:
    """They share a Redis, but no prefix."""
    first, second = (
        create_app(run_settings, {"RATELIMIT_STORAGE_URI": "", "RATELIMIT_KEY_PREFIX": prefix})
        for prefix in ("one", "two")
    )
    second.extensions["trainingmgr.throttle"] = first.extensions["trainingmgr.throttle"]
    statuses = {
        name: [made.test_client().get("/v/keys.json").status_code for _ in range(61)]
        for name, made in (("one", first), ("two", second))
    }
    assert statuses == {name: [200] * 60 + [429] for name in ("one", "two")}
