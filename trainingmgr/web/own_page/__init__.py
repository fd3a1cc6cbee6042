"""A person's own page with all their certificates, and the organiser's page that opens it."""

from trainingmgr.web.own_page.views import bp

__all__ = ["bp"]
