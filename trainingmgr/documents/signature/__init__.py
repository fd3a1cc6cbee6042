"""Signatures in PDF files by PAdES: made in a millisecond each, and checked whoever made them."""

from trainingmgr.documents.signature.check import check, check_size, inspect
from trainingmgr.documents.signature.device import read_device
from trainingmgr.documents.signature.field import Rectangle
from trainingmgr.documents.signature.level import Level
from trainingmgr.documents.signature.pkcs12 import read_pkcs12
from trainingmgr.documents.signature.signer import Signer
from trainingmgr.documents.signature.verdict import Alteration, SignatureCheck, SignatureState

__all__ = [
    "Alteration",
    "Level",
    "Rectangle",
    "SignatureCheck",
    "SignatureState",
    "Signer",
    "check",
    "check_size",
    "inspect",
    "read_device",
    "read_pkcs12",
]
