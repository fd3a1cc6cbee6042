"""Processes of the program beside the benchmark, and their end."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psutil

MEGABYTE = 1024 * 1024


@contextmanager
def process(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[psutil.Process]:
    """Run `command` with these settings; it is told to end afterwards."""
    child = subprocess.Popen(command, env=os.environ | environ)
    try:
        yield psutil.Process(child.pid)
    finally:
        child.terminate()
        child.wait(30)
