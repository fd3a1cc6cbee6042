"""Where timetables of one's own are found: addresses of pages and feeds, and the subscription to a feed."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from trainingmgr.extensions import now
from trainingmgr.http.locale import language
from trainingmgr.http.qr import qr_picture
from trainingmgr.queries.certificate.facts import public_address

TOKEN = "{token}"  # noqa: S105  # nosec B105  # stands for the secret where an address is made for many


def page_address(token: str) -> str:
    """The whole address of a lecturer's or group's page."""
    return public_address() + "/timetable/" + token


def own_page_address(key: str) -> str:
    """The whole address of a person's own page."""
    return public_address() + "/me/" + key


def feed_address(token: str, spoken: str = "") -> str:
    """The whole address of a feed in `zh` or `en`; without, in the language that a calendar asks for."""
    address = public_address() + "/calendar/" + token + ".ics"
    return f"{address}?language={spoken}" if spoken else address


@dataclass(frozen=True, slots=True)
class Subscription:
    """How to get a feed into a calendar: `webcal` opens the calendar of a telephone, `address` is for typing."""

    webcal: str
    address: str
    qr: Markup


def subscription(token: str) -> Subscription:
    """The subscription to the feed with this secret, in the language of the screen."""
    address = public_address() + url_for("own_timetable.feed", feed_token=token, language=language())
    webcal = "webcal://" + address.removeprefix(urlsplit(address).scheme + "://")
    return Subscription(webcal, address, qr_picture(webcal, _("QR code to subscribe to the calendar")))


def today_in(zone: str) -> date:
    """The day that it is in a training's zone."""
    return now().astimezone(ZoneInfo(zone)).date()
