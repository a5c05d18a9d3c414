"""The contract of every method."""

import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import Parameter
from torch.optim import Adam

from core.data.dataset import Dataset
from core.data.schema_match import schema_mismatches
from core.data.sources.load import load
from core.errors import ConfigError
from core.events import Event
from core.runs.run_folder import RunFolder
from core.synthesis.base import Classifier, Generator, Observations, Representation, Synthesizer
from core.synthesis.conditions import Conditions
from core.synthesis.methods.catalog import METHODS
from core.synthesis.methods.method_info import method, method_info, method_settings, methods_by_kind

CPU = torch.device("cpu")
GENERATORS = [name for name, one in METHODS.items() if one.makes == "rows"]
ALL = [(kind, name) for kind, known in methods_by_kind().items() for name in known]
KINDS = {"rows": Generator, "representation": Representation, "decisions": Classifier}
ROWS = 700
ASKED = {"proportions": {"female": 0.25}, "repair_level": 0.5, "target": "yes"}


@cache
def small(kind: str = "two groups") -> Dataset:
    if kind == "two columns":
        return load("demo", rows=ROWS, sensitive=["sex", "origin"], seed=1)
    return load("demo", rows=ROWS, sensitive=["sex"], seed=1)


def shortened(hyperparameters: Any) -> Any:
    """The same dials with few passes over the rows and steps of denoising: what is tested needs no good fit."""
    if not isinstance(hyperparameters, dict):
        return hyperparameters
    short = {"epochs": 2, "min_steps": 0, "calibration_rounds": 1, "iterations": 5, "sampling_steps": 25}
    return {name: short.get(name, shortened(value)) for name, value in hyperparameters.items()}


def quick(name: str, kind: str = "table") -> Any:
    one = method_info(name, kind)
    base = one.presets["fast"]
    return one.build(type(base).model_validate(shortened(base.model_dump())))


@cache
def fitted(name: str, kind: str = "two groups", seed: int = 0) -> Any:
    data = small(kind)
    return quick(name).fit(Observations(data.frame), data.schema, seed=seed, device=CPU)


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_what_is_declared_is_what_the_synthesizer_does(kind: str, name: str) -> None:
    one, made = method_info(name, kind), quick(name, kind)
    assert isinstance(made, KINDS[one.makes])
    assert set(one.presets) == {"paper", "default", "fast"}
    assert one.about.endswith(".")
    assert one.accepts == made.settings.accepts


@pytest.mark.parametrize("name", METHODS)
def test_a_fit_tells_of_every_declared_stage(name: str) -> None:
    data, events = small(), []
    quick(name).fit(Observations(data.frame), data.schema, seed=0, device=CPU, listener=events.append)
    assert set(method_info(name).stages) <= {event.stage for event in events}


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("condition", ASKED)
def test_a_condition_is_met_or_refused(name: str, condition: Any) -> None:
    made, conditions = fitted(name), Conditions(**{condition: ASKED[condition]})
    if condition not in method_info(name).accepts:
        with pytest.raises(ConfigError, match=f"does not accept the condition {condition}"):
            made.sample(200, seed=4, conditions=conditions)
        return
    found = made.sample(200, seed=4, conditions=conditions)
    assert not found.frame.equals(made.sample(200, seed=4).frame)
    if condition == "proportions":
        assert (found.frame["sex"] == "female").sum() == 50


@pytest.mark.parametrize("kind", ["two groups", "two columns"])
@pytest.mark.parametrize("name", GENERATORS)
def test_rows_have_the_schema_and_every_group(name: str, kind: str) -> None:
    data = small(kind)
    frame = fitted(name, kind).sample(900, seed=3).frame
    assert len(frame) == 900
    assert schema_mismatches(frame, data.schema.generated) == []
    for column in data.schema.sensitive:
        assert set(frame[column].dropna()) <= set(data.frame[column].dropna())
    assert frame[data.schema.target].nunique() == 2


