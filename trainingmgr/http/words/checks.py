"""What `doctor` finds, in words."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "check_python": _l("Python %(version)s"),
    "check_fonts": _l("The fonts of certificates are whole"),
    "check_fonts_bad": _l("Fonts are missing or damaged: %(files)s. Install the program again."),
    "check_font_cff": _l(
        "%(file)s is left out: its outlines are not TrueType. Put the font's TrueType edition there."
    ),
    "check_font_not_truetype": _l("%(file)s is left out: it is not a TrueType font."),
    "check_font_restricted": _l(
        "%(file)s is left out: its maker does not allow it to be embedded in documents."
    ),
    "check_font_no_subsets": _l(
        "%(file)s is left out: its maker allows it to be embedded only whole, which would make every "
        "certificate as large as the font."
    ),
    "check_font_damaged": _l("%(file)s is left out: it is damaged. Copy it there again."),
    "check_font_unreadable": _l("%(file)s is left out: this user may not read it."),
    "check_instance": _l("Data lies in %(folder)s, private and writable"),
    "check_instance_bad": _l(
        "%(folder)s cannot be written (%(reason)s). Give this user the right to it, or set TRAININGMGR_INSTANCE."
    ),
    "check_instance_open": _l(
        "%(folder)s can be read by other users of this machine. Type: chmod -R go= %(folder)s"
    ),
    "check_disk": _l("%(megabytes)s MB are free on the disk"),
    "check_disk_bad": _l("Only %(megabytes)s MB are free on the disk. Make room before issuing."),
    "check_database": _l("The database (%(kind)s) answers and is up to date (%(revision)s)"),
    "check_database_none": _l("There is no database yet; `trainingmgr init` or the first start makes it"),
    "check_database_old": _l(
        "The database is at revision %(revision)s, the program at %(head)s. Run `trainingmgr init`."
    ),
    "check_database_bad": _l("The database does not answer as it should: %(reason)s"),
    "check_clock": _l("The clock says %(now)s"),
    "check_clock_early": _l("The clock says %(now)s, which is past. Set it right: certificates carry dates."),
    "check_clock_behind": _l(
        "The clock says %(now)s, but the latest record is of %(latest)s. Set the clock right."
    ),
    "check_keys": _l("The keys (%(fingerprint)s) are those of the database"),
    "check_keys_unrecorded": _l("No database is sealed with the keys (%(fingerprint)s) yet"),
    "check_keys_bad": _l(
        "The database was sealed with other keys (%(recorded)s, here are %(fingerprint)s). "
        "Bring them with `trainingmgr keys import FILE`."
    ),
    "check_queue": _l("The queue (%(kind)s) answers"),
    "check_queue_bad": _l("The queue does not answer (%(reason)s). Check TRAININGMGR_QUEUE_URL."),
    "check_tool": _l("there, for the tests"),
    "check_tool_none": _l("not there; only the tests need it, and `make test` installs it"),
}
