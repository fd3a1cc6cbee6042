"""Refusals about accounts."""

from flask_babel import lazy_gettext as _l

MESSAGES = {
    "account_email_invalid": _l("%(email)s is not a mail address. Write it like name@example.org."),
    "account_email_taken": _l("There is already an account with the mail address %(email)s."),
    "account_name_missing": _l("The account needs a name. Give it with --name."),
    "password_short": _l("The password is too short: it needs %(least)s characters or more."),
    "user_not_found": _l(
        "There is no account with the mail address %(email)s. `trainingmgr user list` shows them all."
    ),
    "organisation_name_missing": _l("Write the organisation's name in Chinese."),
    "organisation_name_taken": _l("Another organisation here is called %(name)s. Choose another name."),
    "organisation_has_keys": _l(
        "Keys of its own sign for %(name)s and go by that name. Before renaming, whoever runs the server types "
        "`trainingmgr keys use-made`, and afterwards gives the keys to the new name."
    ),
    "organisation_unclear": _l(
        "There are %(count)s organisations here, so say which one is meant with --organisation NAME."
    ),
}
