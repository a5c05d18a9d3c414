"""The share of positives of synthetic rows is that of the real ones, also where the signal is weak."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.config import run_config
from core.data.sources.load import load
from core.pipeline import run

RNG = np.random.default_rng(12)
N = 1_500
SEX = RNG.choice(["F", "M"], N)


def chance(*terms: float | np.ndarray) -> np.ndarray:
    """Return outcomes of rows with a chance that is the sum of these terms."""
    return np.where(RNG.random(N) < np.sum(np.broadcast_arrays(*terms), axis=0), "yes", "no")


SIBLINGS = {
    "most are granted": pd.DataFrame(
        {"sex": SEX, "band": RNG.choice(list("ABC"), N), "hired": chance(0.62, 0.16 * (SEX == "M"))}
    ),
    "few are granted, and nothing tells": pd.DataFrame(
        {"sex": SEX, "coin": RNG.choice([0, 1], N), "hired": chance(0.08, 0.06 * (SEX == "M"))}
    ),
    "three groups of a survey": pd.DataFrame(
        {
            "sex": (third := RNG.choice(["a", "b", "c"], N, p=[0.6, 0.3, 0.1])),
            "age": (age := RNG.integers(18, 70, N)),
            "hired": chance(0.2, 0.25 * (third == "a"), 0.004 * (age - 40)),
        }
    ),
}


def shares(path: Path, tmp_path: Path) -> tuple[float, float]:
    """Return the shares of positives of the real rows and of synthetic ones."""
    data = load(path, target="hired", positive="yes", sensitive=["sex"])
    run(data, run_config(preset="fast", pictures="none"), tmp_path / "run")
    made = pd.read_csv(tmp_path / "run" / "synthetic.csv")
    return float((data.frame["hired"] == "yes").mean()), float((made["hired"] == "yes").mean())


@pytest.mark.slow
def test_02_the_share_stays(cases: Path, tmp_path: Path) -> None:
    real, made = shares(cases / "02-positive-rate-moves/input.csv", tmp_path)
    assert real == pytest.approx(0.351, abs=0.001)
    assert made == pytest.approx(real, abs=0.01)


@pytest.mark.slow
@pytest.mark.parametrize("what", SIBLINGS)
def test_02_the_share_stays_in_siblings(what: str, tmp_path: Path) -> None:
    SIBLINGS[what].to_csv(tmp_path / "t.csv", index=False)
    real, made = shares(tmp_path / "t.csv", tmp_path)
    assert made == pytest.approx(real, abs=0.01)
