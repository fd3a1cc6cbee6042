"""Backups of an installation, and putting one back."""

from trainingmgr.services.backup.archive import Progress, Report
from trainingmgr.services.backup.restoring import restore
from trainingmgr.services.backup.writing import back_up

__all__ = ["Progress", "Report", "back_up", "restore"]
