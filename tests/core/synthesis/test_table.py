"""A whole synthesizer on a small table: schema, seeds, groups, labels, saving."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from core.data.column import Kind, Role
from core.data.groups import target_labels
from core.data.schema_match import schema_mismatches
from core.data.sources.demo import demo_table
from core.data.sources.load import load as load_data
from core.errors import ConfigError, RunError
from core.runs.run_folder import RunFolder
from core.synthesis.costs import size_ratio
from core.synthesis.settings import (
    LabelSettings,
    Optimisation,
    StudentSettings,
    SynthesisSettings,
    TeacherSettings,
)
from core.synthesis.table import persistence, row_generator
from core.synthesis.table.decoders import decoder_units
from core.synthesis.table.fitting import build_networks, fit_table
from core.synthesis.table.model import TableModel
from core.synthesis.table.row_generator import sample_codes
from core.synthesis.table.train_latents import TrainLatents, TrainRows
from models.fair_score import FairClassScores

TINY = SynthesisSettings(
    teacher=TeacherSettings(latent=4, hidden=16, optimisation=Optimisation(epochs=3, batch_size=128)),
    student=StudentSettings(hidden=6, optimisation=Optimisation(epochs=2, batch_size=128)),
)
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model() -> TableModel:
    data = load_data("demo", rows=600, seed=1)
    return fit_table(data.frame, data.schema, TINY, seed=0, device=CPU)


def test_generated_rows_pass_the_schema(model: TableModel) -> None:
    sample = model.sample(700, seed=0)
    assert len(sample.frame) == len(sample.changed) == 700
    assert schema_mismatches(sample.frame, model.schema.generated) == []


@pytest.mark.parametrize(
    ("rows", "most", "autoregressive", "units"),
    [(600, 256, True, 32), (600, 16, True, 16), (9_600, 256, True, 96), (10**6, 256, True, 256), (600, 64, False, 64)],
)
def test_an_autoregressive_decoder_has_fewer_units_with_few_rows(
    model: TableModel, rows: int, most: int, autoregressive: bool, units: int
) -> None:
    assert decoder_units(rows, most, autoregressive=autoregressive) == units
    teacher = TeacherSettings(hidden=most, autoregressive=autoregressive)
    networks = build_networks(model.encoding, SynthesisSettings(teacher=teacher), CPU, 0, rows)
    assert networks["decoder"].hidden == units
    assert networks["teacher"].head.in_features == most


def test_same_seed_same_rows_other_seed_other_rows(model: TableModel) -> None:
    first, again, other = (model.sample(200, seed=seed).frame for seed in (4, 4, 5))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_fitting_again_gives_the_same_rows(model: TableModel) -> None:
    data = load_data("demo", rows=600, seed=1)
    again = fit_table(data.frame, data.schema, TINY, seed=0, device=CPU)
    pd.testing.assert_frame_equal(model.sample(100, seed=2).frame, again.sample(100, seed=2).frame)


def test_rows_are_decoded_from_their_own_latents(model: TableModel) -> None:
    frame = load_data("demo", rows=600, seed=1).frame.iloc[:300]
    first, again, other = (model.reconstruct(frame, "teacher", seed=seed) for seed in (0, 0, 1))
    most_likely = model.reconstruct(frame, "teacher", seed=None)
    truth = model.encoding.encode(frame, model.schema).codes
    assert first.shape == most_likely.shape == truth.shape
    assert (first == again).all()
    assert (first == other).mean() < 1
    strangers = np.random.default_rng(0).permutation(len(truth))
    assert (most_likely == truth).mean() > (most_likely == truth[strangers]).mean()


def test_one_group_only_and_chosen_proportions(model: TableModel) -> None:
    groups = model.encoding.groups
    only = model.sample(60, seed=0, proportions={groups[0]: 1.0}).frame
    assert set(only["sex"]) == {groups[0]}
    half = model.sample(100, seed=0, proportions={groups[0]: 0.5}).frame
    assert (half["sex"] == groups[0]).sum() == 50
    with pytest.raises(ConfigError, match="nobody"):
        model.sample(10, seed=0, proportions={"nobody": 1.0})


def test_outcomes_from_the_code_keep_the_base_rate_and_do_not_tell_the_group(model: TableModel) -> None:
    real = np.isin(model.rows.target, model.encoding.positive)
    real_gap = np.subtract(*(real[model.rows.groups == group].mean() for group in (0, 1)))
    for encoder in ("teacher", "student"):
        sample = model.sample(6000, seed=0, encoder=encoder, fair_labels=False)
        labels, groups = target_labels(sample.frame, model.schema), sample.frame["sex"].to_numpy()
        assert labels.mean() == pytest.approx(real.mean(), abs=0.04)
        gap = np.subtract(*(labels[groups == name].mean() for name in model.encoding.groups))
        assert abs(real_gap) > 0.1
        assert abs(gap) < 0.4 * abs(real_gap)
        assert sample.changed.any()
        assert not sample.corrected.any()


def test_without_a_channel_outcomes_are_those_of_the_decoder() -> None:
    data = load_data("demo", rows=600, seed=1)
    settings = TINY.model_copy(update={"labels": LabelSettings(channel="off")})
    off = fit_table(data.frame, data.schema, settings, seed=0, device=CPU)
    assert off.channel is None
    assert not off.sample(300, seed=0).changed.any()


class _Copier(TrainLatents):
    """Latents whose decoded rows are train rows half of the time."""

    def draw(self, starts: TrainRows, rng: np.random.Generator) -> np.ndarray:
        return np.column_stack([starts.codes, starts.target, super().draw(starts, rng)]).astype(np.float32)


def test_no_rare_row_equals_its_source_row(model: TableModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Most rows would be reproduced; redraws leave the common ones only."""
    generator = model._row_generator("teacher", None)
    copier = replace(generator, source=_Copier(**vars(generator.source)))
    width = model.rows.codes.shape[1] + 1

    def half_copied(decoder, started, groups, rng):
        codes, own = sample_codes(decoder, started[:, width:], groups, rng)
        return np.where((np.arange(len(started)) % 2 == 0)[:, None], started[:, :width].astype(np.int64), codes), own

    monkeypatch.setattr(row_generator, "sample_codes", half_copied)
    source = np.arange(len(model.rows))
    codes = copier.coded(copier.source.take(source), np.random.default_rng(0))[0].codes
    is_rare = model._identical_rows < model.settings.encoding.rare_rows
    copies = (codes == model.rows.codes).all(axis=1) & is_rare
    assert is_rare.sum() > 0.5 * len(source)
    assert copies.sum() < 0.1 * len(source)


