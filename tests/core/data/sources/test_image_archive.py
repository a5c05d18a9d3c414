"""A zip of images with labels: what goes together is read, what does not is said."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.data import images
from core.data.column import Kind, Role
from core.data.encoding.image import encode_png
from core.data.io import archive
from core.data.readiness import MIN_AUDIT_ROWS, check_ready
from core.data.schema_match import schema_mismatches
from core.data.sources.load import load
from core.errors import ConfigError, DataError, SchemaError
from tests.core.data.io.test_archive import zipped

GREEN = (0, 200, 0)


def flat(color: tuple[int, int, int] = GREEN, width: int = 16, height: int = 16) -> bytes:
    return encode_png(np.full((height, width, 3), color, dtype=np.uint8))


def shop(count: int = 12) -> dict[str, bytes]:
    """Images of two shades, and labels that name them."""
    images = {f"pics/{number:03d}.png": flat((number, 0, 0)) for number in range(count)}
    lines = [
        f"{number:03d}.png,{'cat' if number % 2 else 'dog'},{'in' if number % 3 else 'out'},{number / 2}\n"
        for number in range(count)
    ]
    return images | {"labels.csv": ("file,animal,place,weight\n" + "".join(lines)).encode()}


ROLES = {"target": "animal", "positive": "cat", "sensitive": ["place"], "image_size": 8}


def test_rows_and_images_go_together(tmp_path: Path) -> None:
    found = load(zipped(tmp_path / "shop.zip", shop()), **ROLES)
    assert found.schema.image == "file"
    assert {column.name: (column.kind, column.role) for column in found.schema.columns} == {
        "file": (Kind.IMAGE, Role.IGNORED),
        "animal": (Kind.CATEGORICAL, Role.TARGET),
        "place": (Kind.CATEGORICAL, Role.SENSITIVE),
        "weight": (Kind.NUMERICAL, Role.IGNORED),
    }
    assert schema_mismatches(found.frame, found.schema) == []
    assert found.attachments is not None
    assert found.attachments.of(found.frame["file"])[:, 0, 0, 0].tolist() == list(range(12))
    assert found.notes[-1].startswith("Each image is cropped to its centred square and resized to 8 × 8")
    assert check_ready(found.frame, found.schema, rows=MIN_AUDIT_ROWS)
    assert [path.name for path in tmp_path.iterdir()] == ["shop.zip"]


def test_the_images_are_64_wide_unless_another_size_is_asked(tmp_path: Path) -> None:
    found = load(zipped(tmp_path / "shop.zip", shop()))
    assert found.attachments is not None
    assert found.attachments.size == (64, 64)


def test_labels_as_a_file_of_their_own(tmp_path: Path) -> None:
    members = shop()
    (tmp_path / "mine.csv").write_bytes(members.pop("labels.csv").replace(b",", b";"))
    path = zipped(tmp_path / "shop.zip", members)
    assert len(load(path, labels=tmp_path / "mine.csv", **ROLES).frame) == 12
    with pytest.raises(DataError, match=r"holds no CSV with the labels of its images; put one in.* Pass labels"):
        load(path)


@pytest.mark.parametrize("written", ["pics/{}.png", "./pics/{}.png", "pics\\{}.png", "{}.png", "{}", " pics/{} "])
def test_names_may_be_written_in_many_ways(tmp_path: Path, written: str) -> None:
    members = {f"top/pics/{letter}.png": flat() for letter in "abcdef"}
    rows = "".join(f"{written.format(letter)},{letter in 'abc'},{letter in 'ace'}\n" for letter in "abcdef")
    found = load(zipped(tmp_path / "x.zip", members | {"top/l.csv": f"which,y,g\n{rows}".encode()}))
    assert found.schema.image == "which"
    assert len(found.frame) == 6


def test_digits_in_a_label_column_are_not_taken_for_file_names(tmp_path: Path) -> None:
    members = {f"{number}.png": flat() for number in range(30)}
    rows = "".join(f"{number % 10},{number}\n" for number in range(30))
    found = load(zipped(tmp_path / "x.zip", members | {"l.csv": f"digit,name\n{rows}".encode()}))
    assert found.schema.image == "name"


def test_a_base_name_that_two_folders_have_is_named(tmp_path: Path) -> None:
    members = {"x/a.png": flat(), "y/a.png": flat(), "x/b.png": flat(), "l.csv": b"file,y\nb.png,1\na.png,0\n"}
    with pytest.raises(DataError, match=r"Row 2 of 'l\.csv' names the image 'a\.png', which may be 'x/a\.png' or 'y/a"):
        load(zipped(tmp_path / "x.zip", members))
    members["l.csv"] = b"file,y\nb.png,1\ny/a.png,0\n"
    assert len(load(zipped(tmp_path / "x.zip", members)).frame) == 2


def test_an_image_that_two_rows_name(tmp_path: Path) -> None:
    members = {"a.png": flat(), "b.png": flat(), "l.csv": b"file,y\na.png,1\nb.png,0\na,0\n"}
    with pytest.raises(DataError, match=r"Rows 1 and 3 of 'l\.csv' name the same image, 'a\.png'; keep one"):
        load(zipped(tmp_path / "x.zip", members))


def test_labels_without_image_and_images_without_label_are_set_aside_and_said(tmp_path: Path) -> None:
    members = shop() | {"pics/extra.png": flat(), "pics/more.png": flat()}
    members["labels.csv"] += b"999.png,cat,in,3\n,dog,out,4\n"
    found = load(zipped(tmp_path / "shop.zip", members), **ROLES)
    assert len(found.frame) == 12
    notes = " ".join(found.notes)
    assert (
        "2 rows of 'labels.csv' were left out, because there is no image for them, such as '999.png' in row 13" in notes
    )
    assert "2 images were left out, because no row of 'labels.csv' names them, such as 'pics/extra.png'" in notes


def test_labels_that_name_no_image_at_all(tmp_path: Path) -> None:
    members = {"a.png": flat(), "l.csv": b"file,y\nz.png,1\nq.png,0\n"}
    with pytest.raises(DataError, match=r"No column of 'l\.csv' names the images: none holds 'a\.png' or the like"):
        load(zipped(tmp_path / "x.zip", members))


def test_zips_without_images_or_with_two_tables(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"'x\.zip' holds no image \(\.png, \.jpg"):
        load(zipped(tmp_path / "x.zip", {"l.csv": b"a,b\n1,2\n", "more.csv": b"a,b\n1,2\n"}))
    members = {"a.png": flat(), "l.csv": b"f,y\na.png,1\n", "m.csv": b"f,y\na.png,1\n"}
    with pytest.raises(DataError, match=r"holds 2 CSV files, such as 'l\.csv' and 'm\.csv'; keep the one"):
        load(zipped(tmp_path / "x.zip", members))


def test_other_files_and_zips_in_the_zip_are_said(tmp_path: Path) -> None:
    members = shop() | {"inner.zip": b"PK\x05\x06" + bytes(18), "README.md": b"hello", "__MACOSX/._x.png": b"1"}
    notes = load(zipped(tmp_path / "x.zip", members), **ROLES).notes
    assert any(note.startswith("2 files are neither images nor the labels") and "'inner.zip'" in note for note in notes)


def test_damaged_images_are_set_aside_with_their_rows(tmp_path: Path) -> None:
    members = shop() | {"pics/003.png": b"no image", "pics/005.png": flat()[:40]}
    found = load(zipped(tmp_path / "x.zip", members), **ROLES)
    assert len(found.frame) == 10
    assert found.attachments is not None
    assert found.attachments.of(found.frame["file"])[:, 0, 0, 0].tolist() == [0, 1, 2, 4, *range(6, 12)]
    assert any(
        note.startswith("2 of 12 images were left out with their rows") and "'003.png' is damaged" in note
        for note in found.notes
    )


def test_more_damaged_images_than_whole_ones(tmp_path: Path) -> None:
    members = shop() | {f"pics/{number:03d}.png": b"no image" for number in range(2, 10)}
    with pytest.raises(
        DataError, match=r"7 of the first 9 images of 'x\.zip' cannot be read, more than half of all 12.*'002"
    ):
        load(zipped(tmp_path / "x.zip", members), **ROLES)


def test_every_kind_and_size_of_image_in_one_zip(tmp_path: Path) -> None:
    def saved(image: Image.Image, form: str) -> bytes:
        file = io.BytesIO()
        image.save(file, format=form)
        return file.getvalue()

    color = Image.new("RGB", (40, 25), GREEN)
    members = {
        "wide.png": saved(color, "PNG"),
        "tall.jpg": saved(color.resize((9, 50)), "JPEG"),
        "grey.bmp": saved(color.convert("L"), "BMP"),
        "clear.webp": saved(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "WEBP"),
        "deep.PNG": saved(Image.fromarray(np.full((12, 12), 40_000, dtype=np.uint16)), "PNG"),
        "print.jpeg": saved(color.convert("CMYK"), "JPEG"),
        "few.gif": saved(color.convert("P"), "GIF"),
        "scan.tiff": saved(color, "TIFF"),
    }
    rows = "".join(f"{name},{place % 2},{'ab'[place // 4]}\n" for place, name in enumerate(members))
    found = load(zipped(tmp_path / "x.zip", members | {"l.csv": f"image,y,g\n{rows}".encode()}), image_size=8)
    assert found.attachments is not None
    assert found.attachments.pixels.shape == (8, 8, 8, 3)
    middle = found.attachments.of(found.frame["image"])[:, 4, 4].astype(int)
    assert np.abs(middle[[0, 1, 5, 6, 7]] - GREEN).max() < 8
    assert middle[3].min() > 250
    assert np.abs(middle[4] - 40_000 / 257).max() <= 1


def test_one_image_in_a_class_is_said(tmp_path: Path) -> None:
    members = shop(40)
    members["labels.csv"] = members["labels.csv"].replace(b"007.png,cat", b"007.png,cow")
    found = load(zipped(tmp_path / "x.zip", members), **ROLES)
    assert "Target 'animal': there is only one image of 'cow'" in " ".join(
        check_ready(found.frame, found.schema, rows=10)
    )


def test_too_many_images_become_a_stratified_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 120 * 8 * 8 * 3)
    path = zipped(tmp_path / "x.zip", shop(600))
    found = load(path, **ROLES)
    assert len(found.frame) == 120
    assert found.attachments is not None
    assert found.attachments.pixels.nbytes <= 120 * 8 * 8 * 3
    for part in (found.frame["animal"] == "cat", found.frame["place"] == "in"):
        assert part.mean() == pytest.approx(1 / 2 if part.name == "animal" else 2 / 3, abs=0.02)
    assert any("120 of 600 images are read, drawn with seed 0" in note for note in found.notes)
    assert load(path, **ROLES).frame.equals(found.frame)
    assert not load(path, seed=1, **ROLES).frame.equals(found.frame)


def test_a_schema_decides_kinds_and_the_image_column(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", shop())
    schema = load(path, **ROLES).schema.edited("weight", kind=Kind.CATEGORICAL)
    assert load(path, schema=schema, image_size=8).schema == schema
    with pytest.raises(DataError, match="The schema has no column of kind image"):
        load(path, schema=schema.edited("file", kind=Kind.IDENTIFIER))
    featured = load(path, schema=schema.edited("weight", role=Role.FEATURE), image_size=8)
    with pytest.raises(SchemaError, match="'weight' is a feature, but images are learned from their pixels alone"):
        check_ready(featured.frame, featured.schema, rows=MIN_AUDIT_ROWS)
    renamed = schema.model_copy(update={"columns": (schema.column("file").model_copy(update={"name": "photo"}),)})
    with pytest.raises(DataError, match=r"'labels\.csv' has no column 'photo', which the schema says names the images"):
        load(path, schema=renamed)


def test_the_image_column_is_neither_target_nor_sensitive(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", shop())
    for roles in ({"target": "file"}, {"sensitive": ["file"]}):
        with pytest.raises(SchemaError, match="Column 'file' names the images"):
            load(path, **roles)


def test_what_does_not_go_with_a_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", shop())
    pd.DataFrame({"animal": ["cat"]}).to_csv(tmp_path / "held.csv", index=False)
    with pytest.raises(ConfigError, match=r"'x\.zip' holds images, but a hold-out file cannot"):
        load(path, holdout=tmp_path / "held.csv")
    with pytest.raises(ConfigError, match="between 8 and 256 pixels, not 4"):
        load(path, image_size=4)
    with pytest.raises(ConfigError, match="A bias goes with color-digits and color-mnist only"):
        load(path, bias=0.5)


def test_a_bomb_and_a_path_that_leaves_are_refused_on_the_way_in(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="as a zip bomb does"):
        load(zipped(tmp_path / "x.zip", shop() | {"pics/big.bmp": bytes(archive.SMALL + 1)}))
    with pytest.raises(DataError, match="whose path leaves the folder"):
        load(zipped(tmp_path / "x.zip", shop() | {"../../etc/a.png": flat()}))


def test_the_errors_of_a_zip_and_of_its_labels_name_the_argument(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", shop())
    with pytest.raises(DataError) as found:
        load(path, labels=tmp_path / "none.csv")
    assert found.value.field == "labels"
    (tmp_path / "y.zip").write_bytes(b"no zip")
    with pytest.raises(DataError) as found:
        load(tmp_path / "y.zip")
    assert found.value.field == "data"
