"""Issuing certificates, handing out what was issued, and revoking it."""

from trainingmgr.services.certificate.agreeing import agree, ask, decline
from trainingmgr.services.certificate.erasing import erase
from trainingmgr.services.certificate.files import bundle, issued_bytes, lay_out, merged
from trainingmgr.services.certificate.handing import MAX_COLLECTOR, hand_over, take_back
from trainingmgr.services.certificate.making import work
from trainingmgr.services.certificate.offering import OfferInput, name_best, set_offer, withdraw_offer
from trainingmgr.services.certificate.ordering import check_wording, issue_key, start_issue
from trainingmgr.services.certificate.pressing import press_of
from trainingmgr.services.certificate.revoking import MAX_REASON, reissue, revoke
from trainingmgr.services.certificate.steering import cancel, pause, resume

__all__ = [
    "MAX_COLLECTOR",
    "MAX_REASON",
    "OfferInput",
    "agree",
    "ask",
    "bundle",
    "cancel",
    "check_wording",
    "decline",
    "erase",
    "hand_over",
    "issue_key",
    "issued_bytes",
    "lay_out",
    "merged",
    "name_best",
    "pause",
    "press_of",
    "reissue",
    "resume",
    "revoke",
    "set_offer",
    "start_issue",
    "take_back",
    "withdraw_offer",
    "work",
]
