"""The image column of a schema, and the images of its rows."""

from __future__ import annotations

from core.data.examples import Examples
from core.data.images import Images
from core.data.schema import Schema
from core.errors import DataError, SchemaError


def image_column(schema: Schema) -> str:
    """Return the header of the column that names images.

    Raises:
        SchemaError: There is no such column.
    """
    if schema.image is None:
        raise SchemaError("No column names images; give one the kind image in the schema.")
    return schema.image


def images_of(examples: Examples, description: str = "rows") -> Images:
    """Return the images that belong to rows.

    Raises:
        DataError: The rows have no images; the sentence calls them ``description``.
    """
    if not isinstance(examples.attachments, Images):
        raise DataError(f"The {description} have no images; give them with their images.")
    return examples.attachments
