"""Digits in colour: the bias is the one that was asked for, and the hold-out has none."""

from __future__ import annotations

import os
import urllib.error
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from core.data.column import Kind, Role
from core.data.dataset import Dataset
from core.data.images import sha256
from core.data.readiness import check_ready
from core.data.schema_match import schema_mismatches
from core.data.sources import color_mnist
from core.data.sources.coloring import COLORS, JITTER, color_codes, colored_dataset, colorize
from core.data.sources.load import load
from core.errors import ConfigError, DataError

DIGITS = np.arange(10).repeat(300)
GREY = np.full((len(DIGITS), 2, 2), 255, dtype=np.uint8)


def codes(dataset: Dataset, *, held: bool) -> tuple[np.ndarray, np.ndarray]:
    """Digit and colour of each row, as numbers."""
    frame = dataset.holdout if held else dataset.frame
    assert frame is not None
    places = {name: place for place, name in enumerate(COLORS)}
    return frame["digit"].astype(int).to_numpy(), frame["color"].map(places).to_numpy()


@given(bias=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_the_share_of_own_colours_is_the_bias(bias: float, seed: int) -> None:
    found = color_codes(DIGITS, bias, (seed,))
    slack = 5 * np.sqrt(bias * (1 - bias) / len(DIGITS)) + 5 / len(DIGITS)
    assert abs((found == DIGITS).mean() - bias) <= slack
    others = np.bincount((found - DIGITS)[found != DIGITS] % 10, minlength=10)[1:]
    assert np.abs(others - others.mean()).max() <= 6 * np.sqrt(others.mean() + 1)
    assert np.array_equal(found, color_codes(DIGITS, bias, (seed,)))


@given(seed=st.integers(0, 10_000), bias=st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]))
@settings(deadline=None, max_examples=25)
def test_the_hold_out_is_a_fifth_of_each_digit_and_its_colours_are_independent(seed: int, bias: float) -> None:
    made = colored_dataset("x", GREY, DIGITS, bias, seed)
    digit, color = codes(made, held=True)
    assert np.bincount(digit).tolist() == [60] * 10
    assert abs((color == digit).mean() - 0.1) <= 5 * np.sqrt(0.09 / len(digit))
    table = np.histogram2d(digit, color, bins=[10, 10])[0]
    assert chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue > 1e-6
    train_digit, train_color = codes(made, held=False)
    assert abs((train_color == train_digit).mean() - bias) <= 5 * np.sqrt(max(bias * (1 - bias), 1e-9) / 2400)


def test_the_hold_out_does_not_depend_on_the_bias_and_the_seed_decides_all() -> None:
    one, other = (colored_dataset("x", GREY, DIGITS, bias, 7) for bias in (0.2, 0.95))
    assert one.holdout is not None
    assert one.holdout.equals(other.holdout)
    again, next_one = (colored_dataset("x", GREY, DIGITS, 0.2, seed) for seed in (7, 8))
    assert again.frame.equals(one.frame)
    assert not next_one.frame.equals(one.frame)
    assert one.attachments is not None
    assert again.attachments is not None
    assert sha256(again.attachments.pixels) == sha256(one.attachments.pixels)


def test_strokes_take_the_colour_and_the_background_stays_black() -> None:
    grey = np.zeros((500, 4, 4), dtype=np.uint8)
    grey[:, 1, 1], grey[:, 2, 2] = 255, 128
    colors = np.arange(500) % 10
    pixels = colorize(grey, colors, (0,)).astype(float)
    assert pixels[:, 0].max() == 0
    middle = np.asarray(list(COLORS.values()), dtype=float)[colors]
    assert np.abs(pixels[:, 1, 1] - middle).max() < 6 * JITTER
    assert np.abs(pixels[:, 2, 2] - pixels[:, 1, 1] * 128 / 255).max() <= 1
    assert np.argmin(
        np.abs(pixels[:, 1, 1, None] - np.asarray(list(COLORS.values()))).sum(axis=2), axis=1
    ).tolist() == (colors.tolist())


def test_ten_colours_far_apart() -> None:
    values = np.asarray(list(COLORS.values()), dtype=float)
    gaps = np.linalg.norm(values[:, None] - values[None], axis=2) + 1e9 * np.eye(10)
    assert "red" in COLORS
    assert gaps.min() > 120


