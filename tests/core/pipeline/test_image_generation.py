"""A run on images from dataset to report, and more images from it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import run_config
from core.data.dataset import Dataset
from core.data.sources.load import load
from core.errors import ConfigError, DataError, EvenhandError, RunError
from core.modalities.image import classifier
from core.modalities.reopen import reopened
from core.pipeline import (
    HandedOn,
    audit_dataset,
    export,
    generate,
    group_choices,
    request_generation,
    resume,
    resume_generation,
    target_choices,
)
from core.pipeline.generation import GenerateRequest
from core.pipeline.running import prepare
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder

QUICK = {"preset": "fast", "epochs": 6, "pictures": "none", "audit_seeds": (0,), "generator_draws": 1, "rows": 240}


def few(count: int = 400) -> Dataset:
    """Coloured digits, fewer of them."""
    whole = load("color-digits", image_size=8)
    assert whole.holdout is not None
    return replace(whole, frame=whole.frame.iloc[:count].reset_index(drop=True), holdout=whole.holdout.iloc[:120])


@pytest.fixture(scope="module", autouse=True)
def short_training_of_classifiers() -> Iterator[None]:
    """No test here looks at how well the audit's classifiers predict."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier, "STEPS", 40)
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    out = tmp_path_factory.mktemp("images") / "run"
    prepare(few(), run_config(**QUICK), out)
    resume(out)
    return RunFolder.open(out)


def test_latents_are_drawn_by_codewords_of_the_target_and_are_not_asked_to_predict_it(run: RunFolder) -> None:
    digits = run.artifacts.table("holdout")["digit"].to_numpy(dtype=int)
    for name in ("teacher", "student"):
        latents = run.artifacts.latents(name)
        assert latents.holdout_spread is None
        assert latents.holdout_targets is not None
        assert latents.holdout_codes is not None
        assert (latents.holdout_targets == digits).all()
        digit_of = dict(zip(latents.holdout_codes, digits, strict=True))
        assert [digit_of[code] for code in latents.holdout_codes] == list(digits)
    records = RecordSet(run.metrics.read(Record))
    assert not records.where(protocol="C")
    told = list(records.where(metric="adversary_auc", group=None))
    assert {record.source for record in told} == {"teacher", "student"}
    assert all("Over all rows. The latent tells the digit" in record.note for record in told)


def test_generated_images_are_saved_in_every_form_and_agree(run: RunFolder) -> None:
    made, pixels = run.synthetic.read(), run.artifacts.images("synthetic")
    assert len(made) == len(pixels) == 240
    assert pixels.shape[1:] == (8, 8, 3)
    with zipfile.ZipFile(run.synthetic_zip.path) as archive:
        assert len(archive.namelist()) == 241
    again = load(run.synthetic_zip.path, schema=run.schema.read(), image_size=8)
    assert again.attachments is not None
    assert np.array_equal(again.attachments.of(again.frame["image"]), pixels)
    assert list(again.frame["digit"]) == list(made["digit"])


def test_records_have_costs_and_the_agreement_of_teacher_and_student(run: RunFolder) -> None:
    records = run.metrics.read(Record)
    assert 0 < (RecordSet(records).one(metric="parameters_ratio").value or 0) < 1
    apart = RecordSet(records).one(metric="decoded_difference").value
    error = RecordSet(records).one(source="teacher", metric="decoded_error").value
    assert apart is not None
    assert error is not None
    assert 0 < apart < error < 0.5
    assert any("drawn independently" in note for note in run.notes.read())


def test_the_manifest_names_the_images_that_were_used(run: RunFolder) -> None:
    of_images = run.manifest.read()["images"]
    assert (of_images["height"], of_images["width"]) == (8, 8)
    assert len(of_images["sha256"]["train"]) == 64
    assert run.manifest.read()["settings"]["teacher"]["channels"] == 8


def test_no_real_image_is_handed_on(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "run.zip").write_bytes(HandedOn(run).zipped())
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        names = [name.partition("/")[2] for name in archive.namelist()]
    assert "synthetic.zip" in names
    assert not [name for name in names if name.startswith(("images", "tables", "weights", "latents"))]
    assert "images/train.npy" not in run.checksums.for_report()


def test_a_generator_of_images_cannot_leave_its_train_images(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="generates images from the latents of train images"):
        export(run.path, tmp_path / "model.zip")


