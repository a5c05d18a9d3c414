"""Run folders that live as long as what speaks of them, where the caller names none."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from os import PathLike
from pathlib import Path
from typing import Any, NoReturn, Self


class ResultFolder:
    """A run folder: the caller's, or a temporary one that is removed when nothing speaks of it any more.

    Args:
        out: The caller's; ``None`` for a temporary one, which only its owner may read.
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
        """The same folder: a second owner, not a second copy on disk."""
        return self

    def __reduce__(self) -> NoReturn:
        """Nothing of Evenhand is pickled: a temporary folder would be gone when the pickle is read.

        Raises:
            TypeError: Always.
        """
        raise TypeError("Results and synthesizers are not pickled; use save and load, or out= and open_run.")
