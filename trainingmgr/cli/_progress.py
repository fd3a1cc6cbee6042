"""A progress bar for work that reports what is done and what there is."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Progress = Callable[[int, int], None]


@contextmanager
def progress_bar(label: str, hidden: bool = False) -> Iterator[Progress]:
    """Give a function to call with (done, all); it draws on the terminal, and nothing elsewhere."""
    if hidden or not sys.stderr.isatty():
        yield _nothing
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show


def _nothing(_done: int, _total: int) -> None:
    pass
