"""The schema's revisions, and the ways between them.

Whoever goes such a way imports Alembic for it: it takes 11 MB and a tenth of a second, and a start that finds the
newest schema has no need of it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).resolve().parent


def revisions() -> list[str]:
    """Every revision that this program has, the newest last."""
    return sorted(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))


def upgrade(revision: str = "head") -> None:
    """Bring the database of the application's context forward to a revision, all in one transaction."""
    from alembic import command

    command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Take the database of the application's context back to a revision, all in one transaction."""
    from alembic import command

    command.downgrade(_config(), revision)


def draft(message: str) -> None:
    """Write the next revision, which makes the database of the application's context what the models describe."""
    from alembic import command

    command.revision(_config(), message, autogenerate=True, rev_id=f"{int(revisions()[-1]) + 1:04}")


def _config() -> "Config":
    from alembic.config import Config

    config = Config(_FOLDER / "alembic.ini")
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
