"""The anchors: an autoregressive network with a fairness option, a diffusion, and fair decision trees."""

from __future__ import annotations

from typing import Final

from core.benchmarks.anchors.anchor import Anchor

MOSTLY: Final = Anchor("MOSTLY AI", "mostly_ai", "mostly", fair=True)
TABDDPM: Final = Anchor("TabDDPM", "diffusion", "tabddpm", fair=False)
TABFAIRGDT: Final = Anchor("TabFairGDT", "fair_trees", "tabfairgdt", fair=True)
ANCHORS: Final = (MOSTLY, TABDDPM, TABFAIRGDT)
"""In the order of the tables."""
