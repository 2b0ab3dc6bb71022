"""Lines in files of a directory: each process has its own, each file is bounded, and so are all together.

A file is never renamed: when it is full, the process begins its next one. What is too much is removed from the oldest
on, by whichever process begins a file.
"""

import os
import re
import socket
import time
from pathlib import Path
from typing import BinaryIO

PATTERN = "exchanges-*.jsonl"
FILE_BYTES = 16 * 1024 * 1024
DIRECTORY_BYTES = 256 * 1024 * 1024


class ExchangeFiles:
    """The files that this process writes. For one thread."""

    def __init__(
        self, directory: Path, *, file_bytes: int = FILE_BYTES, directory_bytes: int = DIRECTORY_BYTES
    ) -> None:
        self._directory = directory
        self._file_bytes = file_bytes
        self._directory_bytes = directory_bytes
        host = re.sub(r"[^A-Za-z0-9.]+", "-", socket.gethostname())[:40]
        # The start tells two processes of one id apart, such as the first ones of a container that was restarted.
        self._name = f"exchanges-{host}-{os.getpid()}-{time.time_ns() // 1_000_000}"
        self._count = 0
        self._file: BinaryIO | None = None
        self._path: Path | None = None

    def write(self, lines: bytes) -> None:
        """Write whole lines, together.

        Raises:
            OSError: they could not be written.
        """
        file = self._file
        if (
            file is None
            or self._path is None
            or not self._path.exists()
            or file.tell() + len(lines) > self._file_bytes
        ):
            file = self._begun()
        file.write(lines)
        file.flush()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _begun(self) -> BinaryIO:
        self.close()
        # What is in the files is redacted, and still nobody else's business.
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._prune()
        self._count += 1
        self._path = self._directory / f"{self._name}-{self._count:04}.jsonl"
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = os.fdopen(descriptor, "ab")
        return self._file

    def _prune(self) -> None:
        """Make room for another file; somebody else may be doing the same."""
        found: list[tuple[float, int, Path]] = []
        for path in self._directory.glob(PATTERN):
            try:
                facts = path.stat()
            except FileNotFoundError:
                continue
            found.append((facts.st_mtime, facts.st_size, path))
        size = sum(one for _, one, _ in found)
        for _, one, path in sorted(found):
            if size + self._file_bytes <= self._directory_bytes:
                break
            path.unlink(missing_ok=True)
            size -= one
