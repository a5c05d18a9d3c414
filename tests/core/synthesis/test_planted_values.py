"""No value that one person has comes out of any method that generates rows, in any preset."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from core.data.column import Column, Kind, Role
from core.data.encoding.columns import EncodingSettings, NumericCode
from core.data.encoding.disclosure import coarsened
from core.data.encoding.table import TableEncoding, fill_schema_columns, fit_encoding
from core.data.encoding.values import exact_numbers
from core.data.schema import Schema
from core.synthesis.base import Observations
from core.synthesis.methods.catalog import METHODS
from tests.core.synthesis.methods.test_contract import shortened
from tests.core.synthesis.planted_values import PLANTED, copied, planted, planted_table

CPU = torch.device("cpu")
FIRST = "fast"
EVERY = [(name, preset) for name, one in METHODS.items() if one.makes == "rows" for preset in one.presets]
GENERATORS = [pytest.param(*one, marks=[pytest.mark.slow] * (one[1] != FIRST)) for one in EVERY]
STYLES = {
    "quantile": EncodingSettings(),
    "equal-width": EncodingSettings(bins=8, style="equal_width"),
    "log": EncodingSettings(bins=8, style="equal_width", log_columns=("age", "share")),
    "binary": EncodingSettings(bins=8, style="equal_width", binary_columns=("bonus", "hours")),
    "many bins": EncodingSettings(bins=256, spike_share=0.5),
}
REPEATS = 150


@cache
def table() -> tuple[pd.DataFrame, Schema]:
    return planted_table()


def test_there_are_thirty_planted_values_and_the_look_finds_them() -> None:
    frame, _ = table()
    assert sum(map(len, PLANTED.values())) >= 30
    assert {name: len(found) for name, found in copied(frame, frame).items() if name in PLANTED} == {
        name: len(values) for name, values in PLANTED.items()
    }
    assert all((frame[name].isin(planted(name)).sum() == len(values)) for name, values in PLANTED.items())


def decoded(encoding: TableEncoding, codes_of: TableEncoding) -> pd.DataFrame:
    frame, schema = table()
    rows = codes_of.encode(frame, schema)
    rows = rows.take(np.tile(np.arange(len(rows)), REPEATS))
    return fill_schema_columns(encoding.decode(rows, np.random.default_rng(0)), schema)


@pytest.mark.parametrize("style", STYLES)
def test_the_codes_of_the_very_rows_decode_to_no_planted_value(style: str) -> None:
    frame, schema = table()
    encoding = fit_encoding(frame, schema, STYLES[style])
    back = decoded(encoding, encoding)
    assert copied(back, frame) == {}
    assert copied(decoded(coarsened(encoding, frame, schema), encoding), frame) == {}
    assert back["age"].nunique() > 40
    assert set(back["hours"]) == {20, 30, 35, 38, 40}


@pytest.mark.parametrize("style", STYLES)
def test_an_encoding_stores_no_planted_number(style: str) -> None:
    frame, schema = table()
    encoding = fit_encoding(frame, schema, STYLES[style])
    for code in encoding.columns:
        if isinstance(code, NumericCode):
            stored = {*code.edges, *(value for part in code.bins for value in (*part.common, *part.knots))}
            assert not stored & set(exact_numbers(planted(code.name)))
    assert not [value for value in PLANTED["city"] if f'"{value}"' in encoding.model_dump_json()]


@pytest.mark.slow
def test_without_protection_they_would_come_out() -> None:
    frame, schema = table()
    encoding = fit_encoding(frame, schema, EncodingSettings(rare_rows=1))
    assert {"age", "bonus", "hours", "city", "until"} <= set(copied(decoded(encoding, encoding), frame))


@pytest.mark.parametrize("threshold", [None, 30_025.0])
def test_a_numeric_outcome_is_protected_like_other_numbers(threshold: float | None) -> None:
    rng = np.random.default_rng(1)
    planted_pay = [3.0, 12_347.0, 61_813.0, 999_999.0]
    pay = np.concatenate([50.0 * rng.integers(200, 900, 800), planted_pay])
    if threshold is None:
        pay[:300] = 50_000.0
    frame = pd.DataFrame({"sex": pd.Series(np.resize(["f", "m"], len(pay)), dtype="str"), "pay": pay})
    schema = Schema(
        columns=(
            Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
            Column(name="pay", kind=Kind.NUMERICAL, role=Role.TARGET),
        ),
        positive="50000.0" if threshold is None else None,
        threshold=threshold,
    )
    encoding = fit_encoding(frame, schema, EncodingSettings())
    rows = encoding.encode(frame, schema)
    back = encoding.decode(rows.take(np.tile(np.arange(len(rows)), REPEATS)), np.random.default_rng(0))["pay"]
    assert not set(back) & set(planted_pay)
    same = (back == 50_000) == np.tile(pay == 50_000, REPEATS)
    above = (back >= (threshold or 0)) == np.tile(pay >= (threshold or 0), REPEATS)
    assert (same if threshold is None else above).all()


@cache
def fitted(name: str, preset: str) -> Any:
    frame, schema = table()
    one = METHODS[name]
    base = one.presets[preset]
    quick = one.build(type(base).model_validate(shortened(base.model_dump())))
    return quick.fit(Observations(frame), schema, seed=0, device=CPU)


@pytest.mark.parametrize(("name", "preset"), GENERATORS)
def test_no_planted_value_comes_out_of_a_method(name: str, preset: str) -> None:
    frame, _ = table()
    made = fitted(name, preset).sample(20_000, seed=5).frame
    assert copied(made, frame) == {}


def millions(made: Any, frame: pd.DataFrame) -> None:
    """Draw a million rows and look for planted values."""
    rows = 0
    for seed in range(20):
        sample = made.sample(50_000, seed=seed).frame
        rows += len(sample)
        assert copied(sample, frame) == {}
    assert rows == 1_000_000


@pytest.mark.slow
def test_no_planted_value_is_among_a_million_rows_of_a_default_run() -> None:
    frame, schema = table()
    one = METHODS["evenhand"]
    millions(one.build(one.presets["default"]).fit(Observations(frame), schema, seed=0, device=CPU), frame)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "preset"), EVERY)
def test_no_planted_value_is_among_a_million_rows_of_any_method(name: str, preset: str) -> None:
    """They learned for a short time only, so that what a method fills in at random comes out more often.

    For the same reason diffusion takes 25 steps in every preset. With the 1,000 of `paper` a million rows would take an
    hour and a half of a core, and the decoder, from which alone a value can come, is the same.
    """
    millions(fitted(name, preset), table()[0])
