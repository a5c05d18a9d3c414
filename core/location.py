"""Name and folder of this library: ``core`` in a checkout, ``evenhand.core`` in an installed wheel.

The build of the wheel moves the packages under ``evenhand`` and rewrites their imports (see ``setup.py``). It rewrites
no strings, so code that needs the library's name or folder as text takes it from this module.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = __name__.rpartition(".")[0]
"""``core``, or ``evenhand.core``."""
ROOT: Final = Path(__file__).resolve().parents[1]
"""The folder that holds ``core``, ``pages`` and ``app.py``."""
COMMAND: Final = (sys.executable, "-m", f"{PACKAGE}.cli")
"""Starts the command line in a new process. With :data:`ROOT` as working folder it needs no installation."""
Location = tuple[str, str]
"""Module and name of an object that is imported only when it is used."""


def imported(location: Location) -> Any:
    """Import the module and return the object of this name.

    >>> imported(("math", "gcd"))(12, 18)
    6
    """
    module, name = location
    return getattr(import_module(module), name)
