"""`evenhand.audit`: measure the fairness of data and of synthetic versions of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Unpack

import pandas as pd

from core.config import run_config
from core.pipeline import audit_dataset
from evenhand.datasets import dataset_of, rows_of
from evenhand.folders import ResultFolder
from evenhand.options import AuditOptions, Data, Label, listening, split_options, whole_number
from evenhand.results import AuditResult

Synthetic = Data | Mapping[str, Data]


def audit(
    data: Data,
    *,
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    synthetic: Synthetic | None = None,
    holdout: Data | None = None,
    out: str | PathLike[str] | None = None,
    seed: int = 0,
    **options: Unpack[AuditOptions],
) -> AuditResult:
    """Audit a table and, optionally, synthetic versions of it from any generator.

    >>> frame = pd.DataFrame({"sex": ["f", "m"] * 50, "score": range(100), "hired": [False, False, True, True] * 25})
    >>> result = audit(frame, target="hired", positive=True, sensitive="sex", pictures="none")
    >>> rates = result.to_frame().query("metric == 'base_rate' and positive == 'True' and split == 'all'")
    >>> dict(zip(rates["group"], rates["value"]))
    {'f': 0.5, 'm': 0.5}

    Without ``holdout`` the audit holds out ``holdout_fraction`` of the rows, by default a fifth. An external generator
    may have seen them, so metrics that depend on that are marked "independence unknown".

    Args:
        data: A DataFrame, the path of a file, or the name of a built-in dataset. It is never changed.
        target: Column of the outcome. If left out, it is guessed, and a note says so.
        positive: Positive value of the target.
        sensitive: The sensitive columns.
        synthetic: A synthetic version, or several by name.
        holdout: Hold-out rows, which no generator has seen.
        out: Folder of the run. By default a temporary folder, which exists as long as the result.
        seed: Seed of the hold-out.
        **options: See `evenhand.options.AuditOptions`: ``threshold``, ``bin_edges``, ``schema``, ``pictures``,
            ``progress`` and more.

    Raises:
        EvenhandError: The data are not usable. The sentence names the column or the keyword.
        TypeError: There is no such keyword.
    """
    reading, others, progress = split_options("audit", AuditOptions, options)
    seed = whole_number(seed, "seed")
    dataset, _ = dataset_of(data, target, positive, sensitive, holdout, seed, reading)
    folder = ResultFolder(out)
    with listening(progress) as listener:
        config = run_config(seed=seed, **others)
        audit_dataset(dataset, config, synthetic=_by_name(synthetic), out=folder.path, listener=listener)
    return AuditResult(folder)


def _by_name(synthetic: Synthetic | None) -> dict[str, Path | pd.DataFrame]:
    if synthetic is None:
        return {}
    if isinstance(synthetic, Mapping):
        return {name: rows_of(one) for name, one in synthetic.items()}
    name = "synthetic" if isinstance(synthetic, pd.DataFrame) else Path(synthetic).stem
    return {name: rows_of(synthetic)}
