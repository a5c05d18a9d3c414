"""Convert DataFrames: text headers for the library, and the caller's labels and dtypes for synthetic rows.

The library casts a table to its schema. Synthetic rows are returned in the form of the caller's frame: the same labels,
dtypes, order of categories, time zones and text formats. A run stores this form beside its tables.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, ValidationError

from core.data.column import Column
from core.data.io.table_writer import format_values
from core.data.io.text_values import as_text_column
from core.data.schema import Schema
from core.errors import DataError, SchemaError
from core.runs import files
from evenhand.options import Label

FILE: Final = "data_frame.json"
Cells = Literal["str", "bool", "int", "float", "Decimal", "datetime", "date"]
_CELLS: Final[tuple[tuple[type | tuple[type, ...], Cells], ...]] = (
    (str, "str"),
    ((bool, np.bool_), "bool"),
    ((int, np.integer), "int"),
    ((float, np.floating), "float"),
    (Decimal, "Decimal"),
    (datetime, "datetime"),
    (date, "date"),
)
_PLAIN: Final = "biuf"  # numpy's letters of truth values, integers and floats
_ARROW: Final = (
    pa.types.is_boolean,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_timestamp,
)


class ColumnForm(BaseModel):
    """The form of one column of the caller's frame."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: Label
    dtype: str
    cells: Cells | None = None
    """Type of the cells of an object column."""
    categories: tuple[Label, ...] | None = None
    ordered: bool = False


class FrameForm(BaseModel):
    """The form of the caller's frame. ``rows`` is the fingerprint of the table that it belongs to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: tuple[ColumnForm, ...]
    rows: str = ""

    @classmethod
    def of(cls, frame: pd.DataFrame) -> Self:
        """Return the form of a frame.

        Raises:
            DataError: A label or a column is not usable. The sentence names it.
        """
        if frame.columns.nlevels > 1:
            raise DataError("The columns have several levels; join them to one text each, e.g. 'age_mean'.")
        labels = [_label(label, place) for place, label in enumerate(frame.columns)]
        names = [str(label) for label in labels]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated is not None:
            raise DataError(f"Column {repeated!r} occurs more than once; give each column a name of its own.")
        return cls(
            columns=tuple(_form(label, frame.iloc[:, place]) for place, label in enumerate(labels)),
        )

    @classmethod
    def read(cls, folder: Path, rows: str) -> Self | None:
        """Return the form that :meth:`write` stored for the table ``rows``; ``None`` if there is none."""
        try:
            found = cls.model_validate_json((folder / FILE).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValidationError):
            return None
        return found if found.rows == rows else None

    def write(self, folder: Path, rows: str) -> None:
        """Store the form in a run folder, for the table with the fingerprint ``rows``."""
        files.write_text(folder / FILE, self.model_copy(update={"rows": rows}).model_dump_json(indent=1))

    def raw(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a copy of a frame with text headers and a new index, for the library.

        >>> frame = pd.DataFrame({1: [True, False]}, index=["a", "b"])
        >>> FrameForm.of(frame).raw(frame).to_dict("list")
        {'1': [True, False]}
        """
        columns = {str(label): _plain(frame[label]).reset_index(drop=True) for label in frame.columns}
        return pd.DataFrame(columns, index=pd.RangeIndex(len(frame)))

    def restored(self, frame: pd.DataFrame, schema: Schema) -> pd.DataFrame:
        """Return a frame typed by ``schema``, shape (n, columns), with the caller's labels and dtypes."""
        forms = {str(form.label): form for form in self.columns}
        columns = [_restored(frame[name], schema.column(name), forms[name]) for name in frame.columns]
        restored = pd.DataFrame(dict(enumerate(columns)), index=frame.index)
        restored.columns = pd.Index([forms[name].label for name in frame.columns])
        return restored


def text_of(value: Label | None) -> str | None:
    """Return a value of the target as text, in the library's notation.

    >>> text_of(True), text_of(1.0), text_of("yes")
    ('True', '1', 'yes')
    """
    return None if value is None else str(as_text_column(pd.Series([value], dtype="object"))[0])


def name_of(label: Hashable, of: str) -> str:
    """Return a column's label as its header.

    Raises:
        SchemaError: ``label`` is not a valid label of a column.
    """
    if not isinstance(label, Label | np.generic):
        raise SchemaError(f"{of} must be a column's label, not {label!r}.")
    return str(label)


def _label(label: Hashable, place: int) -> Label:
    plain = label.item() if isinstance(label, np.generic) else label
    if not isinstance(plain, Label) or pd.isna(plain):
        raise DataError(f"Column {place + 1} has the label {label!r}; labels must be texts, numbers or True/False.")
    if not str(plain).strip():
        raise DataError(f"Column {place + 1} has no name; give it one.")
    return plain


def _form(label: Label, values: pd.Series) -> ColumnForm:
    kind = values.dtype
    if isinstance(kind, pd.CategoricalDtype):
        categories = tuple(one.item() if isinstance(one, np.generic) else one for one in kind.categories)
        if not all(isinstance(one, Label) for one in categories):
            raise _unusable(label, "its categories are neither texts nor numbers nor True/False")
        return ColumnForm(
            label=label, dtype=str(kind.categories.dtype), categories=categories, ordered=bool(kind.ordered)
        )
    if pd.api.types.is_object_dtype(kind):
        return ColumnForm(label=label, dtype="object", cells=_cells(label, values.dropna()))
    if not _is_usable(kind):
        raise _unusable(label, f"it is of dtype {kind}")
    return ColumnForm(label=label, dtype=str(kind))


