"""Column shapes and pair trends against SDMetrics, which runs in an environment of its own (`make reference`)."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.metrics import fidelity
from core.data.column import Column, Kind
from core.data.encoding.values import is_scalar, modelled_columns
from core.data.schema import Schema
from tests.core.audit.tables import SCHEMA, people

PYTHON = Path(__file__).parents[4] / ".venv-reference" / "bin" / "python"
SDTYPES = {Kind.CATEGORICAL: "categorical", Kind.BOOLEAN: "boolean", Kind.DATETIME: "datetime"}
TOLERANCE = 1e-9
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.is_file(), reason="SDMetrics is not there; run `make reference` once."),
]


def theirs(real, other, schema, folder):
    """SDMetrics' shape of each column and trend of each pair."""
    kinds = {name: {"sdtype": SDTYPES.get(schema.column(name).kind, "numerical")} for name in modelled_columns(schema)}
    paths = [folder / "real.csv", folder / "other.csv"]
    for path, frame in zip(paths, (real, other), strict=True):
        frame[modelled_columns(schema)].to_csv(path, index=False)
    script = Path(__file__).with_name("sdmetrics_figures.py")
    command = [PYTHON, script, *paths, json.dumps(kinds)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    found = json.loads(done.stdout)
    return found["shapes"], {(one, two): score for one, two, score in found["pairs"]}


@pytest.fixture(scope="module")
def tables():
    return people(1500, 1, gap=1.0).dropna(), people(1200, 2).dropna()


@pytest.fixture(scope="module")
def reference(tables, tmp_path_factory):
    return theirs(*tables, SCHEMA, tmp_path_factory.mktemp("sdmetrics"))


def test_column_shapes_are_equal(tables, reference):
    real, other = tables
    assert set(reference[0]) == set(modelled_columns(SCHEMA))
    for name, score in reference[0].items():
        assert fidelity.column_shape(real[name], other[name], SCHEMA.column(name)) == pytest.approx(
            score, abs=TOLERANCE
        )


def test_trends_of_two_categories_or_two_numbers_are_equal(tables, reference):
    ours = fidelity.pair_similarity_sdmetrics(*tables, SCHEMA)
    alike = 0
    for names, score in reference[1].items():
        if len({is_scalar(SCHEMA.column(name)) for name in names}) == 1:
            assert ours[names] == pytest.approx(score, abs=TOLERANCE), names
            alike += 1
    assert alike == 3 + 6


def test_missing_values_count_here_and_are_dropped_there(tmp_path):
    real = people(1500, 1).dropna().reset_index(drop=True)
    other = people(1200, 2).dropna().reset_index(drop=True)
    gone = other.copy()
    gone.loc[gone.index % 2 == 0, "town"] = None
    gone.loc[gone.index % 2 == 0, "pay"] = np.nan
    shapes, _ = theirs(real, gone, SCHEMA, tmp_path)
    for name in ("town", "pay"):
        column = SCHEMA.column(name)
        known = gone[name].dropna()
        assert shapes[name] > 0.9
        assert fidelity.column_shape(real[name], known, column) == pytest.approx(shapes[name], abs=TOLERANCE)
        assert fidelity.column_shape(real[name], gone[name], column) == pytest.approx(0.5, abs=0.05)


def mixed(numbers, labels):
    return pd.DataFrame({"x": numbers, "c": pd.array(labels, dtype="str")})


MIXED = Schema(columns=(Column(name="x", kind="numerical"), Column(name="c", kind="categorical", role="target")))


def test_of_a_number_and_a_category_deciles_see_what_ten_equal_widths_do_not(tmp_path):
    # Skewed, as incomes are: the one great value puts all others in one of ten equal widths.
    rng = np.random.default_rng(0)
    x = np.append(rng.exponential(1, 1999), 1000)
    real, other = mixed(x, np.where(x > 0.7, "a", "b")), mixed(x, np.where(rng.random(2000) < 0.5, "a", "b"))
    _, pairs = theirs(real, other, MIXED, tmp_path)
    assert pairs["x", "c"] > 0.99
    assert fidelity.pair_similarity_sdmetrics(real, other, MIXED)["x", "c"] < 0.6


def test_of_a_number_and_a_category_both_agree_where_deciles_are_ten_equal_widths(tmp_path):
    x, rng = np.repeat(np.arange(10.0), 200), np.random.default_rng(0)
    real, other = mixed(x, np.where(x > 4, "a", "b")), mixed(x, np.where(rng.random(2000) < 0.5, "a", "b"))
    _, pairs = theirs(real, other, MIXED, tmp_path)
    ours = fidelity.pair_similarity_sdmetrics(real, other, MIXED)["x", "c"]
    assert ours == pytest.approx(pairs["x", "c"], abs=TOLERANCE)
