"""The two demo trainings: what the Ministry's website reported of them, with samples for what it left open."""

from trainingmgr.services.demo.loading import DemoReport, load
from trainingmgr.services.demo.removing import RemovalReport, remove

__all__ = ["DemoReport", "RemovalReport", "load", "remove"]
