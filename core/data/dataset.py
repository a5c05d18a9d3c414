"""A table with its schema: the data structure that all layers above this package use.

``frame`` is *typed*: it has the schema's columns in their order, with these dtypes by kind. Missing values are kept.

==============  =======================  ===============
kind            pandas dtype             missing value
==============  =======================  ===============
categorical     ``str``                  ``NaN``
identifier      ``str``                  ``NaN``
image           ``str`` (its name)       never
numerical       ``float64``              ``NaN``
integer         ``Int64``                ``pd.NA``
boolean         ``boolean``              ``pd.NA``
datetime        ``datetime64[us]``       ``NaT``
==============  =======================  ===============
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from core.data.checks.issue import Change
from core.data.examples import Attachments, Examples
from core.data.schema import Schema

HOLDOUT_NOTE: Final = "Holdout: "
"""How a note on test rows of a file begins."""


@dataclass(frozen=True)
class Dataset:
    """A typed table, its schema, and notes on how it was read.

    Args:
        name: Built-in name, or file name without its folder.
        frame: The rows, typed as the module docstring says.
        schema: Kinds, roles, positive value and groups.
        holdout: Hold-out rows with the same dtypes; ``None`` if the split draws them later.
        official: Whether the hold-out is a separate test file; false if an earlier run drew it from the same table.
        notes: One sentence for each thing that was left out or reinterpreted.
        without_target: Rows whose target is missing, with the same dtypes; only decisions can be measured on them.
        changes: What a person decided after the checks of the data, as it was applied to the rows.
        options: What a person gave to load the rows and the schema does not keep, by the name of the option; of a file
            its name. A report says with them how to load the same rows again.
        attachments: Data of all rows (hold-out rows included) that fit in no column, e.g. images.
    """

    name: str
    frame: pd.DataFrame
    schema: Schema
    holdout: pd.DataFrame | None = None
    official: bool = True
    notes: tuple[str, ...] = ()
    attachments: Attachments | None = None
    without_target: pd.DataFrame | None = None
    changes: tuple[Change, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def real_rows(self) -> pd.DataFrame:
        """All rows with a target, hold-out rows too."""
        return self.frame if self.holdout is None else pd.concat([self.frame, self.holdout], ignore_index=True)

    @property
    def examples(self) -> Examples:
        """The rows that are not held out, with their attachments."""
        return Examples(self.frame, self.attachments)
