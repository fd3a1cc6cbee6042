"""Issuing certificates, handing out what was issued, and revoking it."""

from trainingmgr.services.certificate.files import bundle, issued_bytes, lay_out, merged
from trainingmgr.services.certificate.making import work
from trainingmgr.services.certificate.ordering import start_issue
from trainingmgr.services.certificate.revoking import MAX_REASON, revoke

__all__ = ["MAX_REASON", "bundle", "issued_bytes", "lay_out", "merged", "revoke", "start_issue", "work"]
