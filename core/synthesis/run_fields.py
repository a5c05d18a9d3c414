"""The run settings that set hyperparameters of Evenhand's own synthesizers, and the hyperparameters that each sets.

A method declares the run settings that it takes (`core.synthesis.methods.method_info`); a run refuses all others. A
method that takes none has its own hyperparameters, which a run sets by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from core.synthesis.settings import Settings

S = TypeVar("S", bound=Settings)
RunField = Callable[[Any], dict[str, Any]]
"""Maps a value to the hyperparameters that it sets, by dotted path such as ``labels.channel``."""


def sets(*paths: str) -> RunField:
    """Return a run field that assigns its value to these hyperparameters.

    >>> sets("student.quality")("l1")
    {'student.quality': 'l1'}
    """
    return lambda value: dict.fromkeys(paths, value)


def _epochs(value: int) -> dict[str, Any]:
    """Set the epochs exactly, without a minimum or maximum number of steps."""
    exactly: dict[str, Any] = {"epochs": value, "min_steps": 0, "max_steps": None}
    return {
        f"{network}.optimisation.{name}": one for network in ("teacher", "student") for name, one in exactly.items()
    }


def _privacy(value: float) -> dict[str, Any]:
    """Ask for a privacy guarantee, with the default plan of private training."""
    return {"privacy": {"epsilon": value}}


SHARED: dict[str, RunField] = {
    "epochs": _epochs,
    "fairness_weight": sets("teacher.independence_weight"),
    "student_kl_weight": sets("student.kl_weight"),
    "quality": sets("student.quality"),
    "proportions": sets(),
}
"""Run fields of both tables and images."""
TABLE: dict[str, RunField] = SHARED | {
    "label_channel": sets("labels.channel"),
    "criterion": sets("labels.criterion"),
    "repair_level": sets("labels.repair_level"),
    "target_dpr": sets(),
    "epsilon": sets(),
    "epsilon_dp": _privacy,
    "student_hidden": sets("student.hidden"),
}


def with_fields(settings: S, fields: Mapping[str, RunField], values: Mapping[str, Any]) -> S:
    """Return the settings with the values of a run's fields.

    Args:
        settings: A preset.
        fields: The run fields that the method takes.
        values: Values by name of the field.
    """
    nested = settings.model_dump()
    for name, value in values.items():
        for path, new in fields[name](value).items():
            *parents, leaf = path.split(".")
            part = nested
            for parent in parents:
                part = part[parent]
            part[leaf] = new
    return type(settings).model_validate(nested)
