"""Reads files as the library does, in a process with bounded memory; prints what became of each as a line of JSON.

A file that ends the process is thus seen, and ends no test.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import traceback
import warnings
from collections.abc import Iterable
from pathlib import Path

from core.errors import EvenhandError
from core.location import ROOT


def outcome(path: Path) -> str:
    """``table``, or ``said: `` and the sentence, or what no person should see."""
    from core.data.sources.upload import load_upload

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            load_upload(path)
    except EvenhandError as error:
        return f"said: {error}"
    except BaseException as error:  # noqa: BLE001  # what comes out is what is tested
        step = traceback.extract_tb(error.__traceback__)[-1]
        return f"raised: {type(error).__name__} {error} {Path(step.filename).name}:{step.lineno}"[:500]
    return "table"


def outcomes(paths: Iterable[Path], memory: int) -> dict[str, str]:
    """What becomes of each file in a process with so many bytes of memory; a file that ends it is ``ended``."""
    left = list(paths)
    found: dict[str, str] = {}
    while left:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "tests.core.data.io.reading", str(memory), *map(str, left)],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
        found |= dict(lines)
        left = left[len(lines) :]
        if left:
            found[left[0].name] = f"ended: {done.returncode} {done.stderr[-300:]}"
            left = left[1:]
    return found


if __name__ == "__main__":
    import pandas as pd  # noqa: F401  # before the bound, as in the app
    import pyarrow as pa

    from core.data.sources.upload import load_upload  # noqa: F401

    pa.set_memory_pool(pa.system_memory_pool())
    resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[1]),) * 2)
    for name in sys.argv[2:]:
        print(json.dumps([Path(name).name, outcome(Path(name))]), flush=True)  # noqa: T201
