"""What settings choose from. It imports nothing, so that the command line starts at once."""

from __future__ import annotations

from typing import Literal

Preset = Literal["paper", "default", "fast"]
Device = Literal["auto", "cpu", "cuda", "mps"]
ProjectionDepth = Literal["none", "pca", "all"]
Channel = Literal["auto", "attribute_blind", "attribute_aware", "off"]
Criterion = Literal["demographic_parity", "equalized_odds", "equal_opportunity"]
TestedRows = Literal["test", "validation"]
DecisionContext = Literal["us-employment"]
DateOrder = Literal["day", "month"]
DecimalMark = Literal[".", ","]

DEFAULT_PRESET: Preset = "default"
DEFAULT_DEVICE: Device = "auto"
DEFAULT_DEPTH: ProjectionDepth = "pca"
DEFAULT_GROUP_SHOWN = 10
# 50 people in 1,000. At a selection rate of a quarter, it is the four-fifths rule of thumb.
DEFAULT_MARGIN = 0.05
OVERALL = "overall"
"""In place of a reference group: all rows."""
