"""The log of who made, opened, downloaded, renamed or deleted which run. It holds no row and no name of a column.

``.evenhand-access.jsonl`` beside the runs has one JSON object a line. It is written where people are told apart, and
before what it tells of happens: what cannot be logged is refused. Only its owner may read it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from core.runs import access, files
from core.runs.queue_lock import LOCKS
from core.runs.state import now

NAME: Final = f"{LOCKS}access.jsonl"
MADE: Final = "made"
OPENED: Final = "opened"
REFUSED: Final = "refused"
DOWNLOADED: Final = "downloaded"
RENAMED: Final = "renamed"
DELETED: Final = "deleted"


def record(action: str, folder: Path, what: str = "") -> None:
    """Add a line, if people are told apart.

    Args:
        action: What is about to happen.
        folder: Folder of the run, or of a later generation of it.
        what: What of it: the name of a file.

    Raises:
        OSError: The log cannot be written.
    """
    if access.ACCESS.value() == access.OPEN:
        return
    run = access.run_of(folder.absolute())
    line = {"time": now(), "who": access.viewer().name, "action": action, "run": run.name}
    line |= {"what": what} if what else {}
    place = run.parent / NAME
    # One write of a line in append mode is not torn by another process.
    descriptor = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, files.PRIVATE)
    try:
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(descriptor)
