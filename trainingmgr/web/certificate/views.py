"""Certificates of a training, from who may get one to the printed paper."""

from trainingmgr.web.certificate import issuing, kinds, papers, register_of
from trainingmgr.web.certificate.blueprint import bp

__all__ = ["bp", "issuing", "kinds", "papers", "register_of"]
