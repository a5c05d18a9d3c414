"""The kinds of data: which column marks each, and where its methods and its modality are.

A new kind of data is one entry in `DATA_KINDS`. Methods and modalities belong to higher layers. Their catalogs,
`core.synthesis.methods.method_info` and `core.modalities.catalog`, import them by the locations given here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.location import PACKAGE, Location

TABLE = "table"


@dataclass(frozen=True)
class DataKindInfo:
    """A kind of data.

    Args:
        column: The `core.data.column.Kind` of the column that names each row's content; ``None`` for plain tables.
        methods: Where its synthesizers are: a ``dict[str, core.synthesis.methods.method_info.MethodInfo]`` by name.
        modality: Where its subclass of `core.modalities.base.Modality` is.
    """

    column: str | None
    methods: Location
    modality: Location


DATA_KINDS: dict[str, DataKindInfo] = {
    TABLE: DataKindInfo(
        None,
        (f"{PACKAGE}.synthesis.methods.catalog", "METHODS"),
        (f"{PACKAGE}.modalities.table", "TableModality"),
    ),
    "image": DataKindInfo(
        "image",
        (f"{PACKAGE}.synthesis.image.catalog", "METHODS"),
        (f"{PACKAGE}.modalities.image.modality", "ImageModality"),
    ),
}
"""The kinds of data by name, as in `core.data.schema.Schema.data_kind`."""


def data_kind_of(column_kinds: Iterable[str]) -> str:
    """Return the kind of data with columns of these kinds. Data without a column that marks another are a table.

    >>> data_kind_of(["categorical", "image"]), data_kind_of(["categorical", "integer"])
    ('image', 'table')
    """
    by_column = {info.column: name for name, info in DATA_KINDS.items() if info.column is not None}
    return next((by_column[kind] for kind in column_kinds if kind in by_column), TABLE)
