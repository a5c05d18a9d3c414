"""Synthetic rows have as many positive outcomes as the real rows, whatever table and seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.cases.base_rates import BUILT_IN, MADE, measured

POINT = 0.01


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", [*MADE, *BUILT_IN])
def test_it_stays_over_ten_seeds(
    name: str, seed: int, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    rates = measured(name, seed, tmp_path / "run")
    for figure, value in asdict(rates).items():
        record_property(figure, value)  # shown with --junitxml
    assert rates.synthetic == pytest.approx(rates.real, abs=POINT)
