"""Read files that store the type of each column: Parquet, Feather, ORC, Stata, SAS and SPSS."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.feather as pa_feather
import pyarrow.parquet as pq

from core.data.io.limits import check_shape
from core.data.io.value_labels import with_numbers
from core.errors import DataError

TYPED: Final = (".parquet", ".pq", ".feather", ".orc", ".dta", ".sas7bdat", ".xpt", ".sav")


def read_typed(path: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read a file with its types. Return the frame, and notes on what was left out.

    Raises:
        DataError: The file is damaged, its reader is not installed, or a name is empty or occurs twice.
    """
    suffix = path.suffix.lower()
    arrow = _ARROW.get(suffix)
    if arrow is not None:
        return from_arrow(path, arrow)
    return _from_statistics(path, _STATISTICS[suffix])


def _orc(path: Path) -> pa.Table:
    import pyarrow.orc as pa_orc

    file = pa_orc.ORCFile(path)
    check_shape(path.name, file.nrows, len(file.schema))
    return file.read()


def _parquet(path: Path) -> pa.Table:
    with pq.ParquetFile(path) as file:
        # A column of one repeated value takes a few bytes a million rows, so the size of the file says nothing.
        check_shape(path.name, file.metadata.num_rows, len(file.schema_arrow))
        return file.read(use_threads=False)


def _feather(path: Path) -> pa.Table:
    return pa_feather.read_table(path, use_threads=False)


_ARROW: Final[dict[str, Callable[[Path], pa.Table]]] = {
    ".parquet": _parquet,
    ".pq": _parquet,
    ".feather": _feather,
    ".orc": _orc,
}


def from_arrow(path: Path, read: Callable[[Path], pa.Table]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read with Arrow. Return the frame, and notes on what was left out.

    Integers beside missing values keep all their digits.

    Args:
        path: The file, or a folder.
        read: Returns its table.

    Raises:
        DataError: It is damaged or too large, or a name is empty or occurs twice.
    """
    try:
        table = read(path)
        table.validate(full=True)
        index = [title for title in table.column_names if title.startswith("__index_level_")]
        table = table.drop_columns(index)
        table = table.rename_columns(checked_names(table.column_names, path.name))
        check_shape(path.name, *table.shape)
        frame = to_frame(table)
    except (DataError, MemoryError):
        raise
    except Exception as error:  # readers of damaged files raise whatever they come across
        what = {".orc": "ORC", ".feather": "Feather"}.get(path.suffix.lower(), "Parquet")
        raise DataError(f"The file {path.name!r} is damaged or not {what}; write it again.") from error
    return frame, tuple(f"The saved row index {title!r} was left out." for title in index)


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return an Arrow table as a frame that loses nothing: whole numbers, dates of any year, times of day."""
    for place, field in enumerate(table.schema):
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            table = table.set_column(place, field.name, _decoded(table.column(place)))
    frame: pd.DataFrame = table.to_pandas(
        ignore_metadata=True, types_mapper=_nullable, date_as_object=True, use_threads=False
    )
    return frame


def _decoded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return bytes as the text that they are, as some databases write text without saying so; else unchanged."""
    try:
        text = column.cast(pa.string())
    except pa.ArrowInvalid:
        return column
    shown = pc.utf8_is_printable(text)
    return text if pc.all(shown, skip_nulls=True).as_py() in (True, None) else column


def _nullable(kind: pa.DataType) -> pd.api.extensions.ExtensionDtype | None:
    if pa.types.is_signed_integer(kind) or pa.types.is_uint8(kind) or pa.types.is_uint16(kind):
        return pd.Int64Dtype()
    if pa.types.is_unsigned_integer(kind):
        return pd.UInt64Dtype()
    if pa.types.is_boolean(kind):
        return pd.BooleanDtype()
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pd.StringDtype(na_value=float("nan"))
    return None


def _stata(path: Path) -> pd.DataFrame:
    try:
        return pd.read_stata(path)
    except ValueError as error:
        if "not unique" not in str(error):
            raise
        return pd.read_stata(path, convert_categoricals=False)  # two codes have the same label


def _sas(path: Path) -> pd.DataFrame:
    frame: pd.DataFrame = pd.read_sas(path, encoding="cp1252" if path.suffix.lower() == ".xpt" else "infer")
    return frame


def _spss(path: Path) -> pd.DataFrame:
    return pd.read_spss(path)


_STATISTICS: Final[dict[str, Callable[[Path], pd.DataFrame]]] = {
    ".dta": _stata,
    ".sas7bdat": _sas,
    ".xpt": _sas,
    ".sav": _spss,
}


def _from_statistics(path: Path, read: Callable[[Path], pd.DataFrame]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read with pandas. Labels of codes become the values, as people read them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on labels and on the speed of wide files
            frame = read(path)
    except MemoryError:
        raise
    except ImportError as error:
        raise DataError(
            f"The file {path.name!r} is of SPSS, and its reader is not installed; install evenhand[spss], or save the "
            "table as CSV UTF-8."
        ) from error
    except Exception as error:  # readers of damaged files raise whatever they come across
        raise DataError(
            f"The file {path.name!r} is damaged or not a {path.suffix.lower()} file; save the table again."
        ) from error
    frame.columns = pd.Index(checked_names([str(title) for title in frame.columns], path.name), dtype="str")
    return with_numbers(frame)


def checked_names(titles: list[str], name: str) -> list[str]:
    """Return the names without blanks around them. Raise a `DataError` about the first empty or repeated one."""
    titles = [title.strip() for title in titles]
    if "" in titles:
        raise DataError(f"Column {titles.index('') + 1} of {name!r} has no name; give it one.")
    repeated = [title for title, times in Counter(titles).items() if times > 1]
    if repeated:
        raise DataError(
            f"Column {repeated[0]!r} occurs more than once in {name!r}; give each column a name of its own."
        )
    if not titles:
        raise DataError(f"The file {name!r} has no column; write the table again.")
    return titles
