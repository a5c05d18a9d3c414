"""Built-in names, files, and the official tables where they are at hand."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from core.data.io.table_writer import write_csv
from core.data.readiness import check_ready
from core.data.schema_match import schema_mismatches
from core.data.sources import dataset_folder
from core.data.sources.catalog import BUILT_IN
from core.data.sources.load import IMAGES, load
from core.errors import ConfigError, DataError, SchemaError


@pytest.fixture
def shared_data(monkeypatch: pytest.MonkeyPatch) -> Path:
    beside = Path(__file__).parents[5] / "shared" / "data"
    place = Path(os.environ.get("EVENHAND_DATA", beside))
    if not (place / "adult").is_dir():
        pytest.skip("The real tables are not here; set EVENHAND_DATA to the folder that holds adult/ and compas/.")
    monkeypatch.setenv("EVENHAND_DATA", str(place))
    return place


def test_adult(shared_data: Path) -> None:
    adult = load("adult")
    assert adult.holdout is not None
    assert (len(adult.frame), len(adult.holdout)) == (32_561, 16_281)
    assert (adult.schema.target, adult.schema.positive, adult.schema.sensitive) == ("class", ">50K", ["sex"])
    assert set(adult.holdout["class"]) == {"<=50K", ">50K"}
    assert adult.schema.column("workclass").missing_token == "?"  # noqa: S105
    assert int(adult.frame["workclass"].isna().sum()) == 1836
    assert schema_mismatches(adult.frame, adult.schema) == schema_mismatches(adult.holdout, adult.schema) == []
    assert check_ready(adult.frame, adult.schema) == ()


def test_compas(shared_data: Path) -> None:
    compas = load("compas")
    assert compas.frame.shape == (6172, 9)
    assert (compas.schema.target, compas.schema.positive, compas.schema.sensitive) == ("two_year_recid", "1", ["race"])
    assert "1,042 of 7,214 rows were left out" in compas.notes[0]
    assert "9 are used" in compas.notes[1]


def test_demo_with_other_roles() -> None:
    demo = load("demo", rows=60, seed=2, sensitive=["age"], target="home_owner")
    assert (demo.schema.target, demo.schema.sensitive) == ("home_owner", ["age"])
    assert load("demo").schema.sensitive == ["sex"]


def test_strata_are_columns_other_than_the_outcome() -> None:
    assert load("demo", rows=60, strata=["home_owner"]).schema.strata == ("home_owner",)
    for wrong in ("nowhere", "approved"):
        with pytest.raises(SchemaError) as raised:
            load("demo", rows=60, strata=[wrong])
        assert raised.value.problem.field == "strata"


def test_a_file_with_its_schema_and_its_holdout(tmp_path: Path) -> None:
    demo, held = load("demo", rows=80), load("demo", rows=40, seed=1)
    write_csv(demo.frame, demo.schema, tmp_path / "train.csv")
    write_csv(held.frame, demo.schema, tmp_path / "test.csv")
    read = load(tmp_path / "train.csv", schema=demo.schema, holdout=tmp_path / "test.csv")
    assert read.schema == demo.schema
    assert read.frame.equals(demo.frame)
    assert read.holdout is not None
    assert read.holdout.equals(held.frame)


def test_rows_without_a_target_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("sex,hired\nf,yes\nm,\nm,no\n")
    read = load(str(tmp_path / "t.csv"))
    assert len(read.frame) == 2
    assert any("1 of 3 rows were left out" in note for note in read.notes)


def test_settings_that_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="A number of rows goes with the demo only, not with 'adult'"):
        load("adult", rows=5)
    with pytest.raises(DataError, match="neither a file nor a built-in name; the built-in names are 'demo', 'adult'"):
        load("adlut")
    with pytest.raises(DataError, match=r"no file 'x\.csv'"):
        load(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("data", "option", "said"),
    [
        (
            "adult",
            {"bias": 0.5},
            "A bias goes with color-digits and color-mnist only, not with 'adult'. Leave bias out",
        ),
        ("celeba", {"bias": 0.5}, "A bias goes with color-digits"),
        ("demo", {"image_size": 32}, "An image size goes with images only, not with 'demo'. Leave image_size out"),
        ("table.csv", {"image_size": 32}, "An image size goes with images only"),
        ("color-digits", {"labels": Path("l.csv")}, "A file of labels goes with a zip of images only"),
        ("table.csv", {"labels": Path("l.csv")}, "A file of labels goes with a zip of images only"),
        ("color-digits", {"rows": 5}, "A number of rows goes with the demo only"),
        ("color-digits", {"image_size": 7}, "between 8 and 256 pixels, not 7"),
        ("color-digits", {"holdout": Path("h.csv")}, "'color-digits' holds images, but a hold-out file cannot"),
    ],
)
def test_options_go_with_the_data_that_have_them(data: str, option: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(data, **option)


def test_a_table_whose_schema_says_it_has_images(tmp_path: Path) -> None:
    demo = load("demo", rows=60)
    write_csv(demo.frame, demo.schema, tmp_path / "t.csv")
    schema = demo.schema.edited("origin", kind="image", role="ignored")
    with pytest.raises(
        DataError,
        match=r"Column 'origin' is of kind image, but '.*t\.csv' holds no images; give the zip.* Pass labels=",
    ):
        load(tmp_path / "t.csv", schema=schema)


@pytest.mark.parametrize("name", sorted(set(BUILT_IN) - {"demo", *IMAGES}))
def test_files_that_are_not_the_published_ones(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_DATA", str(tmp_path))
    folder = name.removesuffix("-unfiltered")
    with pytest.raises(DataError, match=f"it has no {folder}/.*put the file from https://"):
        load(name)
    (tmp_path / folder).mkdir()
    published = ("german.data", "bank.zip", "law_school_clean.csv", "csv_pal.zip")
    for file in ("adult.data", "adult.test", "compas-scores-two-years.csv", *published):
        (tmp_path / folder / file).write_text("sex,age\n")
    with pytest.raises(DataError, match="fetch it again"):
        load(name)


def test_no_internet_gives_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route")

    monkeypatch.delenv("EVENHAND_DATA", raising=False)
    monkeypatch.setenv("EVENHAND_CACHE", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(DataError, match=r"adult/adult\.data could not be downloaded .* set EVENHAND_DATA"):
        load("adult")


def test_a_download_is_kept_and_verified_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENHAND_DATA", raising=False)
    monkeypatch.setenv("EVENHAND_CACHE", str(tmp_path))
    calls: list[str] = []

    def download(relative: str, url: str) -> bytes:
        calls.append(url)
        return b"content"

    monkeypatch.setattr(dataset_folder, "_download", download)
    verify = dataset_folder.sha256_check("ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73")
    assert dataset_folder.find_file("a/b.csv", "https://example.org/b.csv", verify) == b"content"
    assert dataset_folder.find_file("a/b.csv", "https://example.org/b.csv", verify) == b"content"
    assert len(calls) == 1
    (tmp_path / "a" / "b.csv").write_text("damaged")
    with pytest.raises(DataError, match="checksum differs"):
        dataset_folder.find_file("a/b.csv", "https://example.org/b.csv", verify)
