"""Certificates of a training, from who may get one to the printed paper."""

from trainingmgr.web.certificate import handing, issuing, kinds, lists, papers, register_of
from trainingmgr.web.certificate.blueprint import bp

__all__ = ["bp", "handing", "issuing", "kinds", "lists", "papers", "register_of"]
