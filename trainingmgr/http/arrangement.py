"""Words for one container of each kind, on every page that names one."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from trainingmgr.domain.arrangement import ArrangementKind

ONE: dict[ArrangementKind, LazyString] = {
    ArrangementKind.GROUP: _l("Group"),
    ArrangementKind.BUS: _l("Bus"),
    ArrangementKind.ROOM: _l("Lodging room"),
    ArrangementKind.TABLE: _l("Table"),
}