def test_color_digits_as_it_comes() -> None:
    found = load("color-digits")
    assert found.holdout is not None
    assert found.attachments is not None
    assert (len(found.frame), len(found.holdout), found.official) == (1438, 359, True)
    assert found.attachments.pixels.shape == (1797, 16, 16, 3)
    assert [(one.name, one.kind, one.role, one.guessed) for one in found.schema.columns] == [
        ("image", Kind.IMAGE, Role.IGNORED, False),
        ("digit", Kind.CATEGORICAL, Role.TARGET, False),
        ("color", Kind.CATEGORICAL, Role.SENSITIVE, False),
    ]
    assert found.schema.positive == "3"
    assert schema_mismatches(found.frame, found.schema) == schema_mismatches(found.holdout, found.schema) == []
    assert check_ready(found.frame, found.schema) == (
        "Target 'digit' has several classes; '3' is compared with the rest.",
    )
    assert "359 held-out images are independent of the digit" in found.notes[0]
    assert "90 %" in found.notes[0]
    assert len(found.attachments.of(found.holdout["image"])) == 359


def test_color_digits_as_asked() -> None:
    found = load("color-digits", bias=0.1, image_size=24, seed=3, target="color", positive="red", sensitive=["digit"])
    assert found.attachments is not None
    assert found.attachments.size == (24, 24)
    assert (found.schema.target, found.schema.sensitive, found.schema.features) == ("color", ["digit"], [])
    assert "10 %" in found.notes[0]


@pytest.mark.parametrize("bias", [-0.1, 1.1, float("nan")])
def test_a_bias_outside_its_range(bias: float) -> None:
    with pytest.raises(ConfigError, match="The bias must lie between 0 and 1, not"):
        load("color-digits", bias=bias)


@pytest.fixture
def mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Path(os.environ.get("EVENHAND_DATA", Path(__file__).parents[5] / "shared" / "data"))
    if not (place / "mnist").is_dir():
        pytest.skip("MNIST is not here; set EVENHAND_DATA to the folder that holds mnist/.")
    monkeypatch.setenv("EVENHAND_DATA", str(place))


def test_color_mnist(mnist: None) -> None:
    found = load("color-mnist")
    assert found.holdout is not None
    assert found.attachments is not None
    assert (len(found.frame), len(found.holdout)) == (8000, 2000)
    assert found.attachments.pixels.shape == (10_000, 32, 32, 3)
    assert found.attachments.pixels[:, :2].max() == 0
    digit, color = codes(found, held=False)
    assert (digit == color).mean() == pytest.approx(0.9, abs=0.015)
    small = load("color-mnist", image_size=16).attachments
    assert small is not None
    assert small.size == (16, 16)


def test_other_pixels_are_not_taken_for_mnist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_DATA", str(tmp_path))
    (tmp_path / "mnist").mkdir()
    (tmp_path / "mnist" / color_mnist.IMAGES).write_bytes(b"other")
    with pytest.raises(DataError, match="is not the published file"):
        load("color-mnist")


def test_mnist_from_openml(mnist: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grey, digits = color_mnist._from_files()
    rest = np.zeros((60_000, 784), dtype=np.uint8)
    table = np.concatenate([rest, grey.reshape(-1, 784)]), np.concatenate([np.zeros(60_000, int), digits]).astype(str)
    asked: list[object] = []

    def fetch_openml(name: str, **how: object) -> tuple[np.ndarray, np.ndarray]:
        asked.append((name, how["data_home"]))
        return table

    monkeypatch.delenv("EVENHAND_DATA")
    monkeypatch.setenv("EVENHAND_CACHE", str(tmp_path))
    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch_openml)
    assert len(load("color-mnist").frame) == 8000
    assert asked == [("mnist_784", tmp_path)]
    table[0][-1, 400] ^= 1
    with pytest.raises(DataError, match="does not end with the published test digits"):
        load("color-mnist")


def test_no_internet_and_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise urllib.error.URLError("no route")

    monkeypatch.delenv("EVENHAND_DATA", raising=False)
    monkeypatch.setenv("EVENHAND_CACHE", str(tmp_path))
    monkeypatch.setattr("sklearn.datasets._openml.urlopen", refuse)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(DataError, match=r"MNIST could not be had from OpenML .*t10k-images.*set EVENHAND_DATA"):
        load("color-mnist")
