"""`trainingmgr user`: accounts and passwords."""

import sys

import click
import sqlalchemy as sa
from flask_babel import gettext as _

from trainingmgr.cli._common import echo_json, in_app, json_option, operator
from trainingmgr.cli._table import aligned
from trainingmgr.domain.membership import Role
from trainingmgr.extensions import db
from trainingmgr.http.labels import label
from trainingmgr.models import Membership, Organisation, User
from trainingmgr.queries.accounts import user_by_email
from trainingmgr.services import accounts

stdin_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input, not a generated one."
)


@click.group()
def user() -> None:
    """Accounts: add, list, give a new password."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name; the part before the @ by default.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ORGANISER.value,
    show_default=True,
    help="What the person may do.",
)
@click.option("--organisation", default="", help="Chinese name; made where there is none of this name.")
@stdin_option
@json_option
@in_app
def add(email: str, name: str, role: str, organisation: str, password_stdin: bool, as_json: bool) -> None:
    """Make an account for EMAIL; a generated password is printed once."""
    password = _read_password() if password_stdin else accounts.new_password()
    joined = accounts.add_member(
        operator(),
        email=email,
        name=name or email.partition("@")[0],
        password=password,
        role=Role(role),
        organisation=organisation,
    )
    made = db.session().get_one(User, joined.user_id)
    if as_json:
        shown = {} if password_stdin else {"password": password}
        echo_json(
            {
                "email": made.email,
                "name": made.name,
                "role": role,
                "organisation": joined.organisation,
                "organisation_created": joined.organisation_created,
            }
            | shown
        )
        return
    if joined.organisation_created:
        click.echo(_("Made the organisation %(name)s", name=joined.organisation))
    click.echo(_("Made an account for %(email)s in %(name)s", email=made.email, name=joined.organisation))
    if not password_stdin:
        _show(password)


@user.command("password")
@click.argument("email")
@stdin_option
@json_option
@in_app
def set_password(email: str, password_stdin: bool, as_json: bool) -> None:
    """Give EMAIL a new password and end all sessions of this account."""
    password = _read_password() if password_stdin else accounts.new_password()
    accounts.set_password(operator(), email, password)
    changed = user_by_email(db.session(), email)
    address = changed.email if changed else email
    if as_json:
        echo_json({"email": address} | ({} if password_stdin else {"password": password}))
        return
    click.echo(_("New password set for %(email)s; every session of this account has ended.", email=address))
    if not password_stdin:
        _show(password)


@user.command("list")
@json_option
@in_app
def list_users(as_json: bool) -> None:
    """List the accounts with their roles."""
    wanted = (
        sa.select(User.email, User.name, User.active, Membership.role, Organisation.name_zh)
        .outerjoin(Membership, Membership.user_id == User.id)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .order_by(User.email, Organisation.name_zh)
    )
    rows = db.session().execute(wanted).all()
    found = [
        {"email": email, "name": name, "active": active, "role": role, "organisation": organisation}
        for email, name, active, role, organisation in rows
    ]
    if as_json:
        echo_json(found)
        return
    if not rows:
        click.echo(_("There is no account yet: `trainingmgr user add EMAIL --role owner` makes one."))
        return
    table = [[_("Mail address"), _("Name"), _("Role"), _("Organisation"), ""]]
    for email, name, active, role, organisation in rows:
        ended = "" if active else _("may not sign in")
        table.append([email, name or "—", str(label(role)) if role else "—", organisation or "—", ended])
    click.echo("\n".join(aligned(table)))


def _read_password() -> str:
    return sys.stdin.readline().rstrip("\r\n")


def _show(password: str) -> None:
    click.echo(_("Password (shown this once): %(password)s", password=password))


commands = [user]
