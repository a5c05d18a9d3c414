"""A classifier that is no better than guessing can still treat groups differently."""

import numpy as np
import pandas as pd

from core.audit.estimate import mean_over_seeds
from core.audit.records import Record, Status
from core.audit.run import audit
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from tests.core.audit.tables import SCHEMA, people, table_input


def test_one_that_selects_a_group_more_often_gets_its_gap():
    rng = np.random.default_rng(3)
    train, holdout = people(400), people(600, 1)
    rates = np.where(holdout["sex"] == "m", 0.7, 0.2)
    selected = (rng.random(600) < rates).astype(int)
    decisions = {"decisions": pd.DataFrame({"score": selected.astype(float), "selected": selected})}
    records = audit(table_input(SCHEMA, train, holdout, seeds=(0,), decisions=decisions))
    (finding,) = [
        one for one in conclude(records, SCHEMA).of("selection_rates") if one.claim.figure.source == "decisions"
    ]
    assert finding.claim.figure.status is Status.DEGENERATE
    assert finding.verdict is VerdictKind.GAP
    assert finding.claim.group == "f"
    assert "500" not in finding.claim.figure.note.partition("balanced accuracy")[2]
    assert "not above 0.550" in finding.claim.figure.note


def rates(status, seed):
    shared = {"source": "original", "protocol": "B", "sensitive": "sex", "positive": "yes", "seed": seed}
    gap = Record(metric="demographic_parity_difference", value=0.01, low=0.0, high=0.03, n=900, status=status, **shared)
    groups = [
        Record(metric="selection_rate", group=group, value=value, low=0.3, high=0.5, n=450, **shared)
        for group, value in (("f", 0.4), ("m", 0.41))
    ]
    return [gap, *groups]


def test_a_reader_is_told_which_seeds_are_degenerate():
    by_seed = [rates("degenerate" if seed == 1 else "ok", seed) for seed in (0, 1, 2)]
    means = [mean_over_seeds(parts) for parts in zip(*by_seed, strict=True)]
    conclusions = conclude([*(one for part in by_seed for one in part), *means], SCHEMA)
    (finding,) = conclusions.of("selection_rates")
    assert finding.verdict is VerdictKind.UNDECIDED
    assert "1 of 3 seeds (seed 1)" in finding.reason
    assert finding.reason in finding.sentence
    assert "too few rows" not in finding.sentence
    assert finding.claim.figure.note.startswith("No better than guessing with 1 of 3 classifier seeds (seed 1).")
