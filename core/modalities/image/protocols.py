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
from core.audit.protocols.tabular import ONE_CLASS, Answers, parted, target_classes
from core.data import groups
from core.data.encoding.values import Matrix
from core.data.examples import Examples
from core.data.schema import Schema
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.classifier import ImageClassifier, Views


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
        several: Whether the target has more than two values, so that the likeliest is an answer too.
        beside: Headers of the columns that stand beside the image, and how many numbers each takes.
    """

    source: str
    protocol: str
    train: Views
    train_classes: NDArray[np.object_]
    positive: str
    test: Views
    tested: pd.DataFrame
    split: str = "holdout"
    flips: unawareness.AttributeFlips | None = None
    several: bool = False
    beside: tuple[tuple[str, int], ...] = ()

    def lacking(self) -> str:
        """Why no classifier can be trained; empty if one can."""
        positive = self.train_classes == self.positive
        return ONE_CLASS if positive.all() or not positive.any() else ""

    def answers(self, seed: int, *, direct: bool) -> Answers:
        """Train the network and ask it; see `core.audit.protocols.tabular.Trainable`."""
        model, names = self.learned(seed)
        place = names.index(self.positive)
        found = model.predict_proba(self.test)
        copies = np.zeros(0)
        if direct and self.flips is not None:
            copies = model.predict_proba(_copies(self.test, self.flips))[:, place]
        likeliest = np.asarray(names, dtype=object)[found.argmax(axis=1)] if self.several else None
        return Answers(found[:, place], copies, likeliest)

    def learned(self, seed: int) -> tuple[ImageClassifier, list[str]]:
        """The classifier, trained with one seed, and the names of its classes in the order of its answers."""
        names, codes = np.unique(self.train_classes.astype(str), return_inverse=True)
        return ImageClassifier(seed).fit(self.train, codes), names.tolist()


def _copies(tested: Views, flips: unawareness.AttributeFlips) -> Views:
    """Rows once as each group, as `unawareness.AttributeFlips.copies` has the numbers beside them."""
    which = tested.which[flips.asked(len(tested))]
    return Views(tested.pixels, np.tile(which, len(flips.stand_ins)), flips.copies(tested.beside).astype(np.float32))


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
    coding = _coding(schema, [known, frame, tested]) if with_sensitive else Coding(schema, ())
    return ImageFit(
        source,
        "A" if with_sensitive else "B",
        _views(rows, coding),
        outcomes_of(frame, known, schema),
        groups.positive_name(schema),
        _views(holdout, coding),
        tested,
        flips=_flips(schema, known, coding) if with_sensitive else None,
        several=target_classes(known, known, schema) is not None,
        beside=tuple((name, len(levels)) for name, levels in coding.levels),
    )


def within_images(schema: Schema, source: str, rows: Examples) -> ImageFit | None:
    """Protocol D for one source; nothing if there are too few rows of either outcome to split."""
    frame = rows.frame
    parts = parted(schema, frame)
    if parts is None:
        return None
    inside, outside = parts
    views = _views(rows, _coding(schema, [frame]))
    outcomes = outcomes_of(frame, frame, schema)[inside]
    positive, tested = groups.positive_name(schema), frame.iloc[outside]
    return ImageFit(source, "D", views.rows(inside), outcomes, positive, views.rows(outside), tested, split="source")


@dataclass(frozen=True)
class Coding:
    """Groups of the sensitive columns one-hot, side by side.

    Args:
        schema: Sensitive columns and their cuts.
        levels: Of each sensitive column its groups; a group that is not among them is coded as zeros.
    """

    schema: Schema
    levels: tuple[tuple[str, pd.Index], ...]

    def encode(self, frame: pd.DataFrame) -> Matrix:
        """Shape (n, groups of all columns together)."""
        parts = [np.zeros((len(frame), 0), dtype=np.float32)]
        for name, levels in self.levels:
            codes = levels.get_indexer(pd.Index(groups.group_labels(frame, self.schema, [name]), dtype=object))
            parts.append((codes[:, None] == np.arange(len(levels))).astype(np.float32))
        return np.concatenate(parts, axis=1)


def _coding(schema: Schema, frames: list[pd.DataFrame]) -> Coding:
    levels = []
    for name in schema.sensitive:
        seen = {str(group) for frame in frames for group in groups.group_labels(frame, schema, [name])}
        levels.append((name, pd.Index(sorted(seen), dtype=object)))
    return Coding(schema, tuple(levels))


def _views(examples: Examples, coding: Coding) -> Views:
    frame, images = examples.frame, images_of(examples)
    return Views(images.pixels, images.positions(frame[image_column(coding.schema)]), coding.encode(frame))


def outcomes_of(rows: pd.DataFrame, train: pd.DataFrame, schema: Schema) -> NDArray[np.object_]:
    """All classes if there are more than two, else the names of the two outcomes, shape (n,)."""
    several = target_classes(rows, train, schema)
    if several is not None:
        return several
    names = np.asarray([groups.negative_name(schema, train), groups.positive_name(schema)], dtype=object)
    return np.asarray(names[groups.target_labels(rows, schema)], dtype=object)


def _flips(schema: Schema, train: pd.DataFrame, coding: Coding) -> unawareness.AttributeFlips | None:
    if not schema.sensitive:
        return None
    stand_ins = coding.encode(train.iloc[unawareness.typical(schema, train, schema.sensitive)])
    name = groups.attribute_name(schema.sensitive)
    return unawareness.AttributeFlips(name, np.arange(stand_ins.shape[1]), stand_ins, schema.min_group_size)
