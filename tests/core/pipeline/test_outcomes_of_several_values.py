"""Whole runs on outcomes of more than two values: they end independent of the group, as far as chance tells."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.config import run_config
from core.data.sources.load import load
from core.findings.families.outcome_distances import FAMILY
from core.findings.finding import VerdictKind
from core.pipeline import run

ROWS = 4000
OUTCOMES = {"levels": {"positive": "3"}, "classes": {"positive": "home"}, "hours": {"threshold": 40.0}}


def _table(kind: str) -> pd.DataFrame:
    """Group ``b`` has other features, and lower outcomes with the same features."""
    rng = np.random.default_rng(0)
    is_b = rng.random(ROWS) < 0.4
    skill = rng.normal(0, 1, ROWS) - 0.5 * is_b
    noisy = skill - 0.8 * is_b + rng.normal(0, 1, ROWS)
    outcome = {
        "levels": 1 + (noisy > 0).astype(int) + (noisy > 1),
        "classes": np.asarray(["office", "both", "home"])[(noisy > -0.3).astype(int) + (noisy > 0.8)],
        "hours": np.clip(np.round(38 + 6 * noisy), 1, 80).astype(int),
    }[kind]
    features = {"skill": skill.round(2), "age": rng.integers(18, 65, ROWS), "town": rng.choice(list("uvw"), ROWS)}
    return pd.DataFrame({"group": np.where(is_b, "b", "a"), **features, "outcome": outcome})


@pytest.mark.slow
@pytest.mark.parametrize("kind", OUTCOMES)
def test_outcomes_of_synthetic_rows_do_not_depend_on_the_group(kind: str, tmp_path: Path) -> None:
    data = load(_table(kind), target="outcome", sensitive=["group"], **OUTCOMES[kind])
    config = run_config(preset="fast", audit_seeds=(0,), audit_refits=0, pictures="none", generator_draws=1)
    result = run(data, config, tmp_path / "run")
    records = RecordSet(result.records)

    def figure(metric: str, source: str) -> float:
        split = "train" if source == "original" else "all"
        found = records.first(metric=metric, source=source, split=split, sensitive="group")
        assert found is not None
        assert found.value is not None
        return found.value

    assert figure("outcome_distance", "original") > 0.25
    for source in ("teacher", "student"):
        assert figure("outcome_distance", source) < 2 * figure("outcome_distance_chance", source)
    assert figure("outcome_distance", "synthetic") < 0.1
    real, made = (
        rows["outcome"].astype(str).value_counts(normalize=True)
        for rows in (data.frame, pd.read_parquet(tmp_path / "run" / "synthetic.parquet"))
    )
    assert real.sub(made, fill_value=0.0).abs().max() < 0.03
    (finding,) = result.conclusions.of(FAMILY)
    assert finding.verdict is not VerdictKind.GAP or finding.claim.figure.value < 0.1
