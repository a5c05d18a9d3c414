"""A generator without train rows: what its files hold, and that it generates what the model generates."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors

from core.data.encoding.disclosure import COMMON_ROWS
from core.data.encoding.values import exact_numbers, is_scalar
from core.data.groups import target_labels
from core.data.schema_match import schema_mismatches
from core.data.sources.load import load
from core.errors import ConfigError, RunError
from core.synthesis.settings import LabelSettings, Optimisation, StudentSettings, SynthesisSettings, TeacherSettings
from core.synthesis.table.exported import ENCODING, FACTS, WEIGHTS, exported_files, generator_of
from core.synthesis.table.fitting import fit_table
from core.synthesis.table.generated_rows import joined
from core.synthesis.table.model import TableModel
from core.synthesis.table.row_generator import RowGenerator

QUICK = Optimisation(epochs=3, batch_size=128)
TINY = SynthesisSettings(
    teacher=TeacherSettings(latent=4, hidden=16, optimisation=QUICK, codewords=16, code_optimisation=QUICK),
    student=StudentSettings(hidden=6, optimisation=QUICK),
    labels=LabelSettings(calibration_rounds=1),
)
ROWS = 800


@pytest.fixture(scope="module")
def train() -> pd.DataFrame:
    """Demo rows; three people have a category, a date and a number that nobody else has."""
    frame = load("demo", rows=ROWS, seed=1).frame.copy()
    frame.loc[0, "postcode_area"] = "Lighthouse-on-the-Rock"
    frame.loc[1, "income"] = 7654321.89
    frame.loc[2, "savings_ratio"] = -98.76
    return frame


@pytest.fixture(scope="module")
def model(train: pd.DataFrame) -> TableModel:
    schema = load("demo", rows=ROWS, seed=1).schema
    return fit_table(train, schema, TINY, seed=0, device=torch.device("cpu"))


@pytest.fixture(scope="module")
def contents(model: TableModel, train: pd.DataFrame) -> dict[str, bytes]:
    return exported_files(model, train)


@pytest.fixture(scope="module")
def generator(contents: dict[str, bytes]) -> RowGenerator:
    return generator_of(contents, "model.zip")


def leaves(document: Any) -> Iterator[Any]:
    """All keys, texts and numbers of a JSON document, but not shares of rows: .75 may be a share and a value."""
    if isinstance(document, dict):
        yield from document
        document = [part for name, part in document.items() if name not in ("shares", "counts")]
    if isinstance(document, list):
        for part in document:
            yield from leaves(part)
    else:
        yield document


def rare_values(train: pd.DataFrame, model: TableModel, name: str) -> set[Any]:
    """Values of a column that fewer than five train rows have, as they would stand in JSON."""
    values = train[name].dropna()
    found = exact_numbers(values) if is_scalar(model.schema.column(name)) else values.astype(str).to_numpy()
    distinct, counts = np.unique(found, return_counts=True)
    return set(distinct[counts < COMMON_ROWS].tolist())


def found_values(train: pd.DataFrame, model: TableModel, encoding: bytes) -> set[tuple[str, Any]]:
    """Rare values that stand in the part of an encoding that describes their column."""
    document = json.loads(encoding)
    return {
        (code["name"], value)
        for code in [*document["columns"], document["target"]]
        for value in rare_values(train, model, code["name"]) & {leaf for leaf in leaves(code) if leaf not in (0, 1)}
    }


def test_no_value_that_few_people_have_stands_in_the_encoding(
    train: pd.DataFrame, model: TableModel, contents: dict[str, bytes]
) -> None:
    assert len(rare_values(train, model, "income")) > ROWS / 2
    of_the_run = model.encoding.model_dump_json().encode()
    assert len(found_values(train, model, of_the_run)) > 15  # the encoding of the run does hold such values
    assert found_values(train, model, contents[ENCODING]) == set()


def test_no_long_value_of_few_people_stands_in_any_file(
    train: pd.DataFrame, model: TableModel, contents: dict[str, bytes]
) -> None:
    texts = {str(value) for name in train for value in rare_values(train, model, name) if len(str(value)) > 6}
    assert {"Lighthouse-on-the-Rock", "7654321.89"} <= texts
    everything = b"\0".join(contents.values())
    assert not [text for text in texts if text.encode() in everything]


def test_no_train_row_and_no_latent_of_one_stands_in_any_file(model: TableModel, contents: dict[str, bytes]) -> None:
    rows = model.rows
    everything = b"\0".join(contents.values())
    coded = np.column_stack([rows.codes, rows.groups, rows.target])
    for kind in ("uint8", "int32", "int64", "float32", "float64"):
        assert not [row for row in coded[:, :-2].astype(kind) if row.tobytes() in everything], kind
    for encoder in ("teacher", "student"):
        latents = model.encoder_means(encoder)
        assert not [latent for latent in latents if latent.tobytes() in everything]
    control = everything + coded[5, :-2].astype("int32").tobytes()
    assert [row for row in coded[:, :-2].astype("int32") if row.tobytes() in control]
    for count in (len(coded), len(coded) - 1):  # no table of as many rows either
        assert count not in {size for value in generator_tensors(contents).values() for size in value.shape}


def generator_tensors(contents: dict[str, bytes]) -> dict[str, torch.Tensor]:
    from safetensors.torch import load as tensors_of

    return dict(tensors_of(contents[WEIGHTS]))


def test_the_files_hold_no_encoder_and_no_outcomes_of_train_rows(contents: dict[str, bytes]) -> None:
    names = set(generator_tensors(contents))
    assert {"points", "weights", "decoder.head.weight", "score.cuts"} <= names
    assert not [name for name in names if "observed" in name or "potentials" in name or "student" in name]
    assert {name.split(".")[0] for name in names} == {"points", "weights", "decoder", "score"}


def test_the_rows_pass_the_schema_and_the_same_seed_gives_the_same(generator: RowGenerator, model: TableModel) -> None:
    first, again, other = (joined(generator.generate(300, seed=seed)) for seed in (4, 4, 5))
    assert schema_mismatches(first.frame, model.schema.generated) == []
    assert first.changed.any()
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert not first.frame.equals(other.frame)


def test_the_rows_have_the_distributions_of_the_run_s_own(generator: RowGenerator, model: TableModel) -> None:
    own, exported = (one.frame for one in (model.sample(8000, seed=1), joined(generator.generate(8000, seed=1))))
    assert target_labels(exported, model.schema).mean() == pytest.approx(
        target_labels(own, model.schema).mean(), abs=0.02
    )
    for name in ("sex", "origin", "education", "home_owner"):
        shares = [frame[name].value_counts(normalize=True) for frame in (own, exported)]
        assert (shares[0] - shares[1]).abs().max() < 0.03
    for name in ("age", "years_employed"):
        assert exported[name].mean() == pytest.approx(own[name].mean(), rel=0.05)
    assert exported["income"].max() < 500_000


def test_groups_have_their_shares_and_use_every_codeword_alike(generator: RowGenerator) -> None:
    source = generator.source
    (plan,) = source.plan(4000, seed=0, proportions={"female": 0.25})
    groups, codes = source.groups(plan), plan % len(source.weights)  # type: ignore[attr-defined]
    assert (groups == 0).sum() == 1000
    used = [np.bincount(codes[groups == group], minlength=16) / (groups == group).sum() for group in (0, 1)]
    assert np.abs(used[0] - used[1]).max() < 0.002
    with pytest.raises(ConfigError, match="nobody"):
        next(source.plan(10, seed=0, proportions={"nobody": 1.0}))


def _with_nan(weights: bytes, name: str) -> bytes:
    tensors = load_tensors(weights)
    tensors[name].view(-1)[0] = float("nan")
    return save_tensors(tensors)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (ENCODING, lambda text: text.replace(b'"kept": [\n', b'"kept": [\n "another",\n', 1)),
        (ENCODING, lambda text: re.sub(rb'"unit": [^,]*', b'"unit": 0', text)),
        (ENCODING, lambda text: re.sub(rb'"shares": \[\s*', b'"shares": [-', text)),
        (ENCODING, lambda text: re.sub(rb'"positive": \[\s*\d+', b'"positive": [99', text)),
        (ENCODING, lambda text: re.sub(rb'"edges": \[', b'"edges": [1e9', text)),
        (ENCODING, lambda text: re.sub(rb'"knots": \[\s*', b'"knots": [1e9, ', text)),
        (ENCODING, lambda text: re.sub(rb'"allowed": \[\s*\[\s*\[\s*', b'"allowed": [[[-1, ', text)),
        (FACTS, lambda text: text.replace(b'"group_shares": [', b'"group_shares": [0.5,')),
        (FACTS, lambda text: text.replace(b'"sharpness": ', b'"sharpness": -')),
        (FACTS, lambda text: re.sub(rb'"offsets": \[[^]]*\]', b'"offsets": []', text)),
        (FACTS, lambda text: re.sub(rb'"offsets": \[\s*[^,\]]*', b'"offsets": [1e308', text)),
        (FACTS, lambda text: re.sub(rb'"bands": \[[^]]*\]', b'"bands": [0.5]', text)),
        (FACTS, lambda text: re.sub(rb'"bands": \[[^]]*\]', b'"bands": [-0.5, 0]', text)),
        (WEIGHTS, lambda text: _with_nan(text, "points")),
        (WEIGHTS, lambda text: _with_nan(text, "score.log_odds")),
        (WEIGHTS, lambda text: text[: len(text) // 2]),
        (WEIGHTS, lambda text: text.replace(b"decoder.first.bias", b"decoder.first.bios")),
        ("schema.json", lambda _text: b"{}"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(contents: dict[str, bytes], name: str, change: Any) -> None:
    changed = change(contents[name])
    assert changed != contents[name]
    with pytest.raises(RunError, match=r"in model.zip is damaged or does not fit .* Export the run again"):
        generator_of({**contents, name: changed}, "model.zip")


@pytest.mark.parametrize(
    "outcome", [{"target": "education", "positive": "master"}, {"target": "income", "threshold": 25_000.0}]
)
def test_outcomes_of_several_classes_and_numbers_are_exported_too(train: pd.DataFrame, outcome: dict[str, Any]) -> None:
    data = load(train.dropna(), sensitive=["sex"], **outcome)
    name = outcome["target"]
    fitted = fit_table(data.frame, data.schema, TINY, seed=0, device=torch.device("cpu"))
    files = exported_files(fitted, data.frame)
    assert found_values(data.frame, fitted, files[ENCODING]) == set()
    exported = joined(generator_of(files, "model.zip").generate(3000, seed=1)).frame
    own = fitted.sample(3000, seed=1).frame
    assert schema_mismatches(exported, data.schema.generated) == []
    labels = [target_labels(frame, data.schema).mean() for frame in (own, exported)]
    assert labels[0] == pytest.approx(labels[1], abs=0.04)
    assert exported[name].nunique() > 2
