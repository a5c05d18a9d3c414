"""The protocols A, B and D for rows that are images: an image classifier in the place of the forest.

A sees the image and, beside it, the sensitive columns one-hot; B the image alone; D as A, within the source. Of a
target with more than two values one network of all classes gives both answers: the score of the positive outcome is
its probability, and a row is selected where that reaches one half, as everywhere here; the class is the likeliest one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.metrics import unawareness
from core.audit.protocols.tabular import ONE_CLASS, ClassifierOutput, diagnostic_split, target_classes
from core.data import groups
from core.data.encoding.values import Matrix
from core.data.examples import Examples
from core.data.schema import Schema
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.classifier import ClassifierInputs, ImageClassifier


@dataclass(frozen=True)
class ImageFit:
    """What one protocol trains an image classifier on and tests it on.

    Args:
        source: Whose rows.
        protocol: A, B or D.
        train: What is seen of the training rows, n of them.
        train_classes: Their outcomes as text, shape (n,).
        positive: Which of these count as positive.
        test: What is seen of the tested rows, m of them.
        tested: The tested rows themselves.
        split: ``holdout`` or ``source``.
        flips: What stands in for the sensitive columns when the classifier is asked again; of protocol A.
        is_multiclass: Whether the target has more than two values, so that the likeliest is an answer too.
        side_columns: Headers of the columns that stand beside the image, and how many numbers each takes.
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
        """Train the network and ask it; see `core.audit.protocols.tabular.Trainable`."""
        model, names = self.train_classifier(seed)
        place = names.index(self.positive)
        found = model.predict_proba(self.test)
        copies = np.zeros(0)
        if direct and self.flips is not None:
            copies = model.predict_proba(_flipped(self.test, self.flips))[:, place]
        likeliest = np.asarray(names, dtype=object)[found.argmax(axis=1)] if self.is_multiclass else None
        return ClassifierOutput(found[:, place], copies, likeliest)

    def train_classifier(self, seed: int) -> tuple[ImageClassifier, list[str]]:
        """Return the classifier, trained with one seed, and the names of its classes in the order of its answers."""
        names, codes = np.unique(self.train_classes.astype(str), return_inverse=True)
        return ImageClassifier(seed).fit(self.train, codes), names.tolist()


def _flipped(tested: ClassifierInputs, flips: unawareness.AttributeFlips) -> ClassifierInputs:
    """Return the rows once as each group, as `unawareness.AttributeFlips.copies` has the numbers beside them."""
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
    """Protocol A (with the sensitive columns) or B (without) for one source.

    Args:
        schema: Roles, positive value, image column.
        source: Whose rows.
        rows: Rows to train on.
        train: Real train rows.
        holdout: Real hold-out rows.
        with_sensitive: Whether the sensitive columns stand beside the image.

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
    """Protocol D for one source; nothing if there are too few rows of either outcome to split."""
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
    """Groups of the sensitive columns one-hot, side by side.

    Args:
        schema: Sensitive columns and their cuts.
        levels: Of each sensitive column its groups; a group that is not among them is coded as zeros.
    """

    schema: Schema
    levels: tuple[tuple[str, pd.Index], ...]

    def encode(self, frame: pd.DataFrame) -> Matrix:
        """Return the shape (n, groups of all columns together)."""
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
    return ClassifierInputs(images.pixels, images.places(frame[image_column(encoding.schema)]), encoding.encode(frame))


def outcomes_of(rows: pd.DataFrame, train: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    """Return all classes if there are more than two, else the names of the two outcomes, shape (n,)."""
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
