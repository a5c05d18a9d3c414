"""The choices of options. They repeat the library's own, whose import is slow."""

from __future__ import annotations

from enum import StrEnum


class Preset(StrEnum):
    """Named settings."""

    PAPER = "paper"
    DEFAULT = "default"
    FAST = "fast"


class Device(StrEnum):
    """Where the networks run."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class Depth(StrEnum):
    """Which plots are made."""

    NONE = "none"
    PCA = "pca"
    ALL = "all"


class Channel(StrEnum):
    """How synthetic outcomes are repaired."""

    AUTO = "auto"
    ATTRIBUTE_BLIND = "attribute_blind"
    ATTRIBUTE_AWARE = "attribute_aware"
    OFF = "off"


class Downstream(StrEnum):
    """Which classifier is trained on each source."""

    FOREST = "forest"
    BOOSTING = "boosting"
    LOGISTIC = "logistic"


class Fairness(StrEnum):
    """What outcome repair equalises."""

    DEMOGRAPHIC_PARITY = "demographic_parity"
    EQUALIZED_ODDS = "equalized_odds"
