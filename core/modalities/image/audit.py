"""The audit of images, where it differs from that of a table."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.audit.metrics.privacy import attachment_copy_records
from core.audit.records import Record
from core.data.examples import Examples
from core.data.schema import Schema
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.modalities.image.attached import image_column, images_of
from core.modalities.image.embedding import pixel_hashes
from core.modalities.image.embedding_space import EmbeddingSpace
from core.modalities.image.protocols import ImageFit, fit_within_images, on_images


class ImageAudit:
    """Networks classify images; an embedding compares them. See `core.audit.data_kind.DataKind`."""

    features_in_columns = False
    most_learned: int | None = None  # as many steps, however many images
    refits = 0  # each takes as long as the classifier itself, seconds
    classifier: ClassifierName = DEFAULT_CLASSIFIER  # of latents
    classifier_title = "a small network for images, trained for seconds"
    limits: tuple[tuple[str, str], ...] = (
        (
            "Who can be seen",
            "Real images are personal data and stand in no report; compare them with the synthetic ones in the app. A "
            "synthetic image can resemble somebody even if no distance here shows it.",
        ),
    )

    def others(self) -> dict[ClassifierName, Self]:
        """Return nothing: only one kind of network learns from images."""
        return {}

    def check(self, schema: Schema, description: str, examples: Examples) -> None:
        """Check that every row has an image.

        Raises:
            DataError: A row has no image.
            SchemaError: No column names images.
        """
        images_of(examples, description).positions(examples.frame[image_column(schema)])

    def fit(
        self,
        schema: Schema,
        source: str,
        rows: Examples,
        train: Examples,
        holdout: Examples,
        *,
        with_sensitive: bool,
    ) -> ImageFit:
        """Prepare a network on images, with or without the sensitive columns as side features."""
        return on_images(schema, source, rows, train, holdout, with_sensitive=with_sensitive)

    def fit_within(self, schema: Schema, source: str, rows: Examples) -> ImageFit | None:
        """Prepare a network on 70 % of the images, to be tested on the others."""
        return fit_within_images(schema, source, rows)

    def feature_space(self, schema: Schema, train: Examples) -> EmbeddingSpace:
        """Return the space of the columns and the embedding of the images."""
        return EmbeddingSpace(schema, train)

    def copy_records(self, schema: Schema, train: Examples, synthetic: Examples, source: str) -> list[Record]:
        """Return the share of images that equal a train image in every pixel."""
        return attachment_copy_records(_prints(schema, train), _prints(schema, synthetic), source, "image_copies")


def _prints(schema: Schema, examples: Examples) -> NDArray[np.uint64]:
    return pixel_hashes(images_of(examples).each(examples.frame[image_column(schema)]))