def test_an_interrupted_run_goes_on_and_makes_the_same_images(run: RunFolder, tmp_path: Path) -> None:
    out = tmp_path / "again"
    prepare(few(), run_config(**QUICK), out)
    seen: list[str] = []

    def stop(event: object) -> None:
        seen.append(event.stage)  # type: ignore[attr-defined]
        if seen.count("student") == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resume(out, stop)
    folder = RunFolder.open(out)
    assert folder.artifacts.has_tensors("teacher")
    assert not folder.artifacts.has_tensors("student")
    resume(out)
    assert np.array_equal(folder.artifacts.images("synthetic"), run.artifacts.images("synthetic"))
    assert folder.synthetic_zip.path.read_bytes() == run.synthetic_zip.path.read_bytes()


def test_more_images_of_one_target_and_group(run: RunFolder, tmp_path: Path) -> None:
    out = tmp_path / "three.zip"
    notes = generate(run.path, GenerateRequest(rows=30, target="3", group="red"), out)
    found = load(out, schema=run.schema.read(), image_size=8).frame
    assert set(found["digit"]) == {"3"}
    assert set(found["color"]) == {"red"}
    assert "All have the digit 3" in notes[0]


def test_a_generation_is_a_job_with_its_images(run: RunFolder) -> None:
    path = request_generation(run.path, GenerateRequest(rows=25, seed=3, target="7"))
    resume_generation(path)
    folder = GenerationFolder.open(path)
    assert folder.artifacts.images("synthetic").shape == (25, 8, 8, 3)
    assert set(folder.synthetic.read()["digit"]) == {"7"}
    assert folder.synthetic_zip.exists()
    folder.remove()
    assert not path.exists()


def test_a_zip_from_elsewhere_is_audited_beside_the_real_images(run: RunFolder, tmp_path: Path) -> None:
    found = audit_dataset(few(), run_config(pictures="none"), synthetic=run.synthetic_zip.path, out=tmp_path / "audit")
    right = [r for r in found.records if (r.source, r.protocol, r.metric) == ("synthetic", "B", "multiclass_accuracy")]
    assert right
    with pytest.raises(DataError, match="not a zip; the real data are images"):
        audit_dataset(few(), synthetic=run.synthetic_csv.path)


def test_choices_are_those_of_the_train_images(run: RunFolder) -> None:
    assert target_choices(run) == [str(digit) for digit in range(10)]
    assert sum(group_choices(run)["color"].values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"target": "eleven"}, "There is no target 'eleven'; the targets are: 0, 1"),
        ({"repair_level": 0.5}, "Evenhand on images does not accept a repair level"),
        ({"rows": 10_000_000}, "do not fit into memory. Generate at most 5,592,405"),
        ({"group": "mauve"}, "group: There is no group 'mauve'"),
    ],
)
def test_impossible_requests_are_refused(run: RunFolder, tmp_path: Path, asked: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        generate(run.path, GenerateRequest(**{"rows": 5, **asked}), tmp_path / "x.zip")  # type: ignore[arg-type]
    assert not (tmp_path / "x.zip").exists()


def test_images_go_into_a_zip_alone(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"must end in \.zip"):
        generate(run.path, GenerateRequest(rows=5), tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"label_channel": "attribute_blind"}, "is for tables only, and the data are images. Leave label_channel out"),
        ({"target_dpr": 0.9}, "Leave target_dpr out"),
        ({"student_hidden": 5}, "Leave student_hidden out"),
        ({"rows": 10_000_000}, "do not fit into memory"),
        ({"method": "tabfairgan"}, "TabFairGAN supports tables"),
    ],
)
def test_settings_of_tables_are_refused_before_anything_is_written(
    tmp_path: Path, setting: dict[str, object], said: str
) -> None:
    with pytest.raises(EvenhandError, match=said):
        prepare(few(), run_config(**setting), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_images_of_a_run_can_be_learned_from_again(run: RunFolder) -> None:
    found = reopened(run)
    assert found.attachments is not None
    assert np.array_equal(found.attachments.of(found.frame["image"]), run.artifacts.images("train"))


def test_images_that_are_gone_or_damaged_are_named(run: RunFolder, tmp_path: Path) -> None:
    prepare(few(100), run_config(**QUICK), tmp_path / "run")
    place = tmp_path / "run" / "images" / "train.npy"
    place.write_bytes(place.read_bytes()[:500])
    with pytest.raises(EvenhandError, match=r"images/train\.npy .* damaged"):
        resume(tmp_path / "run")
    assert json.loads((tmp_path / "run" / "state.json").read_text())["status"] == "failed"
