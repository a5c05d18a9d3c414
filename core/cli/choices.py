"""The values that options choose from; they repeat the library's own, which takes long to import."""

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
    """Which pictures are made."""

    NONE = "none"
    PCA = "pca"
    ALL = "all"


class Channel(StrEnum):
    """How synthetic outcomes are made fair."""

    AUTO = "auto"
    S_BLIND = "attribute_blind"
    S_AWARE = "attribute_aware"
    OFF = "off"


class Downstream(StrEnum):
    """Which classifier is trained on each source."""

    FOREST = "forest"
    BOOSTING = "boosting"
    LOGISTIC = "logistic"


class Fairness(StrEnum):
    """What synthetic outcomes make alike."""

    DEMOGRAPHIC_PARITY = "demographic_parity"
    EQUALIZED_ODDS = "equalized_odds"
