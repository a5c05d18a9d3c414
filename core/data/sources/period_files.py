"""Several files, or frames, of the same columns as one table: each is a period, in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Unpack

import pandas as pd

from core.data.column import Column, Kind, Role
from core.data.dataset import Dataset
from core.data.forms.said import NOTHING_SAID, SaidForms
from core.data.inference.column_kinds import infer_schema
from core.data.io.table_files import read_table
from core.data.io.text_values import as_text_column, missing_mask, number_mask
from core.data.periods import MAX_PERIODS, PeriodColumn
from core.data.schema import Schema
from core.data.sources.load import load
from core.data.sources.load_options import LoadOptions, said_forms
from core.errors import ConfigError, DataError, change, leave_out

FILE_PERIOD: Final = "period (file)"
"""Header of the column that says from which file a row is."""
_SHOWN: Final = 5
Source = Path | pd.DataFrame


@dataclass(frozen=True)
class Stacked:
    """The rows of several files.

    Args:
        raw: All rows, with a column that says from which period a row is.
        schema: Kinds and roles.
        name: What to call the table.
        notes: On how the files were read, a sentence each.
    """

    raw: pd.DataFrame
    schema: Schema
    name: str
    notes: tuple[str, ...]


def file_periods(names: Iterable[str], column: str | None, length: str | None) -> PeriodColumn:
    """Return the column of the periods that files are.

    Raises:
        ConfigError: A column of periods, or their length, is given too.
    """
    if column is not None:
        raise ConfigError(
            f"Several files are given, each a period, so column {column!r} cannot name periods too.",
            field="period_column",
            remedies=[leave_out("period_column")],
        )
    if length is not None:
        raise ConfigError(
            "Several files are given, each a period, so periods have no length.",
            field="period",
            remedies=[leave_out("period")],
        )
    return PeriodColumn(FILE_PERIOD, order=tuple(names))


def load_periods(files: Mapping[str, Source], **options: Unpack[LoadOptions]) -> Dataset:
    """Load several files as one table, with a column that says from which period a row is; see `load`.

    Args:
        files: Files or frames by the name of their period, in order of time.
        **options: See `LoadOptions`.

    Raises:
        EvenhandError: A file cannot be used, or its columns are not those of the first one.
    """
    found = stacked(files, options.get("schema"), options.get("encoding"), said_forms(options))
    options["schema"] = found.schema
    dataset = load(found.raw, **options)
    return replace(dataset, name=found.name, notes=(*found.notes, *dataset.notes))


def stacked(
    files: Mapping[str, Source],
    schema: Schema | None = None,
    encoding: str | None = None,
    said: SaidForms = NOTHING_SAID,
) -> Stacked:
    """Return the rows of several files as one table.

    Args:
        files: Files or frames by the name of their period, in order of time.
        schema: Their schema; inferred if left out.
        encoding: Encoding of CSV files; detected if left out.
        said: What a person says of values that could be read in two ways; inferred if left out.

    Raises:
        DataError: A file cannot be used, or its columns are not those of the first one.
    """
    if not 2 <= len(files) <= MAX_PERIODS:
        raise DataError(
            f"One audit compares 2 to {MAX_PERIODS} periods, and {len(files)} are given.",
            field="data",
            remedies=[change("data")],
        )
    tables, notes = _read(files, encoding)
    _check_columns(tables)
    raw = _below_one_another(tables)
    if schema is None:
        schema, told = infer_schema(raw, said)
        notes += told
    own = [one for one in schema.columns if one.name != FILE_PERIOD]  # the schema of an earlier audit has it
    _check_numbers(tables, own)
    column = Column(name=FILE_PERIOD, kind=Kind.CATEGORICAL, role=Role.IGNORED, reason="The file of the row.")
    names = [name for name, table in tables.items() for _ in range(len(table))]
    raw = raw.assign(**{FILE_PERIOD: pd.Series(names, dtype="str")})
    return Stacked(raw, schema.replaced(columns=(*own, column)), _title(files), tuple(notes))


def _title(files: Mapping[str, Source]) -> str:
    names = list(files)
    return ", ".join(names) if len(names) <= _SHOWN else f"{names[0]} to {names[-1]} ({len(names)} files)"


def _read(files: Mapping[str, Source], encoding: str | None) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Return the raw table of each period, and notes on how files were read."""
    tables: dict[str, pd.DataFrame] = {}
    notes: list[str] = []
    for name, source in files.items():
        if isinstance(source, pd.DataFrame):
            tables[name] = source.reset_index(drop=True)
        else:
            tables[name], told = read_table(source, encoding=encoding)
            notes += told
        if not len(tables[name]):
            raise DataError(f"Period {name!r} has no rows; leave it out.", field="data", remedies=[change("data")])
    return tables, notes


def _check_columns(tables: Mapping[str, pd.DataFrame]) -> None:
    first, *others = tables
    expected = list(map(str, tables[first].columns))
    if FILE_PERIOD in expected:
        raise DataError(f"The tables already have a column {FILE_PERIOD!r}; rename it.", field="data")
    for name in others:
        mine = list(map(str, tables[name].columns))
        lacking, further = (
            [one for one in these if one not in those] for these, those in ((expected, mine), (mine, expected))
        )
        parts = [f"it lacks {_listed(lacking)}"] if lacking else []
        parts += [f"only it has {_listed(further)}"] if further else []
        if parts:
            raise DataError(
                f"Period {name!r} does not have the columns of {first!r}: {' and '.join(parts)}. Give every file the "
                "same columns.",
                field="data",
            )


def _check_numbers(tables: Mapping[str, pd.DataFrame], columns: Iterable[Column]) -> None:
    """Check that no column holds numbers in one period and none in another, of the columns that are no numbers."""
    for column in columns:
        if column.kind not in (Kind.CATEGORICAL, Kind.IDENTIFIER):
            continue
        shares: dict[str, float] = {}
        for name, table in tables.items():
            text = as_text_column(table[column.name].reset_index(drop=True))
            known = text[~missing_mask(text)].reset_index(drop=True)
            if len(known):
                shares[name] = float(number_mask(known).mean())
        numbers, words = ([name for name, share in shares.items() if share == all_] for all_ in (1.0, 0.0))
        if numbers and words:
            text = as_text_column(tables[words[0]][column.name].reset_index(drop=True))
            example = str(text[~missing_mask(text)].iloc[0])
            raise DataError(
                f"Column {column.name!r} holds numbers in period {numbers[0]!r} and none in {words[0]!r}, for example "
                f"{example!r}. Write it alike in every file, or leave it out of all.",
                field="data",
            )


def _below_one_another(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all periods below one another; a column of different dtypes becomes text."""
    columns = list(next(iter(tables.values())).columns)
    parts = [table[columns] for table in tables.values()]
    stacked = {}
    for name in columns:
        pieces = [part[name] for part in parts]
        alike = len({str(one.dtype) for one in pieces}) == 1 or all(map(_is_number, pieces))
        stacked[name] = pd.concat(pieces if alike else map(as_text_column, pieces), ignore_index=True)
    return pd.DataFrame(stacked)


def _is_number(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype))


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ("columns " if len(names) > 1 else "column ") + ", ".join(map(repr, names[:_SHOWN])) + rest
