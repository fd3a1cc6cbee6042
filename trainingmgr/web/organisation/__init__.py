"""What an organisation is called."""

from trainingmgr.web.organisation.views import bp

__all__ = ["bp"]
