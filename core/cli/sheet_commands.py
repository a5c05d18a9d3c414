"""The command ``sheets``: lists and fills the framework sections of a finished run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.failures import guarded
from core.cli.options import AsJson
from core.cli.printing import echo
from core.errors import ConfigError, give

if TYPE_CHECKING:
    from core.audit.metrics.local_law_144 import BiasAuditColumns
    from core.report.frameworks.sheet import Sheet

_OFF = "off"
_ATTRIBUTES = {"sex": "sex", "race": "race_ethnicity"}
_MAX_BYTES = 2_000_000

Mapped = Annotated[
    list[str] | None,
    typer.Option(
        "--local-law-144",
        help="Map a column for NYC's bias audit: sex=COLUMN or race=COLUMN, one each; 'off' removes the section.",
    ),
]
Selection = Annotated[
    str | None,
    typer.Option(help="COLUMN=VALUE: the column of the tool's selection, and the value that means selected."),
]
Score = Annotated[str | None, typer.Option(help="Column of the tool's score, instead of a selection.")]
Unknown = Annotated[list[str] | None, typer.Option(help="A category that means unknown; repeat for several.")]
Reason = Annotated[
    str, typer.Option(help="Leave categories below 2 % out of the impact ratio, for this reason.", metavar="REASON")
]
Filled = Annotated[Path | None, typer.Option("--answers", help='JSON file with answers: {"field": "text", …}.')]
Summary = Annotated[
    Path | None,
    typer.Option(help="File of the bias audit's summary on one page: .html, or .pdf with the extra pdf."),
]


def sheets(
    run_folder: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a finished run.")],
    answers: Filled = None,
    local_law_144: Mapped = None,
    selection: Selection = None,
    score: Score = None,
    unknown: Unknown = None,
    exclude_small: Reason = "",
    summary: Summary = None,
    *,
    as_json: AsJson = False,
) -> None:
    """List the framework sections of a run, fill in their fields, or map columns for Local Law 144."""
    with guarded():
        from core import pipeline

        details = {"selection": selection, "score": score, "unknown": unknown, "exclude_small": exclude_small}
        columns = _columns(local_law_144 or (), details)
        texts = None if answers is None else texts_of(answers)
        if local_law_144:
            pipeline.map_bias_audit(run_folder, columns)
        if texts is not None:
            pipeline.save_answers(run_folder, texts)
            pipeline.write_report(run_folder)
        if summary is not None:
            echo(f"The summary is in {pipeline.write_summary(run_folder, summary)}.", err=as_json)
        found = pipeline.sheets(run_folder)
        echo(_document(found) if as_json else _list(found))


def _columns(mapped: Sequence[str], details: dict[str, Any]) -> BiasAuditColumns | None:
    from core.audit.metrics.local_law_144 import bias_audit_columns

    if not mapped:
        given = [name for name, value in details.items() if value]
        if given:
            option = given[0].replace("_", "-")
            raise ConfigError(
                f"--{option} goes with the columns of the bias audit, such as sex=COLUMN and race=COLUMN.",
                field="local_law_144",
                remedies=[give("local_law_144")],
            )
        return None
    if list(mapped) == [_OFF]:
        return None
    fields: dict[str, Any] = {"score": details["score"], "unknown": tuple(details["unknown"] or ())}
    fields["exclusion_reason"] = details["exclude_small"]
    for text in mapped:
        name, sign, column = text.partition("=")
        if not (sign and column) or name not in _ATTRIBUTES or _ATTRIBUTES[name] in fields:
            raise ConfigError(
                f"{text!r} is not understood; write sex=COLUMN or race=COLUMN, once each.", field="local_law_144"
            )
        fields[_ATTRIBUTES[name]] = column
    if details["selection"]:
        fields["selection"], fields["selected"] = selection_of(details["selection"])
    return bias_audit_columns(**fields)


def selection_of(text: str) -> tuple[str, str]:
    """Return the column of a selection and the value that means selected.

    >>> selection_of("hired=yes")
    ('hired', 'yes')
    """
    column, sign, value = text.rpartition("=")
    if not (sign and column and value):
        raise ConfigError(f"{text!r} is not understood; write it like hired=yes.", field="selection")
    return column, value


def texts_of(path: Path) -> dict[str, str]:
    """Return the texts of a file of answers, by key of the field.

    Raises:
        ConfigError: There is no such file, or it is not one of answers.
    """
    from core.report.frameworks.answers import from_json

    if not path.is_file():
        raise ConfigError(f"There is no file {str(path)!r} with answers.", field="answers")
    if path.stat().st_size > _MAX_BYTES:
        raise ConfigError(
            f"{path.name!r} is larger than {_MAX_BYTES:,} bytes; answers are texts of at most a page.", field="answers"
        )
    try:
        return from_json(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name!r} is not UTF-8 text; save it as that.", field="answers") from error


def _list(found: Sequence[Sheet]) -> str:
    lines = []
    for sheet in found:
        lines.append(f"{sheet.title}: {len(sheet.fields) - sheet.blanks} of {len(sheet.fields)} fields filled in")
        lines += [f"  {field.key}: {field.label} ({field.origin})" for field in sheet.fields]
    lines.append('Fill in with --answers FILE.json, a file like {"eu_ai_act.origin": "…"}.')
    return "\n".join(lines)


def _document(found: Sequence[Sheet]) -> str:
    """Return all fields by key, with their text and its origin."""
    fields = [
        {"key": field.key, "sheet": sheet.title, "label": field.label, "text": field.text, "origin": field.origin}
        for sheet in found
        for field in sheet.fields
    ]
    return json.dumps({"fields": fields}, ensure_ascii=False)
