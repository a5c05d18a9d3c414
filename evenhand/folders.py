"""Run folders. If the caller names none, a temporary folder exists as long as the objects that use it."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn, Self


class ResultFolder:
    """A run folder of the caller, or a temporary one that is removed when no object uses it any more.

    Args:
        out: Folder of the caller; ``None`` for a temporary folder, which only its owner may read.
    """

    def __init__(self, out: str | PathLike[str] | None = None) -> None:
        self.kept = out is not None
        if out is not None:
            self.path = Path(out)
            return
        home = tempfile.mkdtemp(prefix="evenhand-")
        self.path = Path(home) / "run"
        weakref.finalize(self, shutil.rmtree, home, ignore_errors=True)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return the same object: copies share the folder on disk."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: a temporary folder may not exist when the pickle is read.

        Raises:
            TypeError: Always.
        """
        raise TypeError("Results and synthesizers are not pickled; use save and load, or out= and open_run.")
