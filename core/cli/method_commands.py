"""The command ``methods``, and the options that choose a method."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from core.cli.failures import guarded
from core.cli.options import AsJson, json_text
from core.cli.printing import echo
from core.errors import ConfigError

Method = Annotated[
    str | None,
    typer.Option(
        help="Method that makes the rows: evenhand, or a published one, e.g. tabfairgan; `evenhand methods` lists them."
    ),
]
Param = Annotated[
    list[str] | None,
    typer.Option(
        help="NAME=VALUE: an expert setting of a method other than Evenhand's own, e.g. cut=ftu; repeat for several."
    ),
]


def method_of(method: str | None, given: list[str] | None) -> dict[str, Any]:
    """Return the settings that name a run's method and its hyperparameters; values are JSON where they parse as that.

    Raises:
        ConfigError: A hyperparameter has no value.
    """
    hyperparameters: dict[str, Any] = {}
    for text in given or ():
        name, sign, value = text.partition("=")
        if not (name and sign and value):
            raise ConfigError(f"{text!r} is not understood; write it like cut=ftu.", field="hyperparameters")
        try:
            hyperparameters[name] = json.loads(value)
        except json.JSONDecodeError:
            hyperparameters[name] = value
    return ({} if method is None else {"method": method}) | (
        {"hyperparameters": hyperparameters} if hyperparameters else {}
    )


def methods(
    name: Annotated[str | None, typer.Argument(help="One method, to see its expert settings; default: all.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the methods for `evenhand run --method`, or the expert settings of one with their values by preset."""
    with guarded():
        from core.report.output.console import show
        from core.report.tables.methods import hyperparameter_table, method_table
        from core.synthesis.methods.method_info import implementations, method_names, methods_by_kind

        if as_json:
            chosen = {key: implementations(key) for key in (method_names() if name is None else [name])}
            by_kind = {key: {kind: _as_json(one) for kind, one in infos.items()} for key, infos in chosen.items()}
            echo(json_text(by_kind))
            return
        if name is None:
            show([method_table(methods_by_kind())])
        else:
            tables = [hyperparameter_table(one, kind) for kind, one in implementations(name).items()]
            show(tables, ["Set one with --param NAME=VALUE."])


def _as_json(one: Any) -> dict[str, Any]:
    presets = {preset: settings.model_dump(mode="json") for preset, settings in one.presets.items()}
    return {"title": one.title, "makes": one.makes, "about": one.about, "source": one.source, "presets": presets}
