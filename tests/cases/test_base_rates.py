"""Synthetic rows have as many positive outcomes as the real rows, whatever table and seed (case 02)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from core.data.dataset import Dataset
from core.data.sources.load import load
from tests.cases.base_rates import BUILT_IN, MADE, made_table, measured

POINT = 0.01
CASE = "02-positive-rate-moves"


@pytest.fixture
def data(request: pytest.FixtureRequest, cases: Path) -> Dataset:
    name = request.param
    if name == CASE:
        return load(cases / CASE / "input.csv", target="hired", positive="yes", sensitive=["sex"])
    return made_table(name) if name in MADE else load(name, sensitive=[BUILT_IN[name]])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("data", [CASE, *MADE, *BUILT_IN], indirect=True)
def test_the_share_of_positives_stays(
    data: Dataset, seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    rates = measured(data, seed, tmp_path / "run")
    for figure, value in asdict(rates).items():
        record_property(figure, value)  # shown with --junitxml
    assert rates.synthetic == pytest.approx(rates.real, abs=POINT)
