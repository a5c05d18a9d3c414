import numpy as np
import pandas as pd
import pytest

from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.config import run_config
from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.holdout_split import Split
from core.data.images import Images
from core.data.schema import Schema
from core.modalities.catalog import modality_of
from core.modalities.image import classifier
from core.modalities.image.galleries import run_galleries
from core.modalities.image.subgroups import subgroups
from core.pipeline import audit_dataset, stages
from core.pipeline.plots import PROJECTIONS, make_run_plots, read_plot_data
from core.pipeline.results import manifest, save_real, write_report
from core.report.charts.gallery import Part
from core.runs.artifacts import RealLatents
from core.runs.run_folder import RunFolder
from tests.core.modalities.image.coloured import COLOURS, SCHEMA, made_run


@pytest.fixture(scope="module", autouse=True)
def _quick_classifiers():
    """A quarter of the steps: what is tested here is that the parts come together."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classifier, "STEPS", 150)
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run whose rows were made, audited, drawn and reported."""
    inputs = made_run(count=600, seeds=(0,))
    out = RunFolder.create(tmp_path_factory.mktemp("run") / "images")
    config = run_config(preset="fast", generator_draws=2, audit_seeds=(0,))
    train, holdout = inputs.train, inputs.holdout
    images = train.attachments, holdout.attachments
    together = Images([*images[0].names, *images[1].names], np.concatenate([one.pixels for one in images]))
    data = Dataset("colours", train.frame, SCHEMA, holdout.frame, attachments=together)
    out.schema.save(SCHEMA)
    out.environment.save("cpu")
    parts = Split(train.frame, holdout.frame, official=True, notes=())
    out.manifest.save(manifest(data, parts, config))
    out.notes.save([])
    out.config.save(config)
    save_real(out, data, parts)
    modality = modality_of(SCHEMA)
    for name in ("teacher", "student"):
        modality.save(out, SCHEMA, name, inputs.sources[name])
        out.artifacts.save_latents(name, RealLatents(inputs.latents[name].train, inputs.latents[name].holdout))
    modality.save(out, SCHEMA, "synthetic_seed_1", inputs.draws["synthetic"][1])
    modality.save_product(out, SCHEMA, [inputs.sources["synthetic"]])
    pairs = [(row, group) for row in ("one", "two") for group in COLOURS]
    out.artifacts.save_table("counterfactual", pd.DataFrame(pairs, columns=["row", "group"]))
    out.artifacts.save_images("counterfactual", images[0].pixels[: len(pairs)])
    out.generation.save([])
    stages._audit_run(out, lambda _: None)  # the stage by itself: nothing is made here
    make_run_plots(out, PROJECTIONS["pca"], lambda _: None)
    out.checksums.record()
    write_report(out.path)
    return out


def test_a_run_of_images_is_audited_from_its_folder(folder):
    records = folder.metrics.read(Record)
    where = {"metric": "multiclass_accuracy", "sensitive": None}
    before = RecordSet(records).one(source="original", protocol="B", **where)
    after = RecordSet(records).one(source="synthetic", protocol="B", **where)
    assert before.value + 0.05 < after.value
    changed = RecordSet(records).one(source="synthetic", protocol="change B", seed=None, **where)
    assert changed.low > 0
    assert {record.protocol for record in records if record.source == "teacher"} >= {"A", "B", "C", "D", "fidelity"}


def test_what_images_decide_by_is_kept_beside_the_records(folder):
    records = folder.metrics.read(Record)
    image = RecordSet(records).one(source="original", metric="shuffle_effect:image")
    colour = RecordSet(records).one(source="original", metric="shuffle_effect:color")
    assert image.value > colour.value
    assert (image.sensitive, colour.sensitive) == (None, "color")
    table = folder.artifacts.table("occlusion")
    assert set(table["source"]) == {"original", "synthetic"}
    assert len(table[table["image"] == ""]) == 2 * 10 * 64


def test_the_screen_shows_every_gallery_and_the_report_none_with_a_real_image(folder):
    shown = read_plot_data(folder).galleries
    assert [one.title for one in shown] == [
        "Synthetic images by outcome and group",
        "The same images from full and compact model",
        "The same image as each group",
    ]
    assert [one.title for one in run_galleries(folder, real=True)] == [
        "Real and synthetic images by outcome and group",
        "The nearest train images of synthetic ones",
        "The same images from full and compact model",
        "Where single images decide",
        "The same image as each group",
    ]
    report = folder.report_html.path.read_text(encoding="utf-8")
    addresses = {address for one in shown for address in map(Part.address, one.parts)}
    assert report.count("data:image/png;base64,") == len(addresses)
    assert all(address in report for address in addresses)
    for words in (
        "personal data",
        "accuracy difference, all classes",
        "parity ratio, worst class",
        "copied images",
        "Where images decide: classifier trained on original",
        "Drivers of the prediction",
        "by edges and colours",
    ):
        assert words in report
    assert "embedding 1" not in report


def test_the_nearest_train_image_of_a_repainted_one_is_often_its_own(folder):
    nearest = folder.artifacts.table("nearest")
    assert (nearest["distance"] >= 0).all()
    assert (nearest["made"] == nearest["train"]).mean() >= 0.1


def test_a_dataset_of_images_is_audited_alone(tmp_path):
    inputs = made_run(count=300, seeds=(0,))
    data = Dataset("colours", inputs.train.frame, SCHEMA, attachments=inputs.train.attachments)
    result = audit_dataset(data, run_config(pictures="none"), out=tmp_path / "audit")
    assert RecordSet(result.records).one(source="original", metric="image_copies").value == 0
    folder = RunFolder.open(tmp_path / "audit")
    assert len(folder.artifacts.images("holdout")) == len(folder.artifacts.table("holdout"))
    assert [one.title for one in read_plot_data(folder).galleries] == []


def test_subgroups_of_a_target_with_a_threshold_are_its_two_sides():
    columns = (
        Column(name="image", kind=Kind.IMAGE, role=Role.IGNORED),
        Column(name="age", kind=Kind.INTEGER, role=Role.TARGET),
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
    )
    frame = pd.DataFrame({"image": ["a", "b", "c"], "age": pd.array([20, 30, 60], "Int64"), "sex": ["f", "m", "f"]})
    found = subgroups(Schema(columns=columns, threshold=40), frame)
    assert found == {("not ≥ 40", "f"): [0], ("not ≥ 40", "m"): [1], ("≥ 40", "f"): [2]}
