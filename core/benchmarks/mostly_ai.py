"""MOSTLY AI's open engine with its fairness option, as a comparator in a separate environment (`make mostly`).

Run as a script by the Python of that environment, this file reads a table and writes a synthetic one. Imported, it
starts that script in a process, so that the times of both engines come from one machine and one run.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess  # one fixed command: this file
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-mostly" / "bin" / "python"
PINS = ROOT / "constraints-mostly.txt"
TRAIN, SYNTHETIC, REQUEST = "train.parquet", "synthetic.parquet", "request.json"
SECONDS, FAILURE = "seconds.json", "failure.txt"
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""Keeps the engine's dependencies offline. The engine itself needs no network for tables and reports nothing."""


def installed() -> bool:
    """Return whether `make mostly` was run."""
    return PYTHON.exists()


def identity() -> dict[str, str]:
    """Return the hashes of the pinned versions and of this file, which the rows depend on."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (PINS, Path(__file__))}


def make(rows: Any, folder: Path, seed: int = 0) -> tuple[Path, dict[str, float]]:
    """Generate as many rows as there are train rows; return their file, and the seconds of training and generating.

    Args:
        rows: Rows of the problem (`core.benchmarks.problems.ProblemRows`).
        folder: Folder of the files; files of the same names are replaced.
        seed: Random state of the engine.

    Raises:
        ConfigError: The engine failed; the sentence names the file of its messages.
    """
    from core.data.io.table_writer import write_parquet
    from core.data.schema import Role
    from core.errors import ConfigError
    from core.runs.files import write_json, write_text

    folder.mkdir(parents=True, exist_ok=True)
    (folder / FAILURE).unlink(missing_ok=True)
    columns = [column.name for column in rows.schema.columns if column.role is not Role.IGNORED]
    write_parquet(rows.train[columns], folder / TRAIN)
    write_json(folder / REQUEST, {"target": rows.schema.target, "sensitive": list(rows.schema.sensitive), "seed": seed})
    command = [str(PYTHON), str(Path(__file__).resolve()), str(folder.resolve())]
    process = subprocess.run(  # noqa: S603  # fixed words
        command, check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, **OFFLINE}
    )
    if process.returncode:
        write_text(folder / FAILURE, process.stderr)
        raise ConfigError(f"MOSTLY AI's engine failed; its messages are in {folder / FAILURE}.")
    return folder / SYNTHETIC, json.loads((folder / SECONDS).read_text(encoding="utf-8"))


def _main(folder: Path) -> None:
    import pandas as pd
    from mostlyai import engine
    from mostlyai.engine.domain import FairnessConfig

    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    train = pd.read_parquet(folder / TRAIN)
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)  # left by an interrupted run
    engine.set_random_state(request["seed"])
    started = time.perf_counter()
    # The fairness option supports categories only, and the engine would read an outcome of 0 and 1 as a number.
    encoding_types = dict.fromkeys([request["target"], *request["sensitive"]], "TABULAR_CATEGORICAL")
    engine.split(workspace_dir=workspace, tgt_data=train, model_type="TABULAR", tgt_encoding_types=encoding_types)
    engine.analyze(workspace_dir=workspace)
    engine.encode(workspace_dir=workspace)
    engine.train(workspace_dir=workspace)
    training_seconds = time.perf_counter() - started
    fairness = FairnessConfig(target_column=request["target"], sensitive_columns=request["sensitive"])
    engine.generate(workspace_dir=workspace, sample_size=len(train), fairness=fairness)
    generation_seconds = time.perf_counter() - started - training_seconds
    synthetic = pd.read_parquet(workspace / "SyntheticData")
    synthetic[train.columns].to_parquet(folder / SYNTHETIC)
    shutil.rmtree(workspace)  # it holds several copies of the train rows
    (folder / SECONDS).write_text(
        json.dumps({"learning": training_seconds, "generating": generation_seconds}), encoding="utf-8"
    )


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
