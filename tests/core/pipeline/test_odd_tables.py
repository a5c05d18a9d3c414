"""Odd files end in a sentence or in a valid audit: never in a traceback or a warning."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from core.audit.records import Record, Status
from core.config import run_config
from core.data.dataset import Dataset
from core.data.io.table_writer import csv_text
from core.data.readiness import MIN_RUN_ROWS
from core.data.relations.found import find_relations
from core.data.sources.load import load
from core.downstream_classifiers import random_forest
from core.downstream_classifiers.boosting import GradientBoosting
from core.errors import EvenhandError
from core.pipeline import audit_dataset, run
from tests.core.pipeline.odd_tables import OddFile, odd_file

QUICK = {"pictures": "none", "audit_seeds": (0,), "audit_refits": 0}
QUICK_RUN = {"preset": "fast", "epochs": 1, "generator_draws": 1, "device": "cpu"}
FILES, FILES_A_TEST = 2_000, 50
REPORT_EVERY, RUN_EVERY = 4, 3
"""Of the files that can be audited, every fourth has a report. Of those that can also be learned from, about one in
seven, every third has a run: about every twentieth file."""


@pytest.fixture(autouse=True)
def _small_classifiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Odd values meet the same code in few trees as in many."""
    monkeypatch.setattr(random_forest, "TREES", 4)
    monkeypatch.setattr(random_forest, "OUT_OF_SOURCE_TREES", 6)
    monkeypatch.setattr(random_forest, "SINGLE_ROW_TREES", 8)
    monkeypatch.setattr(
        GradientBoosting, "estimator", lambda _, __, seed: HistGradientBoostingClassifier(max_iter=3, random_state=seed)
    )


def outcomes(seeds: range) -> Iterator[tuple[int, str]]:
    """Yield for each seed ``audited``, ``audited and run``, or the sentence with which its odd file was refused."""
    audited = learned = 0
    for seed in seeds:
        with TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", DeprecationWarning)
            try:
                dataset = _loaded(odd_file(seed), Path(folder))
                check_round_trip(dataset, Path(folder))
                _audit(dataset, Path(folder) / "audit" if audited % REPORT_EVERY == 0 else None)
                outcome = "audited"
                audited += 1
                if len(dataset.frame) >= MIN_RUN_ROWS:
                    learned += 1
                    if learned % RUN_EVERY == 1:
                        check_run(dataset, Path(folder) / "run")
                        outcome = "audited and run"
            except EvenhandError as error:
                outcome = str(error)
        yield seed, outcome


def _loaded(made: OddFile, folder: Path) -> Dataset:
    roles = {"target": made.target, "positive": made.positive, "sensitive": list(made.sensitive)}
    path = folder / "odd.csv"
    path.write_bytes(made.content)
    return load(str(path), **{key: value for key, value in roles.items() if value})


def _audit(dataset: Dataset, out: Path | None) -> None:
    _check(audit_dataset(dataset, run_config(**QUICK), synthetic={}, out=out).records)


def check_round_trip(dataset: Dataset, folder: Path) -> None:
    """What was read is written so that the same is read again: kinds, forms, values, and so relations."""
    path = folder / "again.csv"
    path.write_bytes(csv_text(dataset.frame, dataset.schema).encode())
    again = load(str(path), schema=dataset.schema)
    pd.testing.assert_frame_equal(again.frame, dataset.frame)
    assert csv_text(again.frame, again.schema).encode() == path.read_bytes()


def check_run(dataset: Dataset, out: Path) -> None:
    """Synthetic rows of a run have the kinds and forms of the real ones, and keep their relations."""
    _check(run(dataset, run_config(**QUICK, **QUICK_RUN), out).records)
    made = pd.read_parquet(out / "synthetic.parquet")
    read = load(str(out / "synthetic.csv"), schema=dataset.schema).frame
    assert [str(kind) for kind in read.dtypes] == [str(kind) for kind in made.dtypes]
    assert read[dataset.schema.target].tolist() == made[dataset.schema.target].tolist()
    for relation in find_relations(dataset.frame, dataset.schema):
        if not set(relation.columns) <= set(dataset.schema.sensitive):
            assert not relation.broken(made).any(), relation.text


def _check(records: list[Record]) -> None:
    for one in records:
        if one.status is not Status.OK or one.value is None:
            continue
        if one.low is not None and one.high is not None:
            assert one.low <= one.high, one
        if one.metric == "impact_ratio":  # of a category that is compared
            assert 0 <= one.value <= 1, one


def test_a_few_odd_files() -> None:
    found = dict(outcomes(range(24)))
    assert {"audited", "audited and run"} <= set(found.values())
    assert all(found.values())


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, FILES, FILES_A_TEST))
def test_two_thousand_odd_files(first: int) -> None:
    assert all(outcome for _, outcome in outcomes(range(first, first + FILES_A_TEST)))
