"""The protocols A, B and D for images, with an image classifier instead of a tabular one.

A sees the image and the one-hot sensitive columns as side features; B sees the image alone; D is A within the source.
For a target with more than two values, one network of all classes gives both outputs. The score is the probability of
the positive outcome, and a row is selected where it reaches one half, as for tables. The class is the most likely one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.metrics import unawareness
from core.audit.protocols.tabular import ONE_CLASS, diagnostic_split, target_classes
from core.audit.protocols.trainable import ClassifierOutput
from core.audit.statistics.bootstrap import bootstrap_rows
from core.data import groups
from core.data.encoding.values import Matrix
from core.data.examples import Examples
from core.data.schema import Schema
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.classifier import ClassifierInputs, ImageClassifier


@dataclass(frozen=True)
class ImageFit:
    """The train and test data of an image classifier under one protocol.

    Args:
        source: Whose rows.
        protocol: A, B or D.
        train: Inputs of the n training rows.
        train_classes: Their outcomes as text, shape (n,).
        positive: The outcome that counts as positive.
        test: Inputs of the m tested rows.
        tested: The tested rows.
        split: ``holdout`` or ``source``.
        flips: The values that replace the sensitive columns to measure their direct effect; in protocol A.
        is_multiclass: Whether the target has more than two values, so that the predicted class is an output too.
        side_columns: Headers of the columns that are side features, and the width of each.
    """

    source: str
    protocol: str
    train: ClassifierInputs
    train_classes: NDArray[np.object_]
    positive: str
    test: ClassifierInputs
    tested: pd.DataFrame
    split: str = "holdout"
    flips: unawareness.AttributeFlips | None = None
    is_multiclass: bool = False
    side_columns: tuple[tuple[str, int], ...] = ()

    def why_untrainable(self) -> str:
        """Return why no classifier can be trained; empty if one can."""
        positive = self.train_classes == self.positive
        return ONE_CLASS if positive.all() or not positive.any() else ""

    def predict(self, seed: int, *, direct: bool) -> ClassifierOutput:
        """Train the network and predict; see `core.audit.protocols.trainable.Trainable`."""
        model, names = self.train_classifier(seed)
        place = names.index(self.positive)
        probabilities = model.predict_proba(self.test)
        copies = np.zeros(0)
        if direct and self.flips is not None:
            copies = model.predict_proba(_flipped(self.test, self.flips))[:, place]
        most_likely = np.asarray(names, dtype=object)[probabilities.argmax(axis=1)] if self.is_multiclass else None
        return ClassifierOutput(probabilities[:, place], copies, most_likely)

    def copies_by_chance(self, seed: int) -> None:
        """Return nothing: training the network once more takes too long."""

    def resampled(self, seed: int) -> ImageFit:
        """Return the same on a bootstrap resample of the training rows."""
        rows = bootstrap_rows(len(self.train), seed).astype(np.intp)
        return replace(self, train=self.train.rows(rows), train_classes=self.train_classes[rows])

    def train_classifier(self, seed: int) -> tuple[ImageClassifier, list[str]]:
        """Return the classifier, trained with one seed, and its classes in the order of its outputs."""
        names, codes = np.unique(self.train_classes.astype(str), return_inverse=True)
        return ImageClassifier(seed).fit(self.train, codes), names.tolist()


def _flipped(tested: ClassifierInputs, flips: unawareness.AttributeFlips) -> ClassifierInputs:
    """Return the rows once per group, with the side features of `unawareness.AttributeFlips.copies`."""
    which = tested.image_indices[flips.sampled_rows(len(tested))]
    return ClassifierInputs(
        tested.pixels, np.tile(which, len(flips.replacements)), flips.copies(tested.side_features).astype(np.float32)
    )


def on_images(
    schema: Schema,
    source: str,
    rows: Examples,
    train: Examples,
    holdout: Examples,
    *,
    with_sensitive: bool,
) -> ImageFit:
    """Prepare protocol A (with the sensitive columns) or B (without) for one source.

    Args:
        schema: Roles, positive value, image column.
        source: Whose rows.
        rows: Rows to train on.
        train: Real train rows.
        holdout: Real hold-out rows.
        with_sensitive: Whether the sensitive columns are side features.

    Raises:
        DataError: A row has no image.
        SchemaError: No column names images.
    """
    frame, known, tested = rows.frame, train.frame, holdout.frame
    encoding = _group_encoding(schema, [known, frame, tested]) if with_sensitive else GroupEncoding(schema, ())
    return ImageFit(
        source,
        "A" if with_sensitive else "B",
        _inputs(rows, encoding),
        outcomes_of(frame, known, schema),
        groups.positive_name(schema),
        _inputs(holdout, encoding),
        tested,
        flips=_attribute_flips(schema, known, encoding) if with_sensitive else None,
        is_multiclass=target_classes(known, known, schema) is not None,
        side_columns=tuple((name, len(levels)) for name, levels in encoding.levels),
    )


def fit_within_images(schema: Schema, source: str, rows: Examples) -> ImageFit | None:
    """Prepare protocol D for one source; ``None`` if an outcome has too few rows to split."""
    frame = rows.frame
    parts = diagnostic_split(schema, frame)
    if parts is None:
        return None
    inside, outside = parts
    inputs = _inputs(rows, _group_encoding(schema, [frame]))
    outcomes = outcomes_of(frame, frame, schema)[inside]
    positive, tested = groups.positive_name(schema), frame.iloc[outside]
    return ImageFit(source, "D", inputs.rows(inside), outcomes, positive, inputs.rows(outside), tested, split="source")


@dataclass(frozen=True)
class GroupEncoding:
    """One-hot encoding of the groups of the sensitive columns.

    Args:
        schema: Sensitive columns and their bin edges.
        levels: The groups of each sensitive column; an unknown group is encoded as zeros.
    """

    schema: Schema
    levels: tuple[tuple[str, pd.Index], ...]

    def encode(self, frame: pd.DataFrame) -> Matrix:
        """Encode rows, shape (n, groups of all columns together)."""
        parts = [np.zeros((len(frame), 0), dtype=np.float32)]
        for name, levels in self.levels:
            codes = levels.get_indexer(pd.Index(groups.group_labels(frame, self.schema, [name]), dtype=object))
            parts.append((codes[:, None] == np.arange(len(levels))).astype(np.float32))
        return np.concatenate(parts, axis=1)


def _group_encoding(schema: Schema, frames: list[pd.DataFrame]) -> GroupEncoding:
    levels = []
    for name in schema.sensitive:
        seen = {str(group) for frame in frames for group in groups.group_labels(frame, schema, [name])}
        levels.append((name, pd.Index(sorted(seen), dtype=object)))
    return GroupEncoding(schema, tuple(levels))


def _inputs(examples: Examples, encoding: GroupEncoding) -> ClassifierInputs:
    frame, images = examples.frame, images_of(examples)
    return ClassifierInputs(
        images.pixels, images.positions(frame[image_column(encoding.schema)]), encoding.encode(frame)
    )


def outcomes_of(rows: pd.DataFrame, train: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    """Return each row's class if there are more than two classes, else the name of its outcome, shape (n,)."""
    is_multiclass = target_classes(rows, train, schema)
    if is_multiclass is not None:
        return is_multiclass
    names = np.asarray([groups.negative_name(schema, train), groups.positive_name(schema)], dtype=object)
    return np.asarray(names[groups.target_labels(rows, schema)], dtype=object)


def _attribute_flips(schema: Schema, train: pd.DataFrame, encoding: GroupEncoding) -> unawareness.AttributeFlips | None:
    if not schema.sensitive:
        return None
    replacements = encoding.encode(train.iloc[unawareness.typical_rows(schema, train, schema.sensitive)])
    name = groups.attribute_name(schema.sensitive)
    return unawareness.AttributeFlips(name, np.arange(replacements.shape[1]), replacements, schema.min_group_size)
