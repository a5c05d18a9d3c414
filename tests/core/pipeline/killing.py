"""Carries a prepared run to its end in processes that are killed; prints when each was.

All are forks of one process, which has imported everything, so that each loses only the work since its last saved
stage. Nothing in the library knows of this: the kill is put into `os.replace`, which ends every write.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from core import pipeline
from core.data.sources.load import load
from core.runs import jobs

_replace = os.replace


def child(before: set[str], where: str) -> int:
    """Fork a process that resumes the run. It dies at the first write of a file whose name is not in ``before``."""
    pid = os.fork()
    if pid:
        return pid

    def dying(source: str, target: Path) -> None:
        name = Path(target).relative_to(RUN).as_posix()
        if name in before:
            _replace(source, target)
            return
        (RUN.parent / "killed-at").write_text(name)
        if where == "after":
            _replace(source, target)
        os.kill(os.getpid(), signal.SIGKILL)

    if where != "never":
        os.replace = dying
    try:
        pipeline.resume(RUN)
    except BaseException as error:  # noqa: BLE001  # a fork of a test must end here
        print(f"error: {type(error).__name__}: {error}", flush=True)  # noqa: T201
        os._exit(1)
    os._exit(0)


def at_each_write(where: str) -> list[str]:
    """Kill at the first write of each file. Return the names."""
    names: list[str] = []
    while True:
        pid = child(set(names), where)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            return names
        names.append((RUN.parent / "killed-at").read_text())


def at_moments(count: int, seed: int) -> list[str]:
    """Kill at random moments, then let it come to its end. Return the stages in which it was."""
    rng, stages = random.Random(seed), []  # noqa: S311  # no secret
    for _ in range(count):
        pid = child(set(), "never")
        time.sleep(rng.uniform(0.05, 2.0))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            break
        stages.append(jobs.status(RUN).state.stage)
    _, status = os.waitpid(child(set(), "never"), 0)
    assert status == 0 or jobs.status(RUN).state.status == "done"
    return stages


if __name__ == "__main__":
    RUN, MODE, COUNT, SEED = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    load("demo", rows=30)
    import torch  # noqa: F401  # before the forks

    print(json.dumps(at_moments(COUNT, SEED) if MODE == "moments" else at_each_write(MODE)))  # noqa: T201
