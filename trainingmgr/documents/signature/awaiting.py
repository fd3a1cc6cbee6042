"""Calls of pyHanko's asynchronous functions from code that is not."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def awaited(coroutine: Coroutine[Any, Any, Answer]) -> Answer:
    """What the coroutine gives, run to its end in a thread of its own, since the caller's may have a loop already."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, coroutine).result()
