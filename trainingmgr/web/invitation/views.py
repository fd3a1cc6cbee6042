"""The blueprint of invitations: the organiser's half and the lecturers' half."""

from flask import Blueprint

from trainingmgr.web.invitation.guest import bp as guest
from trainingmgr.web.invitation.organiser import bp as organiser

bp = Blueprint("invitation", __name__)
bp.register_blueprint(guest)
bp.register_blueprint(organiser)
