"""A table that somebody chose and has not run yet, kept so that a reload of the page finds it again.

::

    RUNS/.drafts/TOKEN/draft.json         what is known of it; written last, so a folder with it is complete
                       tables/ images/    its rows, see core.runs.artifacts
                       owner.json         see core.runs.access

The token is all that leads to a draft, so it cannot be guessed. Only their owner may list or read these folders (mode
0700) and files (0600). A draft that nobody changed for `KEPT_DAYS` is removed.
"""

from __future__ import annotations

import re
import secrets
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel

from core.runs import access, files
from core.runs.artifacts import ArtifactStore
from core.runs.stored_files import ModelFile

DRAFTS: Final = ".drafts"
"""The folder of all drafts, in the folder of all runs. It holds no state, so it is not listed among the runs."""
KEPT_DAYS: Final = 7
_DRAFT: Final = "draft.json"
_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_DAY: Final = 24 * 3600.0  # seconds


class DraftFolder:
    """One draft on disk. Call :meth:`create` for a new one, :meth:`find` for one of a link.

    Args:
        path: The folder; its name is the token.

    Attributes:
        artifacts: The rows, and the images of the rows.
        about: What is known of the table.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.artifacts = ArtifactStore(path)
        self.about = ModelFile(path, _DRAFT)

    @classmethod
    def create(cls, home: Path) -> Self:
        """Make the folder of a new draft in the folder of all runs, and remove drafts that are too old.

        Raises:
            OSError: The folder cannot be made.
            RunError: Nobody known acts.
        """
        access.check_known()
        remove_old(home)
        parent = home / DRAFTS
        parent.mkdir(parents=True, exist_ok=True)
        parent.chmod(0o700)
        path = parent / secrets.token_hex(16)
        path.mkdir(mode=0o700)
        access.claim(path)
        return cls(path)

    @classmethod
    def find(cls, home: Path, token: str) -> Self | None:
        """Return the draft of a token; ``None`` if there is none that who acts may open, or the text is no token."""
        if not _TOKEN.fullmatch(token):
            return None
        folder = cls(home / DRAFTS / token)
        return folder if folder.about.exists() and access.may_open(folder.path) else None

    @property
    def token(self) -> str:
        """What a link names the draft by."""
        return self.path.name

    def save(self, about: BaseModel) -> None:
        """Replace what is known of the table."""
        with files.private_replace(self.about.path) as temporary:
            temporary.write_text(about.model_dump_json(), encoding="utf-8")

    def remove(self) -> None:
        """Remove the draft. What cannot be removed is left."""
        with suppress(OSError):
            self.about.remove()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_old(home: Path) -> None:
    """Remove every draft that nobody changed for `KEPT_DAYS`, and what a killed process left half-written."""
    oldest = time.time() - KEPT_DAYS * _DAY
    with suppress(OSError):
        for path in (home / DRAFTS).iterdir():
            if _TOKEN.fullmatch(path.name) and _changed(path) < oldest:
                DraftFolder(path).remove()


def _changed(path: Path) -> float:
    """Return when a draft was changed last, in seconds since 1970."""
    about = path / _DRAFT
    return (about if about.exists() else path).stat().st_mtime
