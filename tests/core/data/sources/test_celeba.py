"""CelebA's folder in the layouts that are about, small and made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data import images
from core.data.column import Role
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema_match import schema_mismatches
from core.data.sources.load import load
from core.errors import ConfigError, DataError, SchemaError

ATTRIBUTES = ["Bald", "Male", "Smiling", "Wearing_Hat", "Wearing_Lipstick", "5_o_Clock_Shadow"]
COUNT = 24
TEST_FROM = 18


def values() -> pd.DataFrame:
    """File and attributes, 1 or -1; reproducible."""
    signs = np.random.default_rng(0).choice([-1, 1], (COUNT, len(ATTRIBUTES)))
    signs[:, 1] = np.where(np.arange(COUNT) % 2, 1, -1)
    signs[:, 2] = np.where(np.arange(COUNT) % 3, 1, -1)
    return pd.DataFrame(signs, columns=ATTRIBUTES, index=[f"{number:06d}.jpg" for number in range(1, COUNT + 1)])


def write_images(place: Path) -> None:
    place.mkdir(parents=True)
    for number in range(1, COUNT + 1):
        Image.new("RGB", (178, 218), (number * 10, 0, 0)).save(place / f"{number:06d}.jpg", quality=95)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The published layout, flat."""
    place = tmp_path / "celeba"
    write_images(place / "img_align_celeba")
    table = values()
    rows = "".join(
        f"{name} {' '.join(f'{sign:2d}' for sign in row)}\n"
        for name, row in zip(table.index, table.to_numpy(), strict=True)
    )
    (place / "list_attr_celeba.txt").write_text(f"{COUNT}\n{' '.join(ATTRIBUTES)} \n{rows}")
    parts = [f"{name} {2 if place >= TEST_FROM else place % 2}\n" for place, name in enumerate(table.index)]
    (place / "list_eval_partition.txt").write_text("".join(parts))
    return place


def test_the_published_layout(folder: Path) -> None:
    found = load(folder, image_size=16)
    assert found.holdout is not None
    assert found.attachments is not None
    assert (len(found.frame), len(found.holdout), found.official) == (18, 6, True)
    assert (found.schema.target, found.schema.positive, found.schema.sensitive) == ("Male", "yes", ["Smiling"])
    assert found.schema.features == []
    assert not any(column.guessed for column in found.schema.columns)
    assert found.schema.names == ["image", *ATTRIBUTES]
    assert schema_mismatches(found.frame, found.schema) == []
    rows = pd.concat([found.frame, found.holdout], ignore_index=True)
    assert ((rows[ATTRIBUTES] == "yes").to_numpy() == (values().to_numpy() == 1)).all()
    assert np.abs(found.attachments.of(rows["image"])[:, 8, 8, 0].astype(int) - np.arange(10, 250, 10)).max() <= 3
    assert "The hold-out is the official test part" in " ".join(found.notes)
    assert check_ready(found.frame, found.schema, rows=MIN_AUDIT_ROWS)


