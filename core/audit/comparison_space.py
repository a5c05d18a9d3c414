"""The tables in the form in which rows are compared with rows: of images, what they look like stands in columns."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from core.audit import image_embedding
from core.audit.estimate import sentence
from core.audit.inputs import ORIGINAL, AuditInput
from core.audit.protocols.image import image_column
from core.data.images import Images, Pixels
from core.data.sampling import sample
from core.data.schema import Schema

MAX_ROWS = 20_000


class ComparisonSpace:
    """Rows of an audit as points: a table's as they are, those of images with their looks as features.

    Of images at most 20,000 rows of each table take part, and none is looked at before it is asked for.

    Args:
        inputs: What is audited.
    """

    def __init__(self, inputs: AuditInput) -> None:
        self._inputs = inputs
        self._found: dict[str, pd.DataFrame] = {}

    @cached_property
    def schema(self) -> Schema:
        """Of the rows as they are compared."""
        return image_embedding.embedding_schema(self._inputs.schema) if self._inputs.images else self._inputs.schema

    @property
    def columns(self) -> Schema:
        """Of the columns that mean something one by one: looks do not."""
        return self._inputs.schema

    @property
    def train(self) -> pd.DataFrame:
        """Real train rows."""
        return self._seen("train", self._inputs.train)

    @property
    def holdout(self) -> pd.DataFrame:
        """Real hold-out rows."""
        return self._seen("holdout", self._inputs.holdout)

    def source(self, name: str) -> pd.DataFrame | None:
        """A source's rows; nothing for the original, whose place the hold-out takes."""
        return None if name == ORIGINAL else self._seen(name, self._inputs.sources[name])

    def _seen(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        if not self._inputs.images:
            return frame
        if name not in self._found:
            rows = frame.iloc[sample(len(frame), MAX_ROWS, 21)]
            self._found[name] = with_embedding(rows, self._inputs.schema, self._inputs.images[name], self._embedding)
        return self._found[name]

    @cached_property
    def _embedding(self) -> image_embedding.ImageEmbedding:
        return image_embedding.fitted(
            train_images(self._inputs.schema, self._inputs.train, self._inputs.images["train"])
        )


def train_images(schema: Schema, train: pd.DataFrame, images: Images) -> Pixels:
    """As many of the train rows' images as looks are fitted to, shape (n, height, width, 3)."""
    rows = train.iloc[sample(len(train), image_embedding.MAX_FITTED, 20)]
    return images.of(rows[image_column(schema)])


def embedding_note(inputs: AuditInput) -> str:
    """How rows are compared, for the reader of a figure; empty for a table."""
    if not inputs.images:
        return ""
    cut = max(len(frame) for frame in (inputs.train, inputs.holdout, *inputs.sources.values())) > MAX_ROWS
    return sentence(image_embedding.NOTE, f"At most {MAX_ROWS:,} rows of each table take part." if cut else "")


def with_embedding(
    rows: pd.DataFrame, schema: Schema, images: Images, seen: image_embedding.ImageEmbedding
) -> pd.DataFrame:
    """Rows with what their images look like as columns.

    Raises:
        DataError: A row has no image.
        SchemaError: No column names images.
    """
    return image_embedding.embedded(rows, seen.named(images, rows[image_column(schema)]))
