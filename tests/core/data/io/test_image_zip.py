"""A zip of images: the same bytes each time, whole or not at all, read back as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data.column import Column
from core.data.io.archive import open_archive
from core.data.io.image_zip import image_paths, write_image_zip
from core.data.schema import Schema
from core.data.sources.load import load
from core.errors import DataError

SCHEMA = Schema(
    columns=(
        Column(name="photo", kind="image", role="ignored"),
        Column(name="hired", kind="categorical", role="target"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="age", kind="integer", role="ignored"),
    ),
    positive="yes",
)
COUNT = 20
FRAME = pd.DataFrame(
    {
        "photo": pd.Series([f"day {number // 5}/{number}.jpg" for number in range(COUNT)], dtype="str"),
        "hired": pd.Series(["yes", "no"] * (COUNT // 2), dtype="str"),
        "sex": pd.Series(["f", "f", "m", None] * (COUNT // 4), dtype="str"),
        "age": pd.array([*range(20, 20 + COUNT - 1), None], dtype="Int64"),
    }
)
PIXELS = np.random.default_rng(0).integers(0, 256, (COUNT, 16, 16, 3), dtype=np.uint8)


@pytest.mark.parametrize("schema", [None, SCHEMA])
def test_what_is_written_is_read_again(tmp_path: Path, schema: Schema | None) -> None:
    write_image_zip(FRAME, SCHEMA, PIXELS, tmp_path / "made.zip")
    read = load(tmp_path / "made.zip", schema=schema, target="hired", sensitive=["sex"], positive="yes", image_size=16)
    assert read.attachments is not None
    assert np.array_equal(read.attachments.of(read.frame["photo"]), PIXELS)
    assert read.frame.drop(columns="photo").equals(FRAME.drop(columns="photo"))
    assert read.frame["photo"][7] == "images/7.png"
    write_image_zip(read.frame, read.schema, read.attachments.pixels, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == (tmp_path / "made.zip").read_bytes()


def test_the_same_rows_give_the_same_bytes_and_honest_members(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_image_zip(FRAME, SCHEMA, PIXELS, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist()[:2] == ["labels.csv", "images/0.png"]
        assert archive.testzip() is None


def test_nothing_is_left_of_what_could_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "made.zip").write_bytes(b"earlier")
    with pytest.raises(DataError, match="19 images for 20 rows"):
        write_image_zip(FRAME, SCHEMA, PIXELS[1:], tmp_path / "made.zip")
    with pytest.raises(DataError, match="no column of kind image"):
        write_image_zip(FRAME, SCHEMA.edited("photo", kind="identifier"), PIXELS, tmp_path / "made.zip")
    with pytest.raises(TypeError):
        write_image_zip(FRAME, SCHEMA, PIXELS.astype(complex), tmp_path / "made.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["made.zip"]
    assert (tmp_path / "made.zip").read_bytes() == b"earlier"


@given(names=st.lists(st.text(max_size=12), max_size=30))
def test_any_names_become_places_that_are_safe_and_apart(names: list[str]) -> None:
    places = image_paths(names)
    assert len({place.casefold() for place in places}) == len(names)
    for place in places:
        folder, name = place.split("/")
        assert folder == "images"
        assert name.endswith(".png")
        assert not name.startswith(".")
        assert not set(name) & set('\\:*?"<>|\0\n')


def test_a_hostile_name_stays_in_the_folder(tmp_path: Path) -> None:
    frame = FRAME.iloc[:4].assign(photo=pd.Series(["../../up.png", "/etc/passwd", "C:\\x.png", "a\0b"], dtype="str"))
    write_image_zip(frame, SCHEMA, PIXELS[:4], tmp_path / "made.zip")
    with open_archive(tmp_path / "made.zip") as archive:
        assert archive.members == ["labels.csv", "images/up.png", "images/passwd.png", "images/x.png", "images/a_b.png"]
