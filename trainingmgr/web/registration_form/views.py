"""Registration forms: what is asked, and what was answered."""

from trainingmgr.web.registration_form import answering, designing, questions
from trainingmgr.web.registration_form.blueprint import bp

__all__ = ["answering", "bp", "designing", "questions"]