def _is_usable(kind: Any) -> bool:
    """Return whether a dtype holds text, dates, numbers or Booleans, and can be restored from its name."""
    if isinstance(kind, pd.ArrowDtype):
        return any(check(kind.pyarrow_dtype) for check in _ARROW) and getattr(kind.pyarrow_dtype, "tz", None) is None
    if isinstance(kind, pd.StringDtype) or pd.api.types.is_datetime64_any_dtype(kind):
        return True
    return getattr(kind, "kind", "") in _PLAIN and not isinstance(kind, pd.SparseDtype)


def _cells(label: Label, known: pd.Series) -> Cells:
    found = {_cell(label, cell) for cell in known}
    if found == {"int", "float"}:
        return "float"
    if len(found) > 1:
        raise _unusable(label, f"it mixes {' and '.join(sorted(found))}")
    return found.pop() if found else "str"


def _cell(label: Label, cell: object) -> Cells:
    for kinds, name in _CELLS:
        if isinstance(cell, kinds):
            return name
    raise _unusable(label, f"it holds a {type(cell).__name__}")


def _unusable(label: Label, why: str) -> DataError:
    return DataError(f"Column {str(label)!r} cannot be used: {why}. Leave it out, or write it as text: astype('str').")


def _plain(values: pd.Series) -> pd.Series:
    """Convert Arrow dtypes to those of pandas."""
    if not isinstance(values.dtype, pd.ArrowDtype):
        return values
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return values.astype("datetime64[us]")
    return values.convert_dtypes(dtype_backend="numpy_nullable")


def _restored(values: pd.Series, column: Column, form: ColumnForm) -> pd.Series:
    if form.categories is not None:
        return _categorical(values, form)
    if form.cells is not None:
        return _objects(values, column, _OBJECTS[form.cells])
    kind = pd.api.types.pandas_dtype(form.dtype)
    if isinstance(kind, pd.StringDtype) or form.dtype.startswith(("string[", "large_string[")):
        return _texts(values, column).astype(kind)
    if pd.api.types.is_datetime64_any_dtype(kind):
        moments = pd.to_datetime(values)
        zone = getattr(kind, "tz", None)
        return (moments if zone is None else moments.dt.tz_localize("UTC")).astype(kind)
    return _numbers(values, kind)


def _categorical(values: pd.Series, form: ColumnForm) -> pd.Series:
    categories = pd.Index(list(form.categories or ()), dtype=pd.api.types.pandas_dtype(form.dtype))
    places = {text: place for place, text in enumerate(as_text_column(pd.Series(categories)))}
    codes = [places.get(text, -1) for text in as_text_column(values)]
    return pd.Series(pd.Categorical.from_codes(codes, categories=categories, ordered=form.ordered), values.index)


def _texts(values: pd.Series, column: Column) -> pd.Series:
    """Return the values as text in the column's format, with its missing token."""
    missing = values.isna().to_numpy(dtype=bool)
    texts = pd.Series(column.missing_token or None, index=values.index, dtype="object")
    texts[~missing] = format_values(values[~missing], column)
    return texts.astype("str")


_OBJECTS: Final[dict[Cells, Callable[[Any], object]]] = {
    "str": str,
    "bool": lambda value: value in (True, "True"),
    "int": int,
    "float": float,
    "Decimal": lambda value: Decimal(str(value)),
    "datetime": lambda value: pd.Timestamp(value).to_pydatetime(),
    "date": lambda value: pd.Timestamp(value).date(),
}


def _objects(values: pd.Series, column: Column, cast: Callable[[Any], object]) -> pd.Series:
    if cast is str:
        values = _texts(values, column)
    cells = [None if gone else cast(value) for value, gone in zip(values, values.isna(), strict=True)]
    return pd.Series(cells, index=values.index, dtype="object")


def _numbers(values: pd.Series, kind: Any) -> pd.Series:
    """Cast to a dtype of numbers or Booleans, or to its nullable counterpart if there are missing values."""
    if isinstance(values.dtype, pd.StringDtype):
        truth = getattr(kind, "kind", "") == "b"
        values = values.map({"True": True, "False": False}).astype("boolean") if truth else _from_codes(values)
        if not truth and getattr(kind, "kind", "") in "iu" and values.max() > np.iinfo(f"{kind}".lower()).max:
            kind = np.dtype("int64")  # new identifiers are greater than all of the caller's
    if values.isna().any() and isinstance(kind, np.dtype) and kind.kind != "f":
        kind = pd.api.types.pandas_dtype("boolean" if kind.kind == "b" else "Int64")
    if isinstance(kind, np.dtype) and kind.kind == "f":
        return pd.Series(values.to_numpy(dtype=kind, na_value=np.nan), values.index)
    return values.astype(kind)


def _from_codes(text: pd.Series) -> pd.Series:
    """Return the numbers of codes or identifiers; missing where rare codes were merged into a word."""
    numbers: pd.Series = pd.to_numeric(text, errors="coerce")
    return numbers
