"""Read the rows that a query of a SQL database gives, part by part, into columns.

The database is named by a URL of SQLAlchemy. Nothing is written: the transaction is rolled back. Neither the URL nor a
message of the database is kept or told, as the one may hold a password and the other a value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from core.data.io.limits import check_frame, check_shape
from core.data.io.typed_files import checked_names, to_frame
from core.data.sources.upload import safe_name
from core.errors import DataError, change

_PART: Final = 50_000
"""Rows that are in memory as objects of Python at a time."""
_UNORDERED: Final = (
    "The query does not say in which order its rows come, and another order gives other test rows. Add ORDER BY with a "
    "column that tells rows apart, so that the same seed gives the same figures."
)


def read_query(url: str, query: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    """Return the rows of a query with the types of the database, the name of the database, and notes.

    Args:
        url: For example ``postgresql+psycopg://host/people`` or ``sqlite:///people.db``.
        query: A query that gives rows.

    Raises:
        DataError: SQLAlchemy or the driver of the database is not installed, the URL or the query cannot be used, or
            there are too many rows.
    """
    with _connected(url) as (connection, name):
        frame = to_frame(_table(connection, query, name))
    check_frame(name, frame)
    is_ordered = "order by" in " ".join(query.casefold().split())
    return frame, name, () if is_ordered else (_UNORDERED,)


@contextmanager
def _connected(url: str) -> Iterator[tuple[Any, str]]:
    """Yield a connection and the name of the database."""
    try:
        import sqlalchemy
    except ImportError:
        raise DataError(
            "Reading from a database needs SQLAlchemy, which is not installed here. Install it with: "
            "pip install 'evenhand[sql]'."
        ) from None
    try:
        address = sqlalchemy.make_url(url)
        engine = sqlalchemy.create_engine(address, poolclass=sqlalchemy.NullPool)
    except ModuleNotFoundError as error:
        raise DataError(f"The driver {error.name!r} of the database is not installed here; install it.") from None
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise DataError(
            "The URL of the database is not understood; write it as SQLAlchemy does, like postgresql+psycopg://host/hr "
            "or sqlite:///people.db.",
            remedies=[change("data")],
        ) from None
    name = safe_name(Path(address.database or "").name or address.get_backend_name())
    try:
        connection = engine.connect()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise DataError(
            f"The database {name!r} cannot be reached ({_kind(error)}); check the URL and the credentials."
        ) from None
    with connection:
        yield connection, name


def _table(connection: Any, query: str, name: str) -> pa.Table:
    import sqlalchemy

    parts: list[pa.Table] = []
    rows = 0
    try:
        found = connection.execution_options(stream_results=True).execute(sqlalchemy.text(query))
        if not found.returns_rows:
            raise DataError("The query gives no rows; give one that selects the rows.", field="sql")
        titles = checked_names(list(found.keys()), name)
        check_shape(name, 0, len(titles))
        parts.append(_part([], titles))
        for chunk in found.partitions(_PART):
            rows += len(chunk)
            check_shape(name, rows, len(titles))  # before further rows are taken
            parts.append(_part(chunk, titles))
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise DataError(
            f"The database {name!r} cannot answer the query ({_kind(error)}); try the query in a client of the "
            "database, which says why.",
            field="sql",
            remedies=[change("sql")],
        ) from None
    return _below_one_another(parts)


def _part(rows: Sequence[Sequence[object]], titles: Sequence[str]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [() for _ in titles]
    return pa.table([_column(values) for values in columns], names=list(titles))


def _column(values: Sequence[object]) -> pa.Array:
    """Return one column; values that share no type of Arrow become text, as do those that have none, such as UUIDs."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pa.array([None if one is None else str(one) for one in values], pa.string())


def _below_one_another(parts: Sequence[pa.Table]) -> pa.Table:
    """Return all parts as one table; a column whose parts have types that do not fit becomes text."""
    columns = [_joined([part.select([place]) for part in parts]) for place in range(parts[0].num_columns)]
    return pa.table(columns, names=parts[0].column_names)


def _joined(pieces: Sequence[pa.Table]) -> pa.ChunkedArray:
    try:
        return pa.concat_tables(pieces, promote_options="permissive").column(0)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        values = [None if one is None else str(one) for piece in pieces for one in piece.column(0).to_pylist()]
        return pa.chunked_array([pa.array(values, pa.string())])


def _kind(error: Exception) -> str:
    """Return the kind of a database's error; its message may hold values."""
    return type(getattr(error, "orig", None) or error).__name__
