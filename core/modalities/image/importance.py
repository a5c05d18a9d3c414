"""Feature importance of an image classifier: permutation importance of its inputs, and occlusion maps of images.

The classifier is that of protocol A, seed 0: it sees the image and, as side features, the sensitive columns.
Permutation importance (Breiman 2001) shuffles the image, or a sensitive column, among the rows. Occlusion maps (Zeiler
and Fergus 2014) cover parts of an image. All are measured on real hold-out rows, the same for every source.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Estimate, Tag, estimate, undefined
from core.audit.explain.shap_importance import PROTOCOL
from core.audit.records import Record
from core.audit.statistics import means
from core.data.examples import Examples
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.modalities.image.attached import image_column
from core.modalities.image.classifier import ClassifierInputs, ImageClassifier
from core.modalities.image.protocols import ImageFit, on_images, outcomes_of

EFFECT, DROP = "shuffle_effect", "shuffle_drop"
IMAGE = "image"
MAX_ROWS = 1_000
GRID, MAX_OF_CLASS, SINGLE = 8, 20, 4
OCCLUSION = ["source", "class", "image", "row", "column", "fall"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ImageExplanation:
    """The feature importance of one classifier.

    Args:
        records: Effects of shuffling, protocol ``explanation``.
        occlusion: Columns ``source``, ``class``, ``image``, ``row``, ``column``, ``fall``: how far the probability of
            the predicted class falls, -1 to 1, if a patch of an 8 x 8 grid is covered. ``image`` is empty for the mean
            over at most 20 hold-out images of a class, else the name of a single one.
    """

    records: list[Record]
    occlusion: pd.DataFrame


def explain_images(
    schema: Schema,
    source: str,
    rows: Examples,
    train: Examples,
    holdout: Examples,
) -> ImageExplanation:
    """Train the classifier of protocol A on a source's rows and explain it.

    There are two records for the image and for each sensitive column. ``shuffle_effect:NAME``: how far the predicted
    probabilities of the classes move (half the sum of absolute differences, 0 to 1), on average over rows, if the input
    NAME is shuffled among at most 1,000 hold-out rows. ``shuffle_drop:NAME``: how much accuracy falls.

    Args:
        schema: Columns and roles.
        source: Whose rows.
        rows: Rows to train on; rows without a target are left out.
        train: Real train rows.
        holdout: Real hold-out rows.
    """
    known = rows.with_frame(rows.frame[rows.frame[schema.target].notna()])
    fit = on_images(schema, source, known, train, holdout, with_sensitive=True)
    names = [IMAGE, *(name for name, _ in fit.side_columns)]
    why = fit.why_untrainable()
    if why:
        nothing = [undefined(why)] * len(names)
        return ImageExplanation(_records(schema, source, names, nothing, nothing), pd.DataFrame(columns=OCCLUSION))
    model, classes = fit.train_classifier(0)
    truth = outcomes_of(fit.tested, train.frame, schema)
    effects, drops = _shuffled(model, fit, np.asarray(classes, dtype=object), truth)
    table = _occlusion(model, fit.test, truth, fit.tested[image_column(schema)].to_numpy(dtype=object))
    table.insert(0, "source", source)
    return ImageExplanation(_records(schema, source, names, effects, drops), table)


def _shuffled(
    model: ImageClassifier, fit: ImageFit, classes: NDArray[np.object_], truth: NDArray[np.object_]
) -> tuple[list[Estimate], list[Estimate]]:
    chosen = sample_positions(len(fit.test), MAX_ROWS, 0)
    inputs, order = fit.test.rows(chosen), np.random.default_rng(0).permutation(len(chosen))
    before = model.predict_proba(inputs)
    shuffled = [ClassifierInputs(inputs.pixels, inputs.image_indices[order], inputs.side_features)]
    start = 0
    for _, width in fit.side_columns:
        shuffled_features = inputs.side_features.copy()
        shuffled_features[:, start : start + width] = shuffled_features[order, start : start + width]
        shuffled.append(ClassifierInputs(inputs.pixels, inputs.image_indices, shuffled_features))
        start += width
    effects, drops = [], []
    correct = classes[before.argmax(axis=1)] == truth[chosen]
    for one in shuffled:
        after = model.predict_proba(one)
        effects.append(_mean(np.abs(after - before).sum(axis=1) / 2, 0.0))
        still = classes[after.argmax(axis=1)] == truth[chosen]
        drops.append(_mean(correct.astype(float) - still, -1.0))
    return effects, drops


def _mean(values: Floats, least: float) -> Estimate:
    value, low, high = means.mean(values)
    return estimate(value, max(low, least), min(high, 1.0), "normal over rows", values.size)


def _occlusion(
    model: ImageClassifier, inputs: ClassifierInputs, truth: NDArray[np.object_], names: NDArray[np.object_]
) -> pd.DataFrame:
    """Return occlusion maps: means over some images of each class, and single images of the first classes."""
    maps = {}
    for place, name in enumerate(sorted(set(truth))):
        class_rows = np.flatnonzero(truth == name)
        class_rows = class_rows[sample_positions(len(class_rows), MAX_OF_CLASS, 22)]
        falls = occlusion_maps(model, inputs.rows(class_rows))
        maps[name, ""] = falls.mean(axis=0)
        if place < SINGLE:
            maps[name, str(names[class_rows[0]])] = falls[0]
    parts = [
        (name, image, row, column, float(falls[row, column]))
        for (name, image), falls in maps.items()
        for row in range(len(falls))
        for column in range(falls.shape[1])
    ]
    return pd.DataFrame(parts, columns=OCCLUSION[1:])


def occlusion_maps(model: ImageClassifier, inputs: ClassifierInputs) -> Floats:
    """Return how far the probability of the predicted class falls if the mean colour of all images covers a patch.

    Args:
        model: The fitted classifier.
        inputs: n rows, at least one; images of at least 8 x 8 pixels.

    Returns:
        Shape (n, 8, 8), -1 to 1.
    """
    images = inputs.images()
    before = model.predict_proba(inputs)
    predicted, rows = before.argmax(axis=1), np.arange(len(inputs))
    grey = images.mean(axis=(0, 1, 2)).round().astype(np.uint8)
    down, across = (np.linspace(0, size, GRID + 1).astype(int) for size in images.shape[1:3])
    falls = np.empty((len(inputs), GRID, GRID))
    for row in range(GRID):
        for column in range(GRID):
            covered = images.copy()
            covered[:, down[row] : down[row + 1], across[column] : across[column + 1]] = grey
            after = model.predict_proba(ClassifierInputs(covered, rows, inputs.side_features))
            falls[:, row, column] = before[rows, predicted] - after[rows, predicted]
    return falls


def _records(
    schema: Schema, source: str, names: list[str], effects: list[Estimate], drops: list[Estimate]
) -> list[Record]:
    records = []
    for place, name in enumerate(names):
        tag = Tag(source, PROTOCOL, name if place and name in schema.sensitive else None, seed=0)
        records += [tag.record(f"{EFFECT}:{name}", effects[place]), tag.record(f"{DROP}:{name}", drops[place])]
    return records
