"""Open registration: the public page, one's own registration, and the organiser's settings."""

from trainingmgr.web.open_registration import own, public, settings
from trainingmgr.web.open_registration.blueprint import bp

__all__ = ["bp", "own", "public", "settings"]
