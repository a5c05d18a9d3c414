"""The catalogue of all synthesizers by kind of data and name: title, product, settings and class.

The methods of each kind of data are a dict in a module that `core.data.data_kinds` names, e.g. `METHODS` of
`core.synthesis.methods.catalog`. Neither this module nor those import torch; `MethodInfo.build` imports the
module of the method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from core.data.data_kinds import DATA_KINDS, TABLE
from core.errors import ConfigError
from core.location import Location, imported
from core.synthesis import run_fields
from core.synthesis.base import LEARN, Product
from core.synthesis.settings import Condition, Settings
from core.validation import validation_problem

if TYPE_CHECKING:
    from core.synthesis.base import Synthesizer

EVENHAND = "evenhand"


@dataclass(frozen=True)
class MethodInfo:
    """Information on a method that needs no fit.

    Args:
        title: Display name.
        makes: Its product: rows, a representation of rows, or decisions.
        about: One sentence for non-experts that says what the method does.
        source: Authors and year of publication.
        location: Module and class.
        presets: Settings by name: ``paper``, ``default``, ``fast``.
        limits: Its limitation as a sentence; empty if there is none.
        stages: Training stages in order, named as in the events.
        takes: Run fields that set its hyperparameters. A method without any has its own hyperparameters.
        in_words: What it is, for people who do not know its name.
        use: When to use it, as a sentence.
    """

    title: str
    makes: Product
    about: str
    source: str
    location: Location
    presets: Mapping[str, Settings] = field(repr=False)
    limits: str = ""
    stages: tuple[str, ...] = (LEARN,)
    takes: Mapping[str, run_fields.RunField] = field(default_factory=dict, repr=False)
    in_words: str = ""
    use: str = ""

    @property
    def is_compared(self) -> bool:
        """Whether it is another method that Evenhand's own is compared with: no run field sets its hyperparameters."""
        return not self.takes

    @property
    def repairs_labels(self) -> bool:
        """Whether a run can choose how it repairs outcomes."""
        return "label_channel" in self.takes

    @property
    def accepts(self) -> frozenset[Condition]:
        """The conditions that its samples can meet."""
        return next(iter(self.presets.values())).accepts

    def build(self, settings: Settings) -> Synthesizer[Any]:
        """Return the synthesizer with these settings, not fitted yet."""
        synthesizer: Synthesizer[Any] = imported(self.location)(settings)
        return synthesizer


def method_info(name: str, kind: str = TABLE) -> MethodInfo:
    """Return the information on the method for this kind of data.

    Raises:
        ConfigError: There is no method of this name, or it does not support this kind of data.
    """
    methods = methods_for(kind)
    if name in methods:
        return methods[name]
    elsewhere = {other: infos[name] for other, infos in methods_by_kind().items() if name in infos}
    if elsewhere:
        titles = {info.title for info in elsewhere.values()}
        raise ConfigError(
            f"{', '.join(titles)} supports {' or '.join(f'{other}s' for other in elsewhere)}, and these are {kind}s; "
            f"choose another method: {', '.join(methods)}.",
            field="method",
        )
    raise _unknown(name)


def methods_by_kind() -> dict[str, dict[str, MethodInfo]]:
    """Return the methods by kind of data and name."""
    return {kind: imported(info.methods) for kind, info in DATA_KINDS.items()}


def methods_for(kind: str) -> dict[str, MethodInfo]:
    """Return the methods for this kind of data by name; none if there is no such kind."""
    return methods_by_kind().get(kind, {})


def has_several_methods(kind: str) -> bool:
    """Return whether there are several methods for this kind of data, so that runs of them can be compared."""
    return len(methods_for(kind)) > 1


def method_names() -> list[str]:
    """Return the names of the methods for any kind of data, each once, in the order of the catalogue."""
    return list(dict.fromkeys(name for methods in methods_by_kind().values() for name in methods))


def implementations(name: str) -> dict[str, MethodInfo]:
    """Return the method of this name by kind of data.

    Raises:
        ConfigError: There is no method of this name.
    """
    by_kind = {kind: methods[name] for kind, methods in methods_by_kind().items() if name in methods}
    if not by_kind:
        raise _unknown(name)
    return by_kind


def _unknown(name: str) -> ConfigError:
    return ConfigError(f"There is no method {name!r}; the methods are: {', '.join(method_names())}.", field="method")


def method_settings(name: str, preset: str, changes: Mapping[str, Any]) -> Settings:
    """Return a preset of a table method with some hyperparameters replaced.

    >>> method_settings("fldgm-dm", "fast", {"sampling_steps": 10}).sampling_steps
    10

    Raises:
        ConfigError: There is no such method or hyperparameter, or a value is out of range.
    """
    return changed_settings(method_info(name), preset, changes)


def changed_settings(info: MethodInfo, preset: str, changes: Mapping[str, Any]) -> Settings:
    """Return a preset of this method with some hyperparameters replaced; see `method_settings`."""
    base = info.presets[preset]
    unknown = sorted(set(changes) - set(type(base).model_fields))
    if unknown:
        raise ConfigError(
            f"{info.title} has no hyperparameter {unknown[0]!r}; it has: {', '.join(type(base).model_fields)}.",
            field="hyperparameters",
        )
    try:
        return type(base).model_validate(base.model_dump() | dict(changes))
    except ValidationError as error:
        sentence = validation_problem(error, "hyperparameters").sentence
        raise ConfigError(f"{info.title}: {sentence}", field="hyperparameters") from error


def method(name: str, preset: str = "default", changes: Mapping[str, Any] | None = None) -> Synthesizer[Any]:
    """Return a table method with the settings of a preset, not fitted yet.

    Raises:
        ConfigError: See `method_settings`.
    """
    return method_info(name).build(method_settings(name, preset, changes or {}))
