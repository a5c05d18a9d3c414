"""Data on their way in: a DataFrame, a file or a built-in name becomes the library's dataset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from core.data.dataset import Dataset
from core.data.schema import Schema, from_json
from core.data.sources import catalog
from core.errors import ConfigError, DataError
from evenhand.frames import FrameForm, name_of, text_of
from evenhand.options import Data, DataOptions, Label


@dataclass(frozen=True)
class Table:
    """A built-in table with its roles.

    >>> table = load("demo", rows=100)
    >>> table.roles
    {'target': 'approved', 'positive': 'yes', 'sensitive': ['sex']}

    Args:
        name: Its name.
        frame: Its rows.
        schema: Kinds and roles of its columns; what is ignored is known only here.
        holdout: Its official test rows, if it has some.
        notes: One sentence for each thing that was set aside or reinterpreted.
    """

    name: str
    frame: pd.DataFrame
    schema: Schema
    holdout: pd.DataFrame | None
    notes: tuple[str, ...]

    @property
    def roles(self) -> dict[str, Any]:
        """Target, positive value or threshold, and sensitive columns: keywords of `audit`, `run`, `FairSynthesizer`."""
        outcome = {"positive": self.schema.positive, "threshold": self.schema.threshold}
        known = {name: value for name, value in outcome.items() if value is not None}
        return {"target": self.schema.target, **known, "sensitive": self.schema.sensitive}


def load(name: str, *, rows: int | None = None, seed: int = 0) -> Table:
    """A built-in table: ``demo``, ``adult`` or ``compas``.

    Args:
        name: Its name.
        rows: How many rows the demo draws.
        seed: Of the demo.

    Raises:
        ConfigError: It has no such name, or holds images; give the name of images to `run` or `audit`.
        DataError: It cannot be fetched.
    """
    if name not in catalog.BUILT_IN or name in catalog.IMAGES:
        known = ", ".join(repr(one) for one in catalog.BUILT_IN if one not in catalog.IMAGES)
        raise ConfigError(f"There is no built-in table {name!r}; there are {known}. Images: give their name to run.")
    found = catalog.load(name, rows=rows, seed=seed)
    return Table(found.name, found.frame, found.schema, found.holdout, found.notes)


def infer_schema(data: Data) -> Schema:
    """What the columns of a DataFrame or a file probably are; edit it and pass it as ``schema``.

    >>> frame = pd.DataFrame({"age": [31, 27], "sex": ["f", "m"], "hired": [True, False]})
    >>> schema = infer_schema(frame).edited("age", role="sensitive", bin_edges=(30,))
    >>> [f"{column.name}: {column.kind}, {column.role}" for column in schema.columns]
    ['age: integer, sensitive', 'sex: categorical, sensitive', 'hired: boolean, target']
    """
    found, _ = dataset_of(data)
    return found.schema


def dataset_of(  # the keywords of all functions, as they are given
    data: Data,
    target: Label | None = None,
    positive: Label | None = None,
    sensitive: Label | Sequence[Label] = (),
    holdout: Data | None = None,
    seed: int = 0,
    options: DataOptions | None = None,
) -> tuple[Dataset, FrameForm | None]:
    """The library's dataset, and the form of the frame that it came from.

    Raises:
        EvenhandError: The data cannot be used; the sentence names the column.
    """
    more: dict[str, Any] = dict(options or {})
    form, source = _source(data)
    schema = more.pop("schema", None)
    labels = more.pop("labels", None)
    bin_edges = more.pop("bin_edges", None) or {}
    found = catalog.load(
        source,
        target=None if target is None else name_of(target, "target"),
        positive=text_of(positive),
        sensitive=[name_of(label, "sensitive") for label in _listed(sensitive)],
        bin_edges={name_of(label, "bin_edges"): edges for label, edges in bin_edges.items()} or None,
        schema=schema if isinstance(schema, Schema | None) else _read_schema(Path(schema)),
        holdout=None if holdout is None else rows_of(holdout),
        labels=None if labels is None else Path(labels),
        seed=seed,
        **more,
    )
    return replace(found, notes=(*found.notes, *_index_notes(data))), form


def rows_of(data: Data) -> Path | pd.DataFrame:
    """Rows from elsewhere as the library reads them: a frame with text headers, or a path."""
    return FrameForm.of(data).raw(data) if isinstance(data, pd.DataFrame) else Path(data)


def _source(data: Data) -> tuple[FrameForm | None, str | Path | pd.DataFrame]:
    if isinstance(data, pd.DataFrame):
        form = FrameForm.of(data)
        return form, form.raw(data)
    return None, data if isinstance(data, str) else Path(data)


def _index_notes(data: Data) -> list[str]:
    """An index with a name may hold values, and a table has no index."""
    if not isinstance(data, pd.DataFrame):
        return []
    names = [name for name in data.index.names if name is not None]
    return [f"The row index {name!r} was left out; reset_index() makes it a column." for name in names]


def _listed(sensitive: Label | Sequence[Label]) -> Sequence[Label]:
    return [sensitive] if isinstance(sensitive, Label) else list(sensitive)


def _read_schema(path: Path) -> Schema:
    if not path.is_file():
        raise DataError(f"There is no schema file {str(path)!r}.")
    return from_json(path.read_text(encoding="utf-8"))
