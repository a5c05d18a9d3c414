"""Tables of methods: what each is, its hyperparameters, and how runs of several compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.audit.display_names import attribute_title, protocol_name
from core.audit.metrics.catalog import describe, placed
from core.audit.metrics.declaration import Place
from core.audit.metrics.names import ACCURACY, CHANCE_LIMIT, ODDS_RATIO, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import Verdict
from core.report.tables.base import UTILITY, Cell, Table, figure_cell, interval_caption
from core.report.tables.manifest import flat
from core.report.tables.method_run import MAKES, MethodRun
from core.synthesis.methods.method_info import MethodInfo

# Accuracy and parity first: a narrow screen shows the leading columns only.
_FIGURES = (UTILITY[0], PARITY_RATIO, CHANCE_LIMIT, ODDS_RATIO, *UTILITY[1:])
FIDELITY, COST = placed(Place.METHOD_FIDELITY), placed(Place.METHOD_COST)
ORIGINAL, CONSTANT = "original", "constant"
REFERENCES = {ORIGINAL: "Original rows", CONSTANT: "Always-the-same guess"}


@dataclass(frozen=True)
class Line:
    """A method or a reference, under one protocol and for one attribute. It is one mark and one line of the table.

    Args:
        label: Its name, unlike that of any other.
        source: What the audit calls what was measured.
        preset: Of the run; empty for a reference.
        makes: What the method makes, in words; empty for a reference.
        utility: Accuracy, balanced accuracy, AUC, by name.
        ratio: The demographic parity ratio.
        chance_limit: The 10th percentile of that ratio if all groups had one rate.
        odds: The equalized odds ratio.
        judged: The verdict on its rates.
        other: Fidelity and cost, by name.
    """

    label: str
    source: str
    preset: str
    makes: str
    utility: Mapping[str, Record | None]
    ratio: Record | None
    chance_limit: Record | None
    odds: Record | None
    judged: Verdict | None
    other: Mapping[str, Record | None]

    @property
    def accuracy(self) -> Record | None:
        """Accuracy of a classifier, or of the method's decisions, on the hold-out rows."""
        return self.utility[ACCURACY]

    @property
    def is_degenerate(self) -> bool:
        """Whether it is not measurably better than a constant."""
        return any(one is not None and one.status is Status.DEGENERATE for one in (self.ratio, self.accuracy))

    @property
    def verdict(self) -> tuple[str, str]:
        """The verdict on equal selection rates, and why; nothing for the constant predictor."""
        if self.source == CONSTANT:
            return "–", ""
        if self.judged is None:
            return VerdictKind.UNDECIDED.value, "The audit left no difference of rates."
        return self.judged.kind.value, self.judged.reason


def method_table(catalog: Mapping[str, Mapping[str, MethodInfo]]) -> Table:
    """Return every method by kind of data and name: its title, product, description and source."""
    return Table(
        "Methods",
        "",
        ("method", "data", "name", "makes", "what it does", "source"),
        tuple(
            (
                Cell(name),
                Cell(f"{kind}s"),
                Cell(one.title),
                Cell(MAKES[one.makes]),
                Cell(" ".join(part for part in (one.about, one.limits) if part)),
                Cell(one.source),
            )
            for kind, methods in catalog.items()
            for name, one in methods.items()
        ),
        labels=6,
    )


def hyperparameter_table(one: MethodInfo, kind: str) -> Table:
    """Return the hyperparameters of a method for a kind of data: what each means, and its value in every preset."""
    base = next(iter(one.presets.values()))
    values = {preset: dict(flat(settings.model_dump(mode="json"))) for preset, settings in one.presets.items()}
    meaning = {name: field.description or "" for name, field in type(base).model_fields.items()}
    names = list(dict.fromkeys(name for found in values.values() for name in found))
    return Table(
        f"Expert settings of {one.title}, {kind}s",
        "Names without a dot can be set. Preset “paper”: as published.",
        ("setting", "what it is", *one.presets),
        tuple(
            (Cell(name), Cell(meaning.get(name, "")), *(Cell(values[preset].get(name, "–")) for preset in one.presets))
            for name in names
        ),
        labels=2,
    )


def labels(runs: Sequence[MethodRun]) -> list[str]:
    """Return a name for each run: its method's, with preset, seed and folder only where several share it."""
    found = [run.title for run in runs]
    longer = (
        [f"{run.title}, {run.preset}" for run in runs],
        [f"{run.title}, {run.preset}, seed {run.seed}" for run in runs],
        [f"{run.title}, {run.name}" for run in runs],
    )
    for names in longer:
        found = [name if found.count(old) > 1 else old for old, name in zip(found, names, strict=True)]
    return found


def attributes(runs: Sequence[MethodRun]) -> list[str]:
    """Return the sensitive attributes that the runs have figures of, in the audit's order."""
    return list(dict.fromkeys(name for run in runs for name in run.shown.attributes))


