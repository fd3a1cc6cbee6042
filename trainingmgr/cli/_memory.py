"""What the C library does with memory that threads give back."""

import ctypes
import os

# From glibc's malloc.h.
_M_ARENA_MAX = -8
_ARENAS = 2


def share_arenas() -> None:
    """Let all threads of this process take memory from the same two arenas, before any is started.

    By itself glibc makes one for each thread, and each keeps much of what its largest request once took:
    threads that in turn sent a whole class's certificates all hold on to it. Does nothing where
    MALLOC_ARENA_MAX is set, and with another C library.
    """
    if "MALLOC_ARENA_MAX" not in os.environ:
        set_option = getattr(ctypes.CDLL(None), "mallopt", None)
        if set_option is not None:
            set_option(_M_ARENA_MAX, _ARENAS)
