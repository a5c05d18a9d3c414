"""Several processes that start a run in the same folder at the same moment; prints what became of each.

They are forks of one process, so that all are ready at once.
"""

import json
import os
import sys
import time
from pathlib import Path

from core.config import run_config
from core.data.sources.load import load
from core.errors import RunError
from core.pipeline import running

COUNT = 8


def race(seed: int, out: Path, start: float) -> str:
    config = run_config(preset="fast", device="cpu", seed=seed)
    table = load("demo", rows=200, seed=seed)
    running.resume = lambda _path, _listener: time.sleep(3)  # the work, in which the others try to begin
    time.sleep(max(0.0, start - time.monotonic()))
    try:
        running.run(table, config, out)
    except RunError as error:
        return str(error)
    return f"won {seed}"


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    moment = time.monotonic() + 4
    readers = []
    for number in range(COUNT):
        reader, writer = os.pipe()
        if os.fork() == 0:
            os.write(writer, race(number, folder, moment).encode())
            os._exit(0)
        os.close(writer)
        readers.append(reader)
    print(json.dumps([os.fdopen(reader).read() for reader in readers]))  # noqa: T201