def lines(runs: Sequence[MethodRun], sensitive: str, protocol: str) -> list[Line]:
    """Return original rows and constant predictor, then every run that this protocol measured; all share their rows.

    Under protocol C the two references are those of A, which that protocol does not measure.
    """
    if not runs:
        return []
    found = [_line(runs[0], name, "A", sensitive, label) for name, label in REFERENCES.items()]
    for run, label in zip(runs, labels(runs), strict=True):
        source = run.source(protocol)
        if source is not None:
            other = {name: product_figure(run, name) for name in (*FIDELITY, *COST)}
            one = _line(run, source, protocol, sensitive, label)
            found.append(replace(one, preset=run.preset, makes=run.makes, other=other))
    return found


def results_table(runs: Sequence[MethodRun], sensitive: str, protocol: str) -> Table:
    """Return the figures behind the plane, a line a method."""
    heads = [describe(metric).label for metric in (*_FIGURES, *FIDELITY, *COST)]
    return Table(
        f"Methods compared, {attribute_title(sensitive)}, {protocol_name(protocol)}",
        "Accuracy to error-rate ratio: on the same real test rows, kept aside. Coverage, density and how well real and "
        f"synthetic are told apart: fidelity. {interval_caption(runs[0].shown if runs else RecordSet())} “No better "
        "than guessing”: not measurably better than an always-the-same guess (degenerate), so parity means nothing. "
        "“Gap found”: chance does not give such a difference of rates; “no gap beyond the margin” is no proof of equal "
        "treatment.",
        ("method", "preset", "makes", "verdict", *heads, "why"),
        tuple(_row(line) for line in lines(runs, sensitive, protocol)),
        labels=3,
    )


def cost_table(runs: Sequence[MethodRun]) -> Table:
    """Return time and size of every run."""
    rows = []
    for run, label in zip(runs, labels(runs), strict=True):
        cells = [figure_cell(product_figure(run, metric)) for metric in COST]
        rows.append((Cell(label), Cell(run.preset), *cells, Cell(run.device or "–")))
    return Table(
        "Time and size",
        "Wall-clock seconds on the machine of the run, beside its other work: compare orders of magnitude only. "
        "Parameters are those of the networks that make rows; a method without networks has none.",
        ("method", "preset", *(describe(metric).label for metric in COST), "device"),
        tuple(rows),
        labels=2,
    )


def product_figure(run: MethodRun, metric: str) -> Record | None:
    """Return a figure of the run's product over all rows: of fidelity, time or size."""
    return _over_all(run.shown, metric, run.product)


def not_drawn(runs: Sequence[MethodRun], sensitive: str, protocol: str) -> list[str]:
    """Return why a run has no mark under this protocol, as sentences."""
    why = "has no representation to judge" if protocol == "C" else "makes a representation, which is judged by itself"
    unmeasured = [
        f"{label} {why}." for run, label in zip(runs, labels(runs), strict=True) if run.source(protocol) is None
    ]
    undefined = [
        f"{one.label} has no parity ratio. {one.ratio.note}".rstrip()
        for one in lines(runs, sensitive, protocol)
        if one.source != CONSTANT and one.ratio is not None and one.ratio.value is None
    ]
    return [*unmeasured, *undefined]


def _line(run: MethodRun, source: str, protocol: str, sensitive: str, label: str) -> Line:
    records = run.shown
    ratio = records.at(PARITY_RATIO, source=source, protocol=protocol, sensitive=sensitive)
    return Line(
        label,
        source,
        "",
        "",
        {name: records.at(name, source=source, protocol=protocol) for name in UTILITY},
        ratio,
        records.at(CHANCE_LIMIT, source=source, protocol=protocol, sensitive=sensitive),
        records.at(ODDS_RATIO, source=source, protocol=protocol, sensitive=sensitive),
        run.verdicts.get((source, protocol, sensitive)),
        {name: _over_all(records, name, source) for name in FIDELITY},
    )


def _over_all(records: RecordSet, metric: str, source: str) -> Record | None:
    """Return a figure of fidelity or generation over all rows."""
    protocol = "fidelity" if metric in FIDELITY else "generation"
    return records.at(metric, source=source, protocol=protocol)


def _row(line: Line) -> tuple[Cell, ...]:
    word, why = line.verdict
    by_metric = {**line.utility, PARITY_RATIO: line.ratio, CHANCE_LIMIT: line.chance_limit, ODDS_RATIO: line.odds}
    figures = [by_metric[metric] for metric in _FIGURES]
    other = (line.other.get(metric) for metric in (*FIDELITY, *COST))
    named = (Cell(line.label), Cell(line.preset or "–"), Cell(line.makes or "–"), Cell(word))
    return (*named, *map(figure_cell, figures), *map(figure_cell, other), Cell(why))
