"""Load data: a DataFrame, a file or a built-in name becomes a dataset of the library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.data.dataset import Dataset
from core.data.schema import Schema, from_json
from core.data.sources import load as sources
from core.data.sources.catalog import BUILT_IN
from core.data.sources.period_files import load_periods
from core.errors import ConfigError, DataError, about_field, change
from evenhand.frames import FrameForm, name_of, text_of
from evenhand.options import Data, Label


@dataclass(frozen=True)
class Table:
    """A built-in table with its roles.

    >>> table = load("demo", rows=100)
    >>> table.roles
    {'target': 'approved', 'positive': 'yes', 'sensitive': ['sex'], 'reference': 'deserved'}

    Args:
        name: Name of the table.
        frame: Rows.
        schema: Kinds and roles of the columns, including ignored ones.
        holdout: Official test rows, if there are any.
        notes: One sentence for each thing that was left out or reinterpreted.
    """

    name: str
    frame: pd.DataFrame
    schema: Schema
    holdout: pd.DataFrame | None
    notes: tuple[str, ...]

    @property
    def roles(self) -> dict[str, Any]:
        """The roles as keywords of `audit`, `run` and `FairSynthesizer`, as far as there are such columns."""
        outcome = {"positive": self.schema.positive, "threshold": self.schema.threshold}
        reference = {"reference": self.schema.reference}
        return {
            "target": self.schema.target,
            **_given(outcome),
            "sensitive": self.schema.sensitive,
            **_given(reference),
        }


def _given(keywords: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if value is not None}


def load(name: str, *, rows: int | None = None, seed: int = 0) -> Table:
    """Load a built-in table: ``demo``, ``adult`` or ``compas``.

    Args:
        name: Name of the table.
        rows: Number of rows of the demo.
        seed: Seed of the demo.

    Raises:
        ConfigError: There is no such table, or the dataset holds images: pass its name to `run` or `audit`.
        DataError: The table cannot be downloaded.
    """
    if name not in BUILT_IN or name in sources.IMAGES:
        known = ", ".join(repr(one) for one in BUILT_IN if one not in sources.IMAGES)
        raise ConfigError(
            f"There is no built-in table {name!r}; there are {known}. Images: give their name to run.", field="data"
        )
    found = sources.load(name, rows=rows, seed=seed)
    return Table(found.name, found.frame, found.schema, found.holdout, found.notes)


def infer_schema(data: Data) -> Schema:
    """Infer the schema of a DataFrame or a file. Edit it, and pass it as ``schema``.

    >>> frame = pd.DataFrame({"age": [31, 27], "sex": ["f", "m"], "hired": [True, False]})
    >>> schema = infer_schema(frame).edited("age", role="sensitive", bin_edges=(30,))
    >>> [f"{column.name}: {column.kind}, {column.role}" for column in schema.columns]
    ['age: integer, sensitive', 'sex: categorical, sensitive', 'hired: boolean, target']
    """
    found, _ = dataset_of(data)
    return found.schema


def dataset_of(  # the keywords of all functions, as they are given
    data: Data | Mapping[Label, Data],
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    holdout: Data | None = None,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
) -> tuple[Dataset, FrameForm | None]:
    """Return the data as a dataset of the library, and the form of the caller's frame.

    Raises:
        EvenhandError: The data are not usable. The sentence names the column.
    """
    more: dict[str, Any] = dict(options or {})
    with about_field("data"):
        form, source = _source(data)
    with about_field("holdout"):
        holdout_source = None if holdout is None else rows_of(holdout)
    schema = more.pop("schema", None)
    labels = more.pop("labels", None)
    reference = more.pop("reference", None)
    favorable = text_of(more.pop("favorable", None))
    bin_edges = more.pop("bin_edges", None) or {}
    apply = more.pop("apply", ())
    more |= {
        "apply": [apply] if isinstance(apply, str) else list(apply),
        "target": None if target is None else name_of(target, "target"),
        "positive": text_of(positive),
        "favorable": favorable,
        "sensitive": [name_of(label, "sensitive") for label in listed(sensitive)],
        "strata": [name_of(label, "strata") for label in listed(more.pop("strata", ()))],
        "reference": None if reference is None else name_of(reference, "reference"),
        "bin_edges": {name_of(label, "bin_edges"): edges for label, edges in bin_edges.items()} or None,
        "schema": schema if isinstance(schema, Schema | None) else _read_schema(Path(schema)),
        "holdout": holdout_source,
        "labels": None if labels is None else Path(labels),
        "seed": seed,
    }
    found = load_periods(source, **more) if isinstance(source, dict) else sources.load(source, **more)
    return replace(found, notes=(*found.notes, *_index_notes(data))), form


def rows_of(data: Data) -> Path | pd.DataFrame:
    """Return external rows in a form that the library reads: a frame with text headers, or a path."""
    return FrameForm.of(data).raw(data) if isinstance(data, pd.DataFrame) else Path(data)


def _source(
    data: Data | Mapping[Label, Data],
) -> tuple[FrameForm | None, str | Path | pd.DataFrame | dict[str, Path | pd.DataFrame]]:
    if isinstance(data, Mapping):
        return None, {str(name): rows_of(one) for name, one in data.items()}
    if isinstance(data, pd.DataFrame):
        form = FrameForm.of(data)
        return form, form.raw(data)
    return None, data if isinstance(data, str) else Path(data)


def _index_notes(data: Data | Mapping[Label, Data]) -> list[str]:
    """Return a note for each named index, which may hold values but is not part of the table."""
    if not isinstance(data, pd.DataFrame):
        return []
    names = [name for name in data.index.names if name is not None]
    return [f"The row index {name!r} was left out; reset_index() makes it a column." for name in names]


def listed(labels: Label | Sequence[Label]) -> Sequence[Label]:
    """Return one label or several as a list."""
    return [labels] if isinstance(labels, Label) else list(labels)


def _read_schema(path: Path) -> Schema:
    if not path.is_file():
        raise DataError(f"There is no schema file {str(path)!r}.", field="schema", remedies=[change("schema")])
    with about_field("schema"):
        return from_json(path.read_text(encoding="utf-8"))
