"""Odd files end in a sentence or in a valid audit: never in a traceback or a warning."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.audit.records import Status
from core.config import run_config
from core.data.sources.load import load
from core.errors import EvenhandError
from core.pipeline import audit_dataset
from tests.core.pipeline.odd_tables import odd_file

QUICK = {"pictures": "none", "audit_seeds": (0,), "audit_refits": 0}
SEEDS = st.integers(0, 2**32)


def outcome_of(seed: int) -> str:
    """Audit the odd file of a seed; return ``audited`` or the sentence of the refusal."""
    made = odd_file(seed)
    roles = {"target": made.target, "positive": made.positive, "sensitive": list(made.sensitive)}
    with TemporaryDirectory() as name, warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        path, out = Path(name) / "odd.csv", Path(name) / "out"
        path.write_bytes(made.content)
        try:
            dataset = load(str(path), **{key: value for key, value in roles.items() if value})
            result = audit_dataset(dataset, run_config(**QUICK), synthetic={}, out=out)
        except EvenhandError as error:
            return str(error)
        _check(result.records)
    return "audited"


def _check(records: object) -> None:
    for one in records:
        if one.status is not Status.OK or one.value is None:
            continue
        if one.low is not None and one.high is not None:
            assert one.low <= one.high, one
        if one.metric == "impact_ratio":  # of a category that is compared
            assert 0 <= one.value <= 1, one


@given(SEEDS)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_a_few_odd_files(seed: int) -> None:
    assert outcome_of(seed)


@pytest.mark.slow
@given(SEEDS)
@settings(max_examples=2_000, deadline=None)
def test_two_thousand_odd_files(seed: int) -> None:
    assert outcome_of(seed)
