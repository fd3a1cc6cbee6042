"""Making an installation ready, wherever it is begun."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import installation
from trainingmgr.crypto import KeyRing


def test_two_machines_may_make_one_database_ready_at_the_same_time(tmp_path: Path) -> None:
    with installation(tmp_path / "one") as environ:
        environ.setdefault("TRAININGMGR_DATABASE_URL", f"sqlite:///{tmp_path / 'shared.db'}")
        keys = KeyRing.generate().dump()
        started = []
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
            (tmp_path / name / "keys.json").write_text(keys)
            own = {"TRAININGMGR_INSTANCE": str(tmp_path / name), "TRAININGMGR_LANGUAGE": "en"}
            started.append(
                subprocess.Popen(
                    [sys.executable, "-m", "trainingmgr", "init"],
                    env=os.environ | environ | own,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
        said = [process.communicate(timeout=120)[0] for process in started]
        assert [process.returncode for process in started] == [0, 0], said