def test_changed_tells_which_labels_moved(model: TableModel) -> None:
    as_decoded, from_code = model.sample(600, seed=0, repair_level=0.0), model.sample(600, seed=0, fair_labels=False)
    fair = model.sample(600, seed=0)
    labels = target_labels(fair.frame, model.schema)
    assert fair.changed.any()
    assert fair.corrected.any()
    assert not as_decoded.changed.any()
    assert ((target_labels(as_decoded.frame, model.schema) != labels) == fair.changed).all()
    assert ((target_labels(from_code.frame, model.schema) != labels) == fair.corrected).all()


def test_the_student_is_smaller(model: TableModel) -> None:
    assert 0 < size_ratio(model.networks) < 0.5
    assert model.encode_time_ratio() > 0


def test_a_saved_synthesizer_generates_the_same_rows(model: TableModel, tmp_path: Path) -> None:
    assert model.channel is not None
    groups = len(model.encoding.groups)
    model = replace(model, channel=replace(model.channel, bands=np.linspace(0.5, 2.0, groups)))
    folder = RunFolder.create(tmp_path / "run")
    folder.schema.save(model.schema)
    persistence.save(model, folder)
    again = persistence.load(folder, TINY, seed=0, device=CPU)
    pd.testing.assert_frame_equal(model.sample(150, seed=3).frame, again.sample(150, seed=3).frame)
    wider = TINY.model_copy(update={"student": StudentSettings(hidden=7)})
    with pytest.raises(RunError, match="weights of the student"):
        persistence.load(folder, wider, seed=0, device=CPU)


def test_a_target_with_three_values_keeps_them_and_their_shares() -> None:
    demo = demo_table(rows=300, seed=0)
    frame = demo.frame.assign(approved=pd.Series(["low", "middle", "high"] * 100, dtype="str"))
    schema = demo.schema.edited("approved", kind=Kind.CATEGORICAL).replaced(positive="high")
    model = fit_table(frame, schema, TINY, seed=0, device=CPU)
    assert isinstance(model.score("student"), FairClassScores)
    shares = model.sample(3000, seed=0).frame["approved"].value_counts(normalize=True)
    assert shares.to_dict() == pytest.approx(dict.fromkeys(("low", "middle", "high"), 1 / 3), abs=0.04)
    sample = model.sample(300, seed=0)
    assert sample.changed.any()
    assert (sample.flipped <= sample.changed).all()
    assert sample.flipped.sum() < sample.changed.sum()
    assert not model.sample(300, seed=0, repair_level=0.0).changed.any()


def test_a_numeric_sensitive_column_and_ignored_columns() -> None:
    data = load_data("demo", rows=400, seed=2)
    numeric = next(c.name for c in data.schema.columns if c.is_numeric and c.role is Role.FEATURE)
    middle = float(data.frame[numeric].median())
    schema = data.schema.edited(numeric, role=Role.SENSITIVE, bin_edges=(middle,)).edited("sex", role=Role.IGNORED)
    settings = TINY.model_copy(update={"labels": LabelSettings(channel="attribute_aware")})
    sample = fit_table(data.frame, schema, settings, seed=0, device=CPU).sample(300, seed=0).frame
    assert schema_mismatches(sample, schema.generated) == []
    assert sample["sex"].isna().all()
    assert {True, False} == set(sample[numeric].dropna() >= middle)


def test_the_papers_settings_run() -> None:
    from core.config import run_config

    data = load_data("demo", rows=300, seed=0)
    settings = run_config(preset="paper", epochs=2).settings_for(data.schema)
    sample = fit_table(data.frame, data.schema, settings, seed=0, device=CPU).sample(300, seed=0)
    assert schema_mismatches(sample.frame, data.schema.generated) == []
    assert not sample.changed.any()
