"""Whether runs can be made here: the folder of runs takes files, the disk has room, and the queue moves."""

from __future__ import annotations

import shutil
import time
import uuid
from pathlib import Path
from typing import Final

from core.errors import os_error_reason
from core.runs import files
from core.runs.tickets import runner, waiting
from core.settings import Setting

MIN_FREE_MIB: Final = Setting("EVENHAND_MIN_FREE_MIB", 500)
"""Free space of the disk of the runs, below which a server is not ready."""
PATIENCE_SECONDS: Final = 60.0
"""How long a run may wait without a process that starts it."""


def problems(queue: Path) -> list[str]:
    """Return what is wrong, in sentences that hold no path and no name; nothing if runs can be made.

    Args:
        queue: The folder of the runs.
    """
    try:
        queue.mkdir(parents=True, exist_ok=True)
        probe = queue / f".ready-{uuid.uuid4().hex}{files.TEMPORARY}"
        try:
            probe.write_bytes(b"ready")
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        return [
            f"The folder of the runs takes no files ({os_error_reason(error)}). Check its permissions and the space "
            "left on its disk."
        ]
    return [*_space(queue), *_queue(queue)]


def _space(queue: Path) -> list[str]:
    free = shutil.disk_usage(queue).free / 2**20
    if free >= MIN_FREE_MIB.value():
        return []
    return [
        f"The disk of the runs has {free:,.0f} MiB left, less than {MIN_FREE_MIB.variable} asks for "
        f"({MIN_FREE_MIB.value():,}). Delete old runs, or enlarge the disk."
    ]


def _queue(queue: Path) -> list[str]:
    stuck = [ticket for _, ticket in waiting(queue) if time.time_ns() - ticket.since > PATIENCE_SECONDS * 1e9]
    if not stuck or runner(queue).is_held():
        return []
    return [
        f"{len(stuck):,} of the waiting runs have no process that would start them. Open one and press “Continue where "
        "it stopped”, or cancel it."
    ]
