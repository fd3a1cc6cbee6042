"""Refusals about groups, buses, rooms and tables, and why people cannot be placed."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, LazyString] = {
    "arrangement.name_taken": _l("%(name)s is there already. Begin with another name or number."),
    "arrangement.name_too_long": _l(
        "The name %(name)s is longer than %(most)s characters. Choose a shorter one."
    ),
    "arrangement.kind_elsewhere": _l("Buses are added on the page of visits and buses."),
    "arrangement.more_inside": _l(
        "%(people)s people are in %(name)s, so room for %(places)s is too little. Move some elsewhere first."
    ),
    "arrangement.not_empty": _l("%(people)s people are in %(name)s. Move them elsewhere first."),
    "arrangement.nobody": _l("Tick at least one person who is on the class."),
    "arrangement.no_such_holder": _l("Choose where they are to go."),
    "arrangement.full": _l(
        "%(name)s has room for %(places)s, and %(people)s people would be in it. Move somebody out first, or give it more places."
    ),
    "arrangement.two_sexes": _l("%(name)s would hold women and men. Choose another room."),
    "arrangement.sex_missing": _l(
        "The sex of %(name)s is not known, so no room can be given. Enter it on their page."
    ),
    "arrangement.undo_full": _l(
        "Others are in %(name)s by now, so this cannot be taken back. Move them first."
    ),
    "arrangement.alone_in_rooms": _l("Only a room can be somebody's own. Ask for it on the page of rooms."),
    "arrangement.two_needed": _l("Tick at least two people who are to be together or apart."),
    "arrangement.too_many_ranks": _l(
        "At most %(most)s ranks can be told apart. Put several words on a line."
    ),
    "arrangement.rank_too_long": _l("A line holds more than %(most)s characters. Leave some words out."),
    "arrangement.no_holders": _l("Nothing is there yet that people could be put into. Add it first."),
    "arrangement.no_people": _l("Nobody is on the class yet. Confirm participants first."),
    "arrangement.gave_up": _l(
        "The work broke off several times and was given up. Try again, with fewer wishes."
    ),
    "arrangement.no_proposal": _l("No proposal waits any more. Have people arranged again."),
    "arrangement.stale": _l(
        "People, places or wishes have changed since this was proposed. Have people arranged again: as few as can be are moved."
    ),
    "arrangement.both_ways": _l(
        "The same cannot be mixed and kept together. Take one of the two ticks away."
    ),
    "arrangement.no_such_wish": _l("There is no such wish for these. Open the page again."),
    "arrangement.nothing_to_put_into": _l("Nothing is there that people could be put into. Add it first."),
    "arrangement.too_few_places": _l(
        "%(people)s people need a place and there are %(places)s. Add as many as are missing: %(missing)s."
    ),
    "arrangement.together_too_many": _l(
        "%(people)s people are to be together and the largest takes %(places)s. Keep fewer together, or add a larger one."
    ),
    "arrangement.together_two_sexes": _l("Women and men are to share a room. Drop that demand or part it."),
    "arrangement.together_yet_alone": _l(
        "Somebody is to be with others and alone. Drop one of the two demands, or the single rooms by rank."
    ),
    "arrangement.together_pinned_apart": _l(
        "People who are to be together are held in different places. Let go of one of them."
    ),
    "arrangement.apart_too_many": _l(
        "%(people)s people are to be apart and there are only %(containers)s to part them over. Add some, or part fewer."
    ),
    "arrangement.apart_yet_together": _l(
        "Two people are to be together and apart. Drop one of the two demands."
    ),
    "arrangement.apart_pinned_together": _l(
        "People who are to be apart are held in %(container)s. Let go of one of them."
    ),
    "arrangement.pinned_too_many": _l(
        "%(people)s people are held in %(container)s, which has room for %(places)s. Let go of some."
    ),
    "arrangement.pinned_two_sexes": _l(
        "Women and men are held in %(container)s. Let go of the ones or the others."
    ),
    "arrangement.pinned_yet_alone": _l(
        "Somebody who is to be alone is held with others in %(container)s. Let go of them, or drop the demand."
    ),
    "arrangement.alone_too_many": _l(
        "%(people)s people are to have a room alone and there are %(containers)s rooms. Add rooms, or give fewer single ones."
    ),
    "arrangement.alone_leave_too_few": _l(
        "Beside %(alone)s single rooms %(places)s beds are left for %(people)s people. Add rooms, or give fewer single ones."
    ),
    "arrangement.sexes_do_not_fit": _l(
        "%(women)s women and %(men)s men cannot be parted over rooms with %(places)s beds (single rooms left out: %(alone)s). Add a room."
    ),
    "arrangement.none_found": _l(
        "No way was found in the time there was, which does not say that there is none. Drop a wish, add places, or try again."
    ),
    "arrangement.impossible": _l("The demands cannot all hold. Drop some, or add places."),
    "arrangement.demand_together": _l("They are to be together."),
    "arrangement.demand_apart": _l("They are to be apart."),
    "arrangement.demand_pin": _l("They are held in %(container)s."),
    "arrangement.demand_alone": _l("They are to have a room alone."),
    "arrangement.demand_one_sex": _l("Women and men do not share a room."),
}
