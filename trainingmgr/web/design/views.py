"""Certificate designs, from the list to the designer, their pictures and their files."""

from trainingmgr.web.design import editor, listing, pictures
from trainingmgr.web.design.blueprint import bp

__all__ = ["bp", "editor", "listing", "pictures"]
