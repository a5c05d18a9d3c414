"""Rows together with data that fit in no column, e.g. images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd


class Attachments(Protocol):
    """Data of rows that fit in no column. A column of the table holds the name of each row's item.

    `core.data.images.Images` is an example. Only the modality's package (`core.modalities`) knows the concrete class.
    """

    def fingerprint(self) -> str:
        """Return an identifier of the content. Equal contents have equal fingerprints."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Typed rows and their attachments.

    Args:
        frame: Typed rows (see `core.data.dataset`), shape (n, columns).
        attachments: Attachments of these rows and perhaps of others; ``None`` for a plain table.

    >>> Examples(pd.DataFrame({"a": [1, 2]})).attachments is None
    True
    """

    frame: pd.DataFrame
    attachments: Attachments | None = None

    def with_frame(self, frame: pd.DataFrame) -> Examples:
        """Return other rows with the same attachments."""
        return Examples(frame, self.attachments)
