"""Images by name, and in a run folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.data.images import Images, sha256
from core.errors import DataError, RunError
from core.runs.run_folder import RunFolder


def _pixels(count: int, size: int = 4) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def test_each_row_gets_the_image_of_its_name() -> None:
    pixels = _pixels(3)
    found = Images(["a", "b", "c"], pixels).of(["c", "a", "c"])
    assert np.array_equal(found, pixels[[2, 0, 2]])


def test_a_name_without_image_is_named() -> None:
    with pytest.raises(DataError, match="no image 'd'"):
        Images(["a", "b", "c"], _pixels(3)).of(["a", "d"])


@pytest.mark.parametrize(
    ("names", "pixels", "said"),
    [
        (["a"], _pixels(2), "1 names for 2 images"),
        (["a", "a"], _pixels(2), "Two images are called 'a'"),
        (["a", "b"], _pixels(2).astype(float), "bytes of shape"),
        (["a", "b"], _pixels(2)[..., 0], "bytes of shape"),
    ],
)
def test_what_does_not_belong_together_is_refused(names: list[str], pixels: np.ndarray, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Images(names, pixels)


def test_one_pixel_changes_the_hash() -> None:
    pixels = _pixels(2000)
    before = sha256(pixels)
    pixels[1999, 0, 0, 0] ^= 1
    assert sha256(pixels) != before


def test_a_run_folder_keeps_images_for_its_owner_alone(tmp_path: Path) -> None:
    folder, pixels = RunFolder.create(tmp_path / "run"), _pixels(5)
    folder.artifacts.save_images("train", pixels)
    assert np.array_equal(folder.artifacts.images("train"), pixels)
    (file,) = folder.artifacts.files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file not in folder.artifacts.generated_files()
    file.write_bytes(b"\x93NUMPY damaged")
    with pytest.raises(RunError, match="damaged"):
        folder.artifacts.images("train")
