"""The feature space of images: the columns of the table and those of the embedding."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from core.audit.estimate import sentence
from core.data.examples import Examples
from core.data.images import Images, Pixels
from core.data.sampling import sample_positions
from core.data.schema import Schema
from core.modalities.image import embedding
from core.modalities.image.attached import image_column, images_of

MAX_ROWS = 20_000


class EmbeddingSpace:
    """Rows with the embedding of their images as features. It is fitted to the train images on first use.

    At most 20,000 rows of each table are compared.

    Args:
        schema: With an image column.
        train: Real train rows.
    """

    def __init__(self, schema: Schema, train: Examples) -> None:
        self._plain = schema
        self._train = train

    @cached_property
    def schema(self) -> Schema:
        """The schema of the rows with their embedding."""
        return embedding.embedding_schema(self._plain)

    def note(self, largest: int) -> str:
        """Return how images are compared, and whether only a sample is."""
        return sentence(
            embedding.NOTE, f"At most {MAX_ROWS:,} rows of each table are compared." if largest > MAX_ROWS else ""
        )

    def rows(self, examples: Examples) -> pd.DataFrame:
        """Return at most 20,000 of the rows, with the embedding of their images.

        Raises:
            DataError: A row has no image.
        """
        frame = examples.frame.iloc[sample_positions(len(examples.frame), MAX_ROWS, 21)]
        names = frame[image_column(self._plain)]
        return embedding.embedded(frame, self.embedding.embed_named(images_of(examples), names))

    @cached_property
    def embedding(self) -> embedding.ImageEmbedding:
        """The map from images to numbers."""
        return embedding.fit_embedding(train_images(self._plain, self._train.frame, images_of(self._train)))


def train_images(schema: Schema, train: pd.DataFrame, images: Images) -> Pixels:
    """Return the sample of train images that the embedding is fitted to, shape (n, height, width, 3)."""
    rows = train.iloc[sample_positions(len(train), embedding.MAX_FITTED, 20)]
    return images.of(rows[image_column(schema)])
