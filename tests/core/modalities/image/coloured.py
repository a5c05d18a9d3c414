"""Coloured digits: scikit-learn's 1,797 of 8 x 8 pixels, doubled, in ten colours that may follow the digit."""

import numpy as np
import pandas as pd
from sklearn.datasets import load_digits

from core.audit.inputs import AuditInput, Latents
from core.data.column import Column
from core.data.examples import Examples
from core.data.images import Images
from core.data.schema import Schema
from core.modalities.image.audit import ImageAudit

COLOURS = ("red", "green", "yellow", "blue", "orange", "purple", "cyan", "pink", "lime", "rose")
PAINT = np.array(
    [
        (230, 25, 75),
        (60, 180, 75),
        (255, 225, 25),
        (0, 130, 200),
        (245, 130, 48),
        (145, 30, 180),
        (70, 240, 240),
        (240, 50, 230),
        (210, 245, 60),
        (250, 190, 190),
    ]
)
SCHEMA = Schema(
    columns=(
        Column(name="file", kind="image", role="ignored"),
        Column(name="digit", kind="categorical", role="target"),
        Column(name="color", kind="categorical", role="sensitive"),
    ),
    positive="3",
    min_group_size=10,
)


def grey_digits():
    """Brightness, 0 to 255, shape (1797, 16, 16), in random order; and the digits."""
    bunch = load_digits()
    order = np.random.default_rng(0).permutation(len(bunch.target))
    return np.kron(bunch.images / 16 * 255, np.ones((1, 2, 2)))[order], bunch.target[order]


def colours(digits, bias, seed):
    """A colour for each digit: its own with the chance ``bias``, else any."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(digits)) < bias, digits, rng.integers(0, 10, len(digits)))


def rows(grey, digits, chosen, prefix):
    """Labels and their images."""
    names = [f"{prefix}-{place}" for place in range(len(digits))]
    frame = pd.DataFrame({"file": names, "digit": digits.astype(str), "color": np.array(COLOURS)[chosen]}).astype("str")
    pixels = (grey[..., None] / 255 * PAINT[chosen][:, None, None, :]).astype(np.uint8)
    return Examples(frame, Images(names, pixels))


def made_run(*, bias=0.9, count=None, grey=None, digits=None, draws=2, seeds=(0, 1, 2)):
    """Biased real rows, a hold-out of independent colours, and rows whose colours were drawn anew."""
    if grey is None:
        grey, digits = grey_digits()
    grey, digits = grey[:count], digits[:count]
    size = int(0.8 * len(digits))
    train = rows(grey[:size], digits[:size], colours(digits[:size], bias, 1), "train")
    holdout = rows(grey[size:], digits[size:], colours(digits[size:], 0, 2), "held")
    made = [rows(grey[:size], digits[:size], colours(digits[:size], 0, 10 + seed), f"m{seed}") for seed in range(draws)]
    stages = {name: rows(grey[:size], digits[:size], colours(digits[:size], bias, 5), name) for name in TWO}
    latents = {name: latent(train.attachments, holdout.attachments, place) for place, name in enumerate(TWO)}
    return AuditInput(
        SCHEMA,
        train,
        holdout,
        {**stages, "synthetic": made[0]},
        latents,
        {"synthetic": dict(enumerate(made))},
        seeds=seeds,
        intermediate=frozenset(TWO),
        kind=ImageAudit(),
    )


TWO = ("teacher", "student")


def latent(train, holdout, seed):
    """A random projection of the pixels."""
    flat = [images.pixels.reshape(len(images.pixels), -1) / 255 for images in (train, holdout)]
    turn = np.random.default_rng(seed).normal(size=(flat[0].shape[1], 10)) / 10
    return Latents(*(part @ turn for part in flat))
