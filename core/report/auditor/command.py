"""The shell command that repeats a run, from the settings in its manifest."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final

from core.config import RunConfig
from core.data.decision_roles import DecisionRoles
from core.data.sources.period_files import FILE_PERIOD
from core.data.weights import WeightColumn

_PAIRS: Final = {"hyperparameters": "--param", "proportions": "--proportion"}
"""Settings that are pairs of a name and a value, each given with an option of its own."""
UNNAMED: Final = frozenset(
    {
        "fairness_weight",
        "student_kl_weight",
        "quality",
        "student_hidden",
        "audit_seeds",
        "audit_refits",
        "generator_draws",
    }
)
"""Settings that no option sets."""
AUDITED: Final = ("seed", "classifier", "confidence", "pictures", "holdout_fraction", "min_group_shown")
"""Settings that an audit without a run takes."""
FILES: Final = {"holdout": "HOLDOUT", "synthetic": "SYNTHETIC", "labels": "LABELS", "sql": "QUERY"}
"""Options whose values the command does not hold, files and a query, with what stands for them."""


def command(manifest: Mapping[str, Any]) -> str:
    """Return the command, with ``DATA`` and ``OUT`` for the file and the folder, see `files`; empty without settings.

    >>> command({"config": RunConfig(seed=3, preset="fast").model_dump(), "settings": {}})
    'evenhand run DATA --schema schema.json --preset fast --seed 3 --out OUT'
    """
    config = manifest.get("config")
    if config is None:
        return ""
    verb = "run" if "settings" in manifest else "audit"
    parts = ["evenhand", verb, *_data(manifest), "--schema", "schema.json", *_given(manifest)]
    parts += [*_decisions(manifest), *_options(config, verb)]
    return " ".join([*map(shlex.quote, parts), "--out", "OUT"])


def files(manifest: Mapping[str, Any]) -> str:
    """Return which file stands for which word of the command.

    >>> files({"name": "people.csv", "options": {"holdout": "later.csv"}})
    'DATA is people.csv, HOLDOUT is later.csv'
    """
    given = manifest.get("options", {})
    named = [f"{word} is {given[name]}" for name, word in FILES.items() if name in given]
    data = [f"{name}.csv is the file of {name}" for name in _periods(manifest)]
    if manifest.get("official_split") and "options" not in manifest:  # older runs do not say
        named.append("a file of test rows, if one was given, goes after --holdout")
    return ", ".join([*(data or [f"DATA is {manifest.get('name', 'the file')}"]), *named])


def others(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return settings that differ from their defaults and have no option: the Python API takes them."""
    changed = _changed(manifest.get("config") or {})
    return [(name, str(value)) for name, value in changed.items() if name in UNNAMED]


def _roles(manifest: Mapping[str, Any]) -> DecisionRoles:
    return DecisionRoles.from_json(manifest.get("decision_roles", {}))


def _data(manifest: Mapping[str, Any]) -> list[str]:
    """Return the file, or the files of all periods, each after the name of its period."""
    return [f"{name}={name}.csv" for name in _periods(manifest)] or ["DATA"]


def _periods(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the periods that are files of their own."""
    period = _roles(manifest).period
    return period.order if period is not None and period.column == FILE_PERIOD else ()


def _given(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield the options of loading that schema.json does not hold."""
    for name, value in manifest.get("options", {}).items():
        yield from (f"--{name.replace('_', '-')}", FILES.get(name, value))


def _replicates(weight: WeightColumn) -> Iterator[str]:
    if weight.replicates is None:
        return
    for column in weight.replicates.columns:
        yield from ("--replicate-weights", column)
    method = weight.replicates.method
    yield from ("--replicate-method", f"{method}@{weight.replicates.fay:g}" if method == "fay" else method)


def _options(config: Mapping[str, Any], verb: str) -> Iterator[str]:
    for name, value in _changed(config).items():
        if name in UNNAMED or (verb == "audit" and name not in AUDITED):
            continue
        if name in _PAIRS:
            for key, one in value.items():
                yield from (_PAIRS[name], f"{key}={one}")
        else:
            yield from (f"--{name.replace('_', '-')}", str(value))


def _changed(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that differ from the defaults; the seed always, so that it can be read."""
    defaults = RunConfig().model_dump(mode="json")
    return {name: value for name, value in config.items() if name == "seed" or defaults.get(name) != value}


def _decisions(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield the options that name the columns with a model's decisions, and what other columns are for."""
    roles = _roles(manifest)
    for one in roles.columns:
        rule = "" if one.rule is None else str(one.rule).removeprefix("≥").replace(" ", "")
        selects = one.positive or rule
        yield from (f"--{one.field}", f"{one.column}@{selects}" if selects else one.column)
    if roles.model_column is not None:
        yield from ("--model-column", roles.model_column)
    if roles.weight is not None:
        yield from ("--weight", roles.weight.column, "--weight-kind", roles.weight.kind)
        yield from _replicates(roles.weight)
    if roles.period is not None and not _periods(manifest):
        yield from ("--period-column", roles.period.column)
        yield from () if roles.period.length is None else ("--period", roles.period.length)
    for attribute, group in roles.references.items():
        yield from ("--reference-group", f"{attribute}={group}")
