"""A file that is hashed while it is written."""

from __future__ import annotations

import io

from ..collect_outputs import CHUNK_BYTES, blake2b

# For type checkers; importing typing at run time would cost a tenth of the runner's start.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional


class Sink(io.RawIOBase):
    """What libraries take for an open file. Remembers its own trouble, whatever a library makes of it."""

    def __init__(self, path: str) -> None:
        self._file = io.FileIO(path, "xb")
        self._checksum = blake2b(digest_size=32)
        self.size = 0
        self.trouble: Optional[OSError] = None

    @property
    def blake2b256(self) -> str:
        return self._checksum.hexdigest()

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.size

    def write(self, data: Any) -> int:
        view = memoryview(data)
        view = view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())
        for start in range(0, len(view), CHUNK_BYTES):
            chunk = view[start : start + CHUNK_BYTES]
            self._checksum.update(chunk)
            try:
                while chunk:
                    chunk = chunk[self._file.write(chunk) :]
            except OSError as error:
                self.trouble = error
                raise
        self.size += len(view)
        return len(view)

    def close(self) -> None:
        super().close()
        self._file.close()
