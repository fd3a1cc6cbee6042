"""Drafts the next revision of the schema from what the models say and the instance's database lacks (maintainers).

    python -m scripts.revision "what it is for"

Run as a module, it drafts in the checkout that it is run from. Look it through: SQLite's AUTOINCREMENT and triggers have to be written by hand.
"""

import sys

from trainingmgr.app import create_app
from trainingmgr.migrations import draft

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with create_app().app_context():
        draft(sys.argv[1])
