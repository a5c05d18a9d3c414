"""MOSTLY AI's open engine with its fairness option, defaults otherwise."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""Keeps the engine's dependencies offline. The engine itself needs no network for tables and reports nothing."""


def fit(train: pd.DataFrame, request: dict[str, Any]) -> Callable[[int], pd.DataFrame]:
    """Train the engine in its workspace; return its sampler, which removes the workspace."""
    os.environ.update(OFFLINE)
    import pandas as pd
    from mostlyai import engine
    from mostlyai.engine.domain import FairnessConfig

    workspace = Path(request["workspace"])
    shutil.rmtree(workspace, ignore_errors=True)  # left by an interrupted run
    engine.set_random_state(request["seed"])
    # The fairness option supports categories only, and the engine would read an outcome of 0 and 1 as a number.
    encoding_types = dict.fromkeys([request["target"], *request["sensitive"]], "TABULAR_CATEGORICAL")
    engine.split(workspace_dir=workspace, tgt_data=train, model_type="TABULAR", tgt_encoding_types=encoding_types)
    engine.analyze(workspace_dir=workspace)
    engine.encode(workspace_dir=workspace)
    engine.train(workspace_dir=workspace)

    def sample(rows: int) -> pd.DataFrame:
        fairness = FairnessConfig(target_column=request["target"], sensitive_columns=request["sensitive"])
        engine.generate(workspace_dir=workspace, sample_size=rows, fairness=fairness)
        synthetic = pd.read_parquet(workspace / "SyntheticData")
        shutil.rmtree(workspace)  # it holds several copies of the train rows
        return synthetic

    return sample
