"""Which column names the images of rows, and which images belong to them."""

from __future__ import annotations

from core.data.examples import Examples
from core.data.images import Images
from core.data.schema import Schema
from core.errors import DataError, SchemaError


def image_column(schema: Schema) -> str:
    """Return the header of the column that names images.

    Raises:
        SchemaError: There is none.
    """
    if schema.image is None:
        raise SchemaError("No column names images; give one the kind image in the schema.")
    return schema.image


def images_of(examples: Examples, description: str = "rows") -> Images:
    """Return the images that belong to rows.

    Raises:
        DataError: There are none; ``description`` the rows are is told.
    """
    if not isinstance(examples.attachments, Images):
        raise DataError(f"The {description} have no images; give them beside the others.")
    return examples.attachments
