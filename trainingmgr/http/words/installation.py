"""Refusals about the installation: its database, keys and backups."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "database_unreachable": _l(
        "The database does not answer (%(reason)s). Check TRAININGMGR_DATABASE_URL and that the server runs."
    ),
    "database_not_ready": _l("The database is not set up yet. Run `trainingmgr init` first."),
    "database_newer": _l(
        "The database was made by a newer version of this program (revision %(revision)s). "
        "Install that version."
    ),
    "port_taken": _l(
        "Port %(port)s is in use by another program. End that one, or choose another with --port."
    ),
    "ports_taken": _l(
        "The ports %(port)s to %(last)s are all in use. End another program, or choose a port with --port."
    ),
    "port_forbidden": _l("Port %(port)s may not be used by this user. Choose one above 1023 with --port."),
    "host_unusable": _l("This machine cannot listen on %(host)s (%(reason)s)."),
}
