"""What the commands share: their options, how these are parsed, and how every end becomes an exit code."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.audit.statistics.confidence import MAX_CONFIDENCE, MIN_CONFIDENCE
from core.choices import DEFAULT_MARGIN, DateOrder, DecimalMark, DecisionContext, ProjectionDepth
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.sources.catalog import BUILT_IN
from core.downstream_classifiers.default import ClassifierName
from core.errors import ConfigError, DataError, change

if TYPE_CHECKING:
    from core.audit.records import Record
    from core.data.checks.issue import IssueSummary
    from core.data.dataset import Dataset
    from core.findings.conclusions import Conclusions
    from core.findings.requirements import Decision, NoGap, Requirement

NOT_MET = 3


Data = Annotated[
    str,
    typer.Argument(
        help="A file (CSV, Parquet, Excel, or a zip of images with their labels), a folder of Parquet files or in "
        "CelebA's layout, a URL (s3://, gs://, az://, https://, or with --sql of a database), or a built-in name: "
        f"{', '.join(BUILT_IN)}."
    ),
]
PeriodData = Annotated[
    list[str],
    typer.Argument(
        help="A file (CSV, Parquet, Excel, or a zip of images with their labels), a folder of Parquet files or in "
        "CelebA's layout, a URL (s3://, gs://, az://, https://, or with --sql of a database), or a built-in name: "
        f"{', '.join(BUILT_IN)}. Of a model's decisions also several tables, each a period, in order "
        "of time: 2024.csv 2025.csv, or with names of their own: before=old.csv after=new.csv.",
    ),
]
Target = Annotated[str | None, typer.Option(help="Column of the outcome.")]
Positive = Annotated[str | None, typer.Option(help="The outcome's positive value.")]
Threshold = Annotated[float | None, typer.Option(help="A numeric outcome is positive at or above this.")]
Favorable = Annotated[
    str | None,
    typer.Option(
        help="A value of the outcome that is good for the person, e.g. 0 where 1 is a new arrest. Ratios count it."
    ),
]
Margin = Annotated[
    float | None,
    typer.Option(help=f"Smallest difference of two rates that matters, above 0; default {DEFAULT_MARGIN:g}."),
]
DecisionKind = Annotated[
    DecisionContext | None,
    typer.Option(
        help="Kind of decision that the outcome records. us-employment: adds the four-fifths rule and allows NYC's "
        "Local Law 144."
    ),
]
Sensitive = Annotated[list[str] | None, typer.Option(help="A sensitive column; repeat for several.")]
Strata = Annotated[
    list[str] | None,
    typer.Option(
        help="A column within whose values groups are compared too (strata), e.g. department; repeat for several."
    ),
]
Reference = Annotated[
    str | None,
    typer.Option(
        help="A column with an outcome that is better founded than the target's and has its values, e.g. that of a "
        "second reader. Classifiers are judged against it too; none learns from it."
    ),
]
BinEdges = Annotated[
    list[str] | None, typer.Option("--bin-edges", help="Groups of a numeric sensitive column, e.g. age=25,40,60.")
]
SchemaFile = Annotated[
    Path | None, typer.Option("--schema", help="Schema file (JSON), instead of inferring the schema.")
]
Holdout = Annotated[Path | None, typer.Option(help="File of test rows (hold-out), instead of a fraction of the data.")]
HoldoutFraction = Annotated[
    float | None,
    typer.Option(
        help="Share of the rows kept aside to test (hold-out), above 0 and below 1; "
        f"default {HOLDOUT_FRACTION:g}. Not with --holdout."
    ),
]
Classifier = Annotated[
    ClassifierName,
    typer.Option(help="Downstream classifier that is trained on each source and tested; tables only."),
]
Encoding = Annotated[str | None, typer.Option(help="Text encoding of the data and the hold-out file, e.g. cp1252.")]
FirstInDates = Annotated[
    DateOrder | None,
    typer.Option("--date-order", help="What comes first in dates such as 01/02/2024: day or month."),
]
Decimal = Annotated[
    DecimalMark | None,
    typer.Option("--decimal-mark", help="Decimal separator of the data, where numbers such as 12,345 could be two."),
]
Sql = Annotated[str | None, typer.Option(help="Query that gives the rows, where DATA is the URL of a database.")]
Bias = Annotated[
    float | None,
    typer.Option(help="Share of coloured digits in their digit's own colour, e.g. 0.9; 0.1 is independence."),
]
ImageSize = Annotated[int | None, typer.Option(help="Height and width of images in pixels, 8 to 256.")]
Labels = Annotated[
    Path | None, typer.Option(help="Table of labels for a zip of images, if the zip does not hold it as its only CSV.")
]
Apply = Annotated[
    list[str] | None,
    typer.Option(
        help="A change after a check of the data; repeat for several. merge:COLUMN: one spelling for each value. "
        "mark-missing:COLUMN: words such as unknown count as missing. drop-missing:COLUMN: rows without a value are "
        "left out. drop-duplicates: one of each row. exclude:COLUMN: nothing learns from it. use:COLUMN: a feature, "
        "though it looks like an identifier. refuse:RELATION: generated rows need not keep it. The output of audit and "
        "run tells which apply."
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same results.")]
Proportion = Annotated[
    list[str] | None,
    typer.Option(
        help="Share of a group, of one sensitive column or of several combined, e.g. 'Female=0.5'; repeat for several."
    ),
]
Confidence = Annotated[
    float, typer.Option(min=MIN_CONFIDENCE, max=MAX_CONFIDENCE, help="Confidence level of all intervals.")
]
MinGroupShown = Annotated[int, typer.Option(min=1, help="Fewest rows of a group that report, zip and tables show.")]
Require = Annotated[
    list[str] | None,
    typer.Option(
        help="Requirement on a figure, e.g. 'original A demographic_parity_ratio by sex >= 0.8', or on the findings, "
        "e.g. 'no gap in error_rates'; repeat for several. A: the model sees the group; B: it does not; data: the "
        "data. Ratios are those of the favourable outcome. Exit code 3 if one is not met or cannot be decided."
    ),
]
Pictures = Annotated[
    ProjectionDepth,
    typer.Option(
        help="Drivers (SHAP importances) and similarity maps by PCA; all: maps by t-SNE and UMAP too (slower)."
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        help="Address of a Ray cluster that makes the rows of Evenhand's own tables, e.g. 10.0.0.5:6379, or local."
    ),
]
Junit = Annotated[
    Path | None, typer.Option(help="File for the requirements as JUnit XML, which CI servers show as tests.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")]


def loaded(
    data: str | Mapping[str, Path],
    *,
    bin_edges: Sequence[str] | None,
    schema: Path | None,
    sensitive: Sequence[str] | None,
    apply: Sequence[str] | None = None,
    **asked: Any,
) -> Dataset:
    """Load the data that a command names, with the roles that its options give.

    Args:
        data: A file or a built-in name, or files by period.
        bin_edges: Cut points as they are written.
        schema: File of a schema.
        sensitive: Sensitive columns.
        apply: Changes after a check of the data.
        **asked: Further keywords of `load`.
    """
    from core.data.schema import from_json
    from core.data.sources.load import load
    from core.data.sources.period_files import load_periods

    if schema is not None and not schema.is_file():
        raise DataError(f"There is no schema file {str(schema)!r}.", field="schema", remedies=[change("schema")])
    asked |= {
        "sensitive": sensitive or (),
        "apply": apply or (),
        "bin_edges": parse_bin_edges(bin_edges or ()) or None,
        "schema": None if schema is None else from_json(schema.read_text(encoding="utf-8")),
    }
    return load(data, **asked) if isinstance(data, str) else load_periods(data, **asked)


def fraction(given: float | None) -> dict[str, float]:
    """Return the hold-out fraction as a setting, if one is given.

    >>> fraction(0.3), fraction(None)
    ({'holdout_fraction': 0.3}, {})
    """
    return {} if given is None else {"holdout_fraction": given}


def parse_bin_edges(given: Sequence[str]) -> dict[str, list[float]]:
    """Return cut points by column.

    >>> parse_bin_edges(["age=25,40"])
    {'age': [25.0, 40.0]}
    """
    parsed = {}
    for text in given:
        name, sign, numbers = text.rpartition("=")
        try:
            parsed[name] = [float(number) for number in numbers.split(",")]
        except ValueError:
            sign = ""
        if not (sign and name):
            raise ConfigError(f"{text!r} is not understood; write it like age=25,40,60.", field="bin_edges")
    return parsed


def shares(given: Sequence[str]) -> dict[str, float]:
    """Return shares by group.

    >>> shares(["Female=0.5", "a = b=0.25"])
    {'Female': 0.5, 'a = b': 0.25}
    """
    parsed = {}
    for text in given:
        name, sign, number = text.rpartition("=")
        try:
            parsed[name] = float(number)
        except ValueError:
            sign = ""
        if not (sign and name):
            raise ConfigError(f"{text!r} is not understood; write it like 'Female=0.5'.", field="proportions")
    return parsed


def option_of(name: str) -> str:
    """Return the option that a remedy of a check is given by.

    >>> option_of("merge:sex"), option_of("weight:pwgtp")
    ('--apply merge:sex', '--weight pwgtp')
    """
    verb, _, column = name.partition(":")
    return f"--weight {shlex.quote(column)}" if verb == "weight" else f"--apply {shlex.quote(name)}"


def document(
    records: Sequence[Record],
    notes: Sequence[str],
    paths: dict[str, str],
    decisions: Sequence[Decision] = (),
    issues: Sequence[IssueSummary] = (),
) -> str:
    """Return the JSON document of ``--json``."""
    content: dict[str, Any] = {"records": [r.model_dump(mode="json") for r in records], "notes": list(notes)}
    content["data_checks"] = [issue.model_dump(mode="json") for issue in issues]
    content["paths"] = paths
    if decisions:
        content["requirements"] = [
            {
                "requirement": one.requirement.text,
                "answer": one.answer.value,
                "why": one.why,
                "record": None if one.record is None else one.record.model_dump(mode="json"),
            }
            for one in decisions
        ]
    return json_text(content)


def json_text(content: Any) -> str:
    """Return one JSON document; undefined figures are null."""
    from core.runs.files import nonfinite_to_none

    return json.dumps(nonfinite_to_none(content), ensure_ascii=False, allow_nan=False)


def requirements(given: Sequence[str] | None) -> list[Requirement | NoGap]:
    """Parse the requirements of ``--require``, before anything is measured."""
    from core.findings.requirements import parse

    return [parse(text) for text in given or ()]


def decided(conclusions: Conclusions, required: Sequence[Requirement | NoGap]) -> list[Decision]:
    """Return the decisions on the requirements."""
    from core.findings.requirements import decide

    return decide(conclusions, required)


def end(decisions: Sequence[Decision], junit: Path | None) -> None:
    """Write the decisions as JUnit XML if a file is named; exit code 3 if one is not met or cannot be decided."""
    from core.findings.requirements import all_met
    from core.report.output.junit import junit_xml
    from core.runs.files import write_text

    if junit is not None:
        write_text(junit, junit_xml(decisions))
    if not all_met(decisions):
        raise typer.Exit(NOT_MET)