@pytest.mark.parametrize("name", GENERATORS)
def test_same_seed_same_bytes_other_seed_other_rows(name: str) -> None:
    made, data = fitted(name), small()
    first = made.sample(300, seed=4).frame
    pd.testing.assert_frame_equal(first, made.sample(300, seed=4).frame)
    assert not first.equals(made.sample(300, seed=5).frame)
    again = quick(name).fit(Observations(data.frame), data.schema, seed=0, device=CPU)
    pd.testing.assert_frame_equal(first, again.sample(300, seed=4).frame)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_saved_system_makes_the_same_rows(name: str, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path / "run")
    folder.schema.save(small().schema)
    fitted(name).save(folder)
    again = quick(name).load(folder, seed=0, device=CPU)
    pd.testing.assert_frame_equal(fitted(name).sample(300, seed=4).frame, again.sample(300, seed=4).frame)
    assert again.parameter_count() == fitted(name).parameter_count() > 0


@pytest.mark.parametrize("name", GENERATORS)
def test_no_rows_are_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        fitted(name).sample(0, seed=0)


@pytest.mark.parametrize("name", [name for name in METHODS if issubclass(type(method(name, "fast")), Representation)])
def test_a_representation_is_a_finite_matrix_that_does_not_see_the_target(name: str) -> None:
    data, made = small(), fitted(name)
    found = made.encode(data.frame)
    assert found.shape[0] == ROWS
    assert np.isfinite(found).all()
    target = data.frame[data.schema.target]
    hidden = data.frame.assign(**{data.schema.target: target.iloc[0]})
    np.testing.assert_array_equal(found, made.encode(hidden))


@pytest.mark.parametrize("name", [name for name, one in METHODS.items() if one.makes == "decisions"])
def test_decisions_fit_their_rows_and_do_not_see_the_target(name: str) -> None:
    data, made = small(), fitted(name)
    found = made.decide(data.frame)
    assert found.scores.shape == found.selected.shape == (ROWS,)
    assert set(np.unique(found.selected)) == {0, 1}
    target = data.frame[data.schema.target]
    again = made.decide(data.frame.assign(**{data.schema.target: target.iloc[0]}))
    np.testing.assert_array_equal(found.selected, again.selected)


class CancelledError(Exception):
    """Raised by a listener."""


@dataclass
class Watch:
    """A listener that cancels as soon as work has gone on for a while, and knows when it last was asked."""

    seconds: float
    started: float = 0.0
    longest: float = 0.0
    last: float = 0.0

    def __call__(self, _event: Event) -> None:
        now = time.monotonic()
        self.longest, self.last = max(self.longest, now - self.last), now
        if now - self.started > self.seconds:
            raise CancelledError


@pytest.mark.parametrize("name", GENERATORS)
def test_it_can_be_cancelled_within_a_second(name: str) -> None:
    data = small()
    made: Synthesizer[Any] = method(name, "default")
    Adam([Parameter(torch.zeros(1))])  # the first optimiser of a process imports for seconds
    watch = Watch(seconds=0.2)
    watch.started = watch.last = time.monotonic()
    with pytest.raises(CancelledError):
        made.fit(Observations(data.frame), data.schema, seed=0, device=CPU, listener=watch)
    assert watch.longest < 1.5  # half a second between two events, and what a busy machine adds


@pytest.mark.parametrize("name", METHODS)
def test_an_unknown_dial_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="has no hyperparameter 'nonsense'"):
        method_settings(name, "fast", {"nonsense": 1})


def test_a_value_out_of_range_is_refused() -> None:
    with pytest.raises(ConfigError, match="dropout"):
        method_settings("fldgm-dm", "fast", {"dropout": 2})


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ConfigError, match="There is no method 'gan'"):
        method("gan")


def test_a_method_of_another_kind_of_data_is_refused() -> None:
    with pytest.raises(ConfigError, match="TabFairGAN supports tables, and these are images"):
        method_info("tabfairgan", "image")
