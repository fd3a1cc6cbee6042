"""What people may ask about their data, what an organisation answers, and wiping what was kept long enough."""

from trainingmgr.services.rights.answering import correct, decline, erase
from trainingmgr.services.rights.asking import ask_correction, ask_deletion, withdraw
from trainingmgr.services.rights.retention import foresee, run, run_daily, set_times

__all__ = [
    "ask_correction",
    "ask_deletion",
    "correct",
    "decline",
    "erase",
    "foresee",
    "run",
    "run_daily",
    "set_times",
    "withdraw",
]
