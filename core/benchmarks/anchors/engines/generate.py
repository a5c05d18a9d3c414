"""Fit one engine on the train rows of a folder, and write synthetic rows and seconds there; run by the engine's Python.

python generate.py ENGINE FOLDER
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path

TRAIN, REQUEST, SYNTHETIC, SECONDS = "train.parquet", "request.json", "synthetic.parquet", "seconds.json"
"""The files that are exchanged in the folder."""


def main(engine: str, folder: Path) -> None:
    """Write as many synthetic rows as there are train rows, with the columns of the train rows."""
    import pandas as pd

    module = importlib.import_module(engine)  # from this folder, the first place where a script's imports are looked up
    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    train = pd.read_parquet(folder / TRAIN)
    started = time.perf_counter()
    sample = module.fit(train, {**request, "workspace": str(folder / "workspace")})
    fitted = time.perf_counter()
    rows = sample(len(train))
    seconds = {"learning": fitted - started, "generating": time.perf_counter() - fitted}
    rows[list(train.columns)].to_parquet(folder / SYNTHETIC)
    (folder / SECONDS).write_text(json.dumps(seconds), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
