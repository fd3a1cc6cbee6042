"""What the audit trail records, in words."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {}

ACTIONS: dict[str, LazyString] = {
    "certificate.issue": _l("Certificates issued"),
    "certificate.order": _l("Issuing of certificates started"),
    "certificate.order_done": _l("Issuing of certificates finished"),
    "certificate.revoke": _l("Certificate revoked"),
    "certificate.order_paused": _l("Issuing of certificates held up"),
    "certificate.order_resumed": _l("Issuing of certificates going on"),
    "certificate.order_cancelled": _l("Issuing of certificates cancelled"),
    "certificate.offer_set": _l("Kind of certificate set"),
    "certificate.offer_withdrawn": _l("Kind of certificate taken away"),
    "certificate.best_named": _l("Best trainee named"),
    "certificate.best_unnamed": _l("Best trainee taken off the list"),
    "certificate.void": _l("Certificate number voided"),
    "lecturer.delete": _l("Lecturer removed"),
    "roster.add": _l("Participant added"),
    "roster.arrive": _l("Arrival recorded"),
    "roster.arrive_undone": _l("Arrival taken back"),
    "roster.export_in_clear": _l("Roster exported with ID numbers"),
    "roster.remove": _l("Participant removed"),
    "roster.reveal_id": _l("ID number shown"),
    "roster.update": _l("Participant changed"),
    "session.add": _l("Session added"),
    "session.change": _l("Session changed"),
    "session.copy": _l("Session copied"),
    "session.delete": _l("Session deleted"),
    "site.delete": _l("Teaching site removed"),
    "demo.loaded": _l("Demo loaded"),
    "demo.removed": _l("Demo taken away"),
    "training.archived": _l("Training archived"),
    "training.changed": _l("Settings changed"),
    "training.copied": _l("Training copied from another"),
    "training.created": _l("Training made"),
    "training.reopened": _l("Training reopened"),
    "attendance.imported": _l("Attendance imported from a file"),
    "material.changed": _l("Material changed"),
    "material.created": _l("Material added"),
    "material.removed": _l("Material removed"),
    "roster.imported": _l("Roster imported"),
    "roster.uploaded": _l("Roster file uploaded"),
}
