"""Registration open to whoever has a training's address, and what they may do about their own afterwards."""

from trainingmgr.services.open_registration.links import close, renew, send_again
from trainingmgr.services.open_registration.own import cancel, change, withdraw
from trainingmgr.services.open_registration.registering import Received, Sent, register
from trainingmgr.services.open_registration.settings import set_open

__all__ = [
    "Received",
    "Sent",
    "cancel",
    "change",
    "close",
    "register",
    "renew",
    "send_again",
    "set_open",
    "withdraw",
]
