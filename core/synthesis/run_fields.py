"""The fields of a run that set hyperparameters of Evenhand's own synthesizers, and what each sets.

A method declares the fields that it takes (`core.synthesis.methods.catalog`); a run refuses the others. Methods that
take none have hyperparameters of their own, which a run gives by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from core.synthesis.settings import Settings

S = TypeVar("S", bound=Settings)
RunField = Callable[[Any], dict[str, Any]]
"""From the field's value to the hyperparameters that it sets, named like ``labels.channel``."""


def sets(*places: str) -> RunField:
    """A field whose value these hyperparameters take.

    >>> sets("student.quality")("l1")
    {'student.quality': 'l1'}
    """
    return lambda value: dict.fromkeys(places, value)


def _epochs(value: int) -> dict[str, Any]:
    """Exactly so many, however few steps that makes."""
    places = [f"{network}.optimisation" for network in ("teacher", "student")]
    return {f"{place}.epochs": value for place in places} | {f"{place}.least_steps": 0 for place in places}


SHARED: dict[str, RunField] = {
    "epochs": _epochs,
    "fairness_weight": sets("teacher.independence_weight"),
    "student_kl_weight": sets("student.kl_weight"),
    "quality": sets("student.quality"),
    "proportions": sets(),
}
"""Of tables and images alike."""
TABLE: dict[str, RunField] = SHARED | {
    "label_channel": sets("labels.channel"),
    "criterion": sets("labels.criterion"),
    "repair_level": sets("labels.repair_level"),
    "target_dpr": sets(),
    "student_hidden": sets("student.hidden"),
}


def with_fields(settings: S, fields: Mapping[str, RunField], values: Mapping[str, Any]) -> S:
    """The settings with what the fields of a run set.

    Args:
        settings: A preset.
        fields: Those that the method takes.
        values: Values by field.
    """
    inside = settings.model_dump()
    for name, value in values.items():
        for place, wanted in fields[name](value).items():
            *path, last = place.split(".")
            part = inside
            for step in path:
                part = part[step]
            part[last] = wanted
    return type(settings).model_validate(inside)