def test_by_name_and_64_wide(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_DATA", str(folder.parent))
    found = load("celeba")
    assert found.attachments is not None
    assert found.attachments.size == (64, 64)
    monkeypatch.setenv("EVENHAND_DATA", str(folder))
    with pytest.raises(
        DataError, match=r"There is no folder .*celeba'; get CelebA from its authors .*list_attr_celeba"
    ):
        load("celeba")


def test_folders_as_on_the_authors_drive(folder: Path) -> None:
    for name, below in (
        ("img_align_celeba", "Img"),
        ("list_attr_celeba.txt", "Anno"),
        ("list_eval_partition.txt", "Eval"),
    ):
        (folder / below).mkdir()
        (folder / name).rename(folder / below / name)
    assert len(load(folder, image_size=8).frame) == 18


def test_folders_as_on_kaggle(tmp_path: Path) -> None:
    write_images(tmp_path / "img_align_celeba" / "img_align_celeba")
    table = values()
    table.rename_axis("image_id").to_csv(tmp_path / "list_attr_celeba.csv")
    pd.DataFrame({"image_id": table.index, "partition": [2] * 4 + [0] * 20}).to_csv(
        tmp_path / "list_eval_partition.csv", index=False
    )
    found = load(tmp_path, image_size=8)
    assert found.holdout is not None
    assert found.holdout["image"].tolist() == [f"{number:06d}.jpg" for number in range(1, 5)]
    assert ((found.frame[ATTRIBUTES] == "yes").to_numpy() == (table.to_numpy()[4:] == 1)).all()


@pytest.mark.parametrize("written", ["wearing hat", "Wearing_Hat", "WEARING-HAT", "wearinghat"])
def test_attributes_by_the_names_that_people_write(folder: Path, written: str) -> None:
    found = load(folder, target=written, sensitive=["Gender", "5 o clock shadow"], image_size=8)
    assert (found.schema.target, found.schema.sensitive) == ("Wearing_Hat", ["Male", "5_o_Clock_Shadow"])
    assert found.schema.positive == "yes"
    assert {column.role for column in found.schema.columns if column.name not in ("Wearing_Hat", "Male")} >= {
        Role.IGNORED
    }
    assert found.schema.features == []


def test_a_misspelt_attribute_gets_the_nearest(folder: Path) -> None:
    with pytest.raises(SchemaError, match="CelebA has no attribute 'smilling'; did you mean 'Smiling'"):
        load(folder, sensitive=["smilling"])
    with pytest.raises(SchemaError, match="no attribute 'xyz'; choose one of 'Bald', 'Male'"):
        load(folder, target="xyz")
    with pytest.raises(SchemaError, match="no attribute 'image'"):
        load(folder, target="image")


def test_without_partition_the_split_is_an_ordinary_one(folder: Path) -> None:
    (folder / "list_eval_partition.txt").unlink()
    found = load(folder, image_size=8)
    assert (len(found.frame), found.holdout) == (24, None)
    assert any("There is no list_eval_partition.txt" in note for note in found.notes)


def test_missing_images_are_set_aside(folder: Path) -> None:
    for number in (3, 20):
        (folder / "img_align_celeba" / f"{number:06d}.jpg").unlink()
    found = load(folder, image_size=8)
    assert found.holdout is not None
    assert (len(found.frame), len(found.holdout)) == (17, 5)
    assert any("2 of 24 rows were left out" in note and "000003.jpg" in note for note in found.notes)


def test_a_damaged_image_is_set_aside(folder: Path) -> None:
    (folder / "img_align_celeba" / "000020.jpg").write_bytes(b"no image")
    found = load(folder, image_size=8)
    assert found.holdout is not None
    assert found.attachments is not None
    assert (len(found.frame), len(found.holdout), len(found.attachments.names)) == (18, 5, 23)
    assert any("1 of 24 images were left out" in note and "'000020.jpg'" in note for note in found.notes)


def test_what_is_expected_where_is_said(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"has no img_align_celeba with images\. CelebA's layout is .*given as a file"):
        load(tmp_path / "empty")
    (folder / "list_attr_celeba.txt").rename(folder / "attributes.txt")
    with pytest.raises(
        DataError, match=r"has no list_attr_celeba\.txt, which says what is on the images\. CelebA's layout"
    ):
        load(folder)
    (folder / "attributes.txt").rename(folder / "list_attr_celeba.txt")
    for path in (folder / "img_align_celeba").iterdir():
        path.unlink()
    with pytest.raises(DataError, match=r"has none of the images, such as 000001\.jpg"):
        load(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (f"{COUNT}\n", "", "its first line is not the number of images"),
        ("000002.jpg", "000001.jpg", r"000001\.jpg stands in it twice"),
        ("000002.jpg ", "000002.jpg 7 ", "Expected|Saw|saw|fields|Length"),
        ("000002.jpg -1", "000002.jpg 0", r"Bald of 000002\.jpg is 0, neither 1 nor -1"),
        ("000002.jpg -1", "000002.jpg x", "x"),
        ("Bald", "Male", "two have the same"),
    ],
)
def test_damaged_attributes(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "list_attr_celeba.txt"
    text = path.read_text().replace("000002.jpg  1", "000002.jpg -1")
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=rf"list_attr_celeba\.txt in .* cannot be read: .*({said}).*; get it again"):
        load(folder)


def test_a_count_that_is_off_is_said(folder: Path) -> None:
    path = folder / "list_attr_celeba.txt"
    path.write_text(path.read_text().replace("24\n", "202599\n", 1))
    assert any("says that it has 202,599 rows; it has 24" in note for note in load(folder, image_size=8).notes)


def test_a_partition_that_does_not_fit(folder: Path) -> None:
    path = folder / "list_eval_partition.txt"
    whole = path.read_text()
    path.write_text(whole.replace("000005.jpg 0\n", ""))
    with pytest.raises(DataError, match=r"does not say whether 000005\.jpg is 0 \(train\)"):
        load(folder)
    path.write_text(whole.replace("jpg 2", "jpg 0"))
    found = load(folder, image_size=8)
    assert found.holdout is None
    assert any("puts none of the images into the test part" in note for note in found.notes)


def test_too_many_images_keep_the_shares_of_both_parts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 12 * 8 * 8 * 3)
    found = load(folder, image_size=8)
    assert found.holdout is not None
    assert (len(found.frame), len(found.holdout)) == (9, 3)
    assert any("12 of 24 images are read" in note for note in found.notes)


def test_what_does_not_go_with_celeba(folder: Path, tmp_path: Path) -> None:
    for given, said in (
        ({"bias": 0.5}, "A bias goes with"),
        ({"labels": tmp_path / "l.csv"}, "goes with a zip of images only"),
        ({"rows": 5}, "goes with the demo only"),
        ({"image_size": 300}, "between 8 and 256"),
    ):
        with pytest.raises(ConfigError, match=said):
            load(folder, **given)
