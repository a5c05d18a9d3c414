"""A table with its schema: what the rooms above the data room take and hand on.

``frame`` is *typed*: its columns are the schema's, in its order, with these dtypes by kind (missing values kept):

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

from dataclasses import dataclass

import pandas as pd

from core.data.examples import Attachments, Examples
from core.data.schema import Schema


@dataclass(frozen=True)
class Dataset:
    """A typed table, its schema, and what was noticed on the way in.

    Args:
        name: Built-in name or file name without its folder.
        frame: The rows, typed as the module says.
        schema: Kinds, roles, positive value, groups.
        holdout: Rows to be held out, typed alike; ``None`` if they are still to be drawn.
        official: The holdout is a test file of its own; false if an earlier run drew it from the same table.
        notes: One sentence for each thing left out, set aside or reinterpreted while reading.
        attachments: What belongs to all rows, hold-out included, and fits in no column, e.g. their images.
    """

    name: str
    frame: pd.DataFrame
    schema: Schema
    holdout: pd.DataFrame | None = None
    official: bool = True
    notes: tuple[str, ...] = ()
    attachments: Attachments | None = None

    @property
    def examples(self) -> Examples:
        """The rows that are not held out, with what belongs to them."""
        return Examples(self.frame, self.attachments)
