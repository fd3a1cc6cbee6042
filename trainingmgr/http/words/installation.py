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
    "backup_exists": _l("%(file)s is there already. Choose another name."),
    "backup_unwritable": _l("%(file)s cannot be written (%(reason)s)."),
    "backup_file_damaged": _l(
        "The issued file %(file)s is missing or was altered on disk, so there is no whole backup to make. "
        "Take the file from an earlier backup."
    ),
    "backup_unreadable": _l("%(file)s is not a backup of this program, or is broken off."),
    "backup_damaged": _l("The backup is damaged at %(part)s. Nothing was changed; use another backup."),
    "backup_other_revision": _l(
        "The backup was made by version %(version)s (revision %(revision)s). Restore it with that version, "
        "then upgrade."
    ),
    "restore_not_empty": _l(
        "This installation holds accounts or organisations. To give them up for the backup, add --replace."
    ),
    "passphrase_short": _l("The passphrase is too short: it needs %(least)s characters or more."),
    "passphrase_wrong": _l("The passphrase does not fit, or the file was altered."),
    "keys_file_exists": _l("%(file)s is there already. Choose another name."),
    "keys_file_unwritable": _l("%(file)s cannot be written (%(reason)s)."),
    "keys_file_unreadable": _l("%(file)s holds no exported keys."),
    "keys_organisation_unclear": _l(
        "Each organisation has its own certificate: say which with --organisation (%(names)s)."
    ),
    "keys_differ": _l(
        "This installation works with other keys (%(present)s, the file has %(imported)s), and its sealed "
        "fields would be lost. To give them up, add --replace."
    ),
}
