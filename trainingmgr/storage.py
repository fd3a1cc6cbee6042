"""Where issued files lie: a folder today, with names that an object store would take too."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path


class FileStorage:
    """Write-once files under a root folder, named by keys such as `certificates/ab/abcd.pdf`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """The path of `key`. Raises ValueError for a key that would leave the root."""
        target = (self.root / key).resolve()
        if not target.is_relative_to(self.root.resolve()):
            raise ValueError(f"key outside the storage: {key!r}")
        return target

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`: whole on disk, or not at all, also after a power cut."""
        target = self.path(key)
        self._make_folder(target.parent)
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder that a power cut does not take away again, and those above it."""
        if folder.is_dir():
            return
        self._make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)

    def get(self, key: str) -> bytes:
        """The bytes kept under `key`. Raises FileNotFoundError."""
        return self.path(key).read_bytes()

    def size(self, key: str) -> int:
        """How many bytes are kept under `key`. Raises FileNotFoundError."""
        return self.path(key).stat().st_size

    def exists(self, key: str) -> bool:
        """Tell whether something is kept under `key`."""
        return self.path(key).is_file()

    def all_keys(self) -> Iterator[str]:
        """Every key that something is kept under."""
        for path in self.root.rglob("*"):
            if path.is_file():
                yield path.relative_to(self.root).as_posix()

    def delete(self, key: str) -> None:
        """Remove what is kept under `key`, if anything."""
        self.path(key).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
