"""The list of buses on paper."""

from flask import Response
from flask_babel import gettext as _

from trainingmgr.documents.bus_list import BusList, ListedBus, bus_list_pdf
from trainingmgr.domain.chinese import natural_key
from trainingmgr.domain.clash import Plan, Slot
from trainingmgr.domain.membership import Permission
from trainingmgr.extensions import db, now
from trainingmgr.http.access import requires
from trainingmgr.http.locale import language, pick
from trainingmgr.http.rendering import day, moment
from trainingmgr.models import Training
from trainingmgr.queries import bus as bus_queries
from trainingmgr.queries import schedule as schedule_queries
from trainingmgr.queries.bus import BusRow, Ride
from trainingmgr.queries.glyph import fonts_of
from trainingmgr.queries.schedule import clashes as clash_queries
from trainingmgr.web.visit.blueprint import bp
from trainingmgr.web.visit.phones import phone_words


@bp.get("/t/<code>/visits/buses.pdf")
@requires(Permission.VIEW)
def bus_list(training: Training) -> Response:
    """Which bus goes where, with plate, driver and leader, and who rides in it: phones in full for the desk."""
    session = db.session()
    table = schedule_queries.timetable(session, training)
    plan = clash_queries.plan_of(table, clash_queries.read(session, training.id), training, language())
    slots = {slot.id: slot for slot in plan.slots}
    buses = {bus.id: bus for bus in bus_queries.buses(session, training.id)}
    sizes = bus_queries.group_sizes(session, training.id)
    times: dict[str, list[ListedBus]] = {}
    for visit in bus_queries.visits(session, training.id, sizes):
        slot = slots[visit.id]
        heading = f"{day(slot.starts.date())} {slot.starts:%H:%M}–{slot.ends:%H:%M}"
        title = pick(visit.title_zh, visit.title_en)
        for ride in visit.rides:
            stops = [title, *_stops(plan, slot)]
            times.setdefault(heading, []).append(_listed(ride, buses[ride.bus_id], stops))
    listed = BusList(
        title=_("Bus list"),
        under=pick(training.title_zh, training.title_en),
        times=[(heading, sorted(found, key=_by_name)) for heading, found in times.items()],
        printed=_(
            "%(training)s · printed %(when)s", training=training.code, when=moment(now(), training.time_zone)
        ),
    )
    data = bus_list_pdf(listed, language(), fonts_of(session, training.organisation_id))
    response = Response(data, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=f"{training.code}-buses.pdf")
    return response


def _stops(plan: Plan, slot: Slot) -> list[str]:
    return [
        f"{stay.starts:%H:%M}–{stay.ends:%H:%M}  {plan.sites.get(stay.site_id, '')}" for stay in slot.visits
    ]


def _by_name(bus: ListedBus) -> tuple[tuple[int, int, str], ...]:
    return natural_key(bus.name)


def _listed(ride: Ride, bus: BusRow, stops: list[str]) -> ListedBus:
    return ListedBus(
        bus.name,
        bus.plate,
        f"{bus.driver}\n{phone_words(bus.driver_phone)}".strip(),
        f"{bus.leader}\n{phone_words(bus.leader_phone)}".strip(),
        str(_(", ")).join(ride.groups),
        ride.people,
        bus.seats,
        stops,
    )
