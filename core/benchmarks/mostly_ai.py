"""MOSTLY AI's open engine with its fairness option, as a comparator: in an environment of its own (`make mostly`).

Run as a script by that environment's Python it reads a table and writes a synthetic one; imported, it does that in a
process of its own, so that the times of both engines are of one machine and one run.
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
TRAIN, MADE, IDENTITY_FIELDS = "train.parquet", "made.parquet", "asked.json"
SECONDS, FAILURE = "seconds.json", "failure.txt"
OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""A table model needs nothing from a network; the engine itself reports nothing, these are for what it builds upon."""


def installed() -> bool:
    """Whether `make mostly` was run."""
    return PYTHON.exists()


def identity() -> dict[str, str]:
    """What its rows depend on, beside train rows and seed: the pinned versions and what they are asked here."""
    return {place.name: hashlib.sha256(place.read_bytes()).hexdigest() for place in (PINS, Path(__file__))}


def make(rows: Any, folder: Path, seed: int = 0) -> tuple[Path, dict[str, float]]:
    """As many synthetic rows as there are train rows, and the seconds of learning and generating.

    Args:
        rows: The problem's rows (`core.benchmarks.problems.ProblemRows`).
        folder: Where the files go; its content of the same names is replaced.
        seed: The engine's random state.

    Raises:
        ConfigError: The engine failed; the sentence says where its words are.
    """
    from core.data.io.table_writer import write_parquet
    from core.data.schema import Role
    from core.errors import ConfigError
    from core.runs.files import write_json, write_text

    folder.mkdir(parents=True, exist_ok=True)
    (folder / FAILURE).unlink(missing_ok=True)
    kept = [column.name for column in rows.schema.columns if column.role is not Role.IGNORED]
    write_parquet(rows.train[kept], folder / TRAIN)
    write_json(
        folder / IDENTITY_FIELDS, {"target": rows.schema.target, "sensitive": list(rows.schema.sensitive), "seed": seed}
    )
    command = [str(PYTHON), str(Path(__file__).resolve()), str(folder.resolve())]
    done = subprocess.run(  # noqa: S603  # fixed words
        command, check=False, capture_output=True, text=True, cwd=folder, env={**os.environ, **OFFLINE}
    )
    if done.returncode:
        write_text(folder / FAILURE, done.stderr)
        raise ConfigError(f"MOSTLY AI's engine failed; what it said is in {folder / FAILURE}.")
    return folder / MADE, json.loads((folder / SECONDS).read_text(encoding="utf-8"))


def _main(folder: Path) -> None:
    import pandas as pd
    from mostlyai import engine
    from mostlyai.engine.domain import FairnessConfig

    asked = json.loads((folder / IDENTITY_FIELDS).read_text(encoding="utf-8"))
    train = pd.read_parquet(folder / TRAIN)
    workspace = folder / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)  # of a run that was stopped
    engine.set_random_state(asked["seed"])
    started = time.perf_counter()
    # Its fairness option takes categories only, and it would read an outcome of 0 and 1 as a number.
    kinds = dict.fromkeys([asked["target"], *asked["sensitive"]], "TABULAR_CATEGORICAL")
    engine.split(workspace_dir=workspace, tgt_data=train, model_type="TABULAR", tgt_encoding_types=kinds)
    engine.analyze(workspace_dir=workspace)
    engine.encode(workspace_dir=workspace)
    engine.train(workspace_dir=workspace)
    learned = time.perf_counter() - started
    fairness = FairnessConfig(target_column=asked["target"], sensitive_columns=asked["sensitive"])
    engine.generate(workspace_dir=workspace, sample_size=len(train), fairness=fairness)
    generated = time.perf_counter() - started - learned
    made = pd.read_parquet(workspace / "SyntheticData")
    made[train.columns].to_parquet(folder / MADE)
    shutil.rmtree(workspace)  # it holds the train rows several times over
    (folder / SECONDS).write_text(json.dumps({"learning": learned, "generating": generated}), encoding="utf-8")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
