"""Where this library lies: in a checkout as ``core``, or in an installed wheel as ``evenhand.core``.

Building the wheel moves the packages under ``evenhand`` and rewrites imports (see ``setup.py``), but no string; so what
needs the library's own name or place as text takes it from here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

PACKAGE: Final = __name__.rpartition(".")[0]
"""``core``, or ``evenhand.core``."""
ROOT: Final = Path(__file__).resolve().parents[1]
"""The folder that holds ``core``, ``pages`` and ``app.py``."""
COMMAND: Final = (sys.executable, "-m", f"{PACKAGE}.cli")
"""The command line in a process of its own. Started in :data:`ROOT`, it needs no installation."""
