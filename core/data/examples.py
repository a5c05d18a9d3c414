"""Rows together with what belongs to them and fits in no column, e.g. images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd


class Attachments(Protocol):
    """What belongs to rows and fits in no column, found by the name that a row gives; `core.data.images.Images` is one.

    Only the package of its modality (`core.modalities`) knows more of it.
    """

    def fingerprint(self) -> str:
        """What names this content: equal where the content is equal."""


@dataclass(frozen=True, eq=False)
class Examples:
    """Typed rows and their attachments.

    Args:
        frame: Typed as `core.data.dataset` says, shape (n, columns).
        attachments: Those of these rows, and perhaps of others; ``None``: the rows are a plain table.

    >>> Examples(pd.DataFrame({"a": [1, 2]})).attachments is None
    True
    """

    frame: pd.DataFrame
    attachments: Attachments | None = None

    def with_frame(self, frame: pd.DataFrame) -> Examples:
        """Other rows of the same attachments."""
        return Examples(frame, self.attachments)
