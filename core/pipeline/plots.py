"""The data of a run's plots: SHAP importances, projections of two point clouds, marginals and column pairs.

The plots are computed once, after the audit, and saved: metrics as records, coordinates and shares as tables of the run
folder. The report and the app read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

import pandas as pd

from core.audit.explain import projections, shap_importance
from core.audit.explain.projections import Clouds, Projection, latent_clouds, project
from core.audit.inputs import Latents
from core.audit.metrics.fidelity import pair_similarity
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, Record
from core.audit.statistics.marginals import Marginal, marginal
from core.choices import ProjectionDepth
from core.config import run_config
from core.data.encoding.values import modelled_columns
from core.data.examples import Examples
from core.data.groups import group_labels
from core.data.schema import Schema
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER, ClassifierName
from core.errors import DataError
from core.events import Event, Listener
from core.modalities.base import PRODUCT, Modality, TableByName
from core.modalities.catalog import modality_of
from core.pipeline.score_plots import read_alternatives, read_repair, read_score_tables
from core.report.charts.plot_data import PlotData
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder
from core.synthesis.base import ENCODERS

STAGE = "pictures"
PAIRS, MARGINALS = "pairs", "marginals"
HOLDOUT_NAME = "real hold-out"
MAX_COLUMNS = 30
KINDS = ("latents", "rows")
PROJECTIONS: dict[ProjectionDepth, tuple[str, ...]] = {"none": (), "pca": ("pca",), "all": projections.METHODS}
_BIN_COLUMNS = ["source", "label", "left", "right", "share", "low", "high"]


@dataclass(frozen=True)
class PlotInputs:
    """The rows and latents to plot.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        sources: Rows to compare with the real rows, by name: ``synthetic`` or the name of a file; may be empty.
        latents: Latents of the real rows by encoder; may be empty.
        classifier: Downstream classifier to explain.
    """

    schema: Schema
    train: Examples
    holdout: Examples
    sources: Mapping[str, Examples]
    latents: Mapping[str, Latents] = field(default_factory=dict)
    classifier: ClassifierName = DEFAULT_CLASSIFIER

    @property
    def modality(self) -> Modality:
        """The kind of data."""
        return modality_of(self.schema)

    @property
    def named(self) -> dict[str, Examples]:
        """The real train rows as ``original``, and every source."""
        return {ORIGINAL: self.train, **self.sources}


@dataclass
class PlotResults:
    """Computed plot data: records, tables by name, notes on each projection, and reasons for skipped plots."""

    records: list[Record] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)


def make_plots(inputs: PlotInputs, methods: Sequence[str], listener: Listener) -> PlotResults:
    """Compute all plots of the inputs; reasons for skipped plots are in ``skipped``. Reports progress by step.

    Args:
        inputs: Rows and latents.
        methods: Projection methods, see `core.audit.explain.projections`.
        listener: Receives progress.
    """
    results = PlotResults()
    steps = list(_steps(inputs, methods, results))
    listener(Event(STAGE, 0, len(steps), message=steps[0][0]))
    for step, (_, compute) in enumerate(steps, 1):
        try:
            compute()
        except DataError as error:
            results.skipped.append(f"A picture was left out. {error.sentence}")
        next_message = steps[step][0] if step < len(steps) else "Pictures finished."
        listener(Event(STAGE, step, len(steps), message=next_message))
    results.skipped = list(dict.fromkeys(results.skipped))
    return results


def save_plots(folder: RunFolder, results: PlotResults) -> None:
    """Save plot data in the run folder: records after those of the audit, the rest as tables."""
    others = RecordSet(folder.metrics.read(Record)).without(protocol=(shap_importance.PROTOCOL, projections.PROTOCOL))
    folder.metrics.save([*others, *results.records])
    for name, table in results.tables.items():
        folder.artifacts.save_table(name, table)
    folder.notes.add(results.skipped)
    folder.pictures.save(results.notes)


def make_run_plots(folder: RunFolder, methods: Sequence[str], listener: Listener) -> None:
    """Compute and save the plots of a run: original rows, synthetic rows and latents, as far as they exist."""
    save_plots(folder, make_plots(plot_inputs(folder), methods, listener))


def plot_inputs(folder: RunFolder) -> PlotInputs:
    """Read what the plots of a run need: real rows, synthetic rows and latents, as far as they exist."""
    encoders = {
        name: Latents(*folder.artifacts.latents(name)) for name in ENCODERS if folder.artifacts.has_latents(name)
    }
    schema = folder.schema.read()
    generated = [PRODUCT] if folder.synthetic.exists() else []
    examples = {name: modality_of(schema).load(folder, schema, name) for name in (*REAL, *generated)}
    sources, classifier = {name: examples[name] for name in generated}, run_config(**folder.config.read()).classifier
    return PlotInputs(schema, examples["train"], examples["holdout"], sources, encoders, classifier)


def read_plot_data(folder: RunFolder) -> PlotData:
    """Read the saved plot data of a run; empty if no plots were computed."""
    records = folder.metrics.read(Record)
    found = {kind: _read_projections(folder, kind, records) for kind in KINDS}
    modality = modality_of(folder.schema.read())
    parts = (found, _read_marginals(folder), _read_pairs(folder), folder.job.events())
    return PlotData(
        *parts,
        modality.galleries(folder, real=False),
        modality.explanations(folder),
        scores=read_score_tables(folder).figures(),
        alternatives=read_alternatives(folder),
        repair=read_repair(folder),
    )


def _read_projections(folder: RunFolder, kind: str, records: Sequence[Record]) -> list[Projection]:
    return [found for method in projections.METHODS if (found := read_projection(folder, kind, method, records))]


def read_projection(folder: RunFolder, kind: str, method: str, records: Sequence[Record]) -> Projection | None:
    """Read a saved projection of the run; ``None`` if there is none.

    Args:
        folder: The run.
        kind: ``latents`` or ``rows``.
        method: ``pca``, ``tsne`` or ``umap``.
        records: The records of the run.
    """
    name = _projection_name(kind, method)
    notes = folder.pictures.read()
    if name not in notes:
        return None
    points = folder.artifacts.table(name)
    sources = set(points["source"])
    own = RecordSet(records).where(protocol=projections.PROTOCOL, source=sources)
    return Projection(points, own, method, notes[name])


def _steps(
    inputs: PlotInputs, methods: Sequence[str], results: PlotResults
) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "Columns and pairs of columns.", partial(_add_columns, inputs, results)
    for name, rows in inputs.named.items():
        yield (
            f"Feature importance of a classifier trained on {name}.",
            partial(_add_importances, inputs, results, name, rows),
        )
    if inputs.sources:
        clouds = _once(partial(row_clouds, inputs))
        yield from _projection_steps("rows", clouds, methods, results)
    for plot in inputs.modality.extra_plots(
        inputs.schema, inputs.train, inputs.holdout, inputs.sources, inputs.classifier
    ):
        yield plot.message, partial(_add_tables, results, plot.tables)
    if len(inputs.latents) > 1:
        latents = {name: encoded.train for name, encoded in inputs.latents.items()}
        group_names = list(group_labels(inputs.train.frame, inputs.schema, inputs.schema.sensitive))
        clouds = _once(partial(latent_clouds, latents, group_names))
        yield from _projection_steps("latents", clouds, methods, results)


def _projection_steps(
    kind: str, clouds: Callable[[], Clouds], methods: Sequence[str], results: PlotResults
) -> Iterator[tuple[str, Callable[[], None]]]:
    yield f"Comparing the {kind}.", lambda: results.records.extend(clouds().records)
    for method in methods:
        yield f"Projecting the {kind}: {method}.", partial(_add_projection, kind, method, clouds, results)


def _once(compute: Callable[[], Clouds]) -> Callable[[], Clouds]:
    return cache(compute)


def _add_projection(kind: str, method: str, clouds: Callable[[], Clouds], results: PlotResults) -> None:
    projection = project(clouds(), method)
    name = _projection_name(kind, method)
    results.tables[name] = projection.points
    results.notes[name] = projection.note


def row_clouds(inputs: PlotInputs) -> Clouds:
    """Return original and synthetic rows as points.

    Raises:
        DataError: Fewer than 10 rows of either.
    """
    return inputs.modality.clouds(inputs.schema, inputs.train, inputs.named)


def _add_tables(results: PlotResults, tables: Callable[[], TableByName]) -> None:
    results.tables |= tables()


def _add_importances(inputs: PlotInputs, results: PlotResults, name: str, rows: Examples) -> None:
    importance = inputs.modality.importance(inputs.schema, name, rows, inputs.train, inputs.holdout, inputs.classifier)
    results.records += importance.records
    for key, table in importance.tables.items():
        results.tables[key] = pd.concat([results.tables.get(key, table.head(0)), table])


def _add_columns(inputs: PlotInputs, results: PlotResults) -> None:
    schema, frames = inputs.schema, {name: rows.frame for name, rows in inputs.named.items()}
    tables = []
    for name in modelled_columns(schema)[:MAX_COLUMNS]:
        shares = marginal(schema, name, frames)
        tables.append(shares.bins.assign(column=name, clipped=shares.clipped))
    results.tables[MARGINALS] = pd.concat(tables, ignore_index=True)
    others = {HOLDOUT_NAME: inputs.holdout.frame} | {name: rows.frame for name, rows in inputs.sources.items()}
    results.tables[PAIRS] = pd.DataFrame(
        [
            (source, first, second, similarity)
            for source, frame in others.items()
            for (first, second), similarity in pair_similarity(inputs.train.frame, frame, schema).items()
        ],
        columns=["source", "one", "two", "similarity"],
    )


def _read_marginals(folder: RunFolder) -> list[Marginal]:
    if not folder.artifacts.has_table(MARGINALS):
        return []
    schema, table = folder.schema.read(), folder.artifacts.table(MARGINALS)
    columns, level = table.groupby("column", sort=False), run_config(**folder.config.read()).confidence
    return [
        Marginal(
            schema.column(str(name)), bins[_BIN_COLUMNS].reset_index(drop=True), bool(bins["clipped"].iloc[0]), level
        )
        for name, bins in columns
    ]


def _read_pairs(folder: RunFolder) -> dict[str, dict[tuple[str, str], float]]:
    if not folder.artifacts.has_table(PAIRS):
        return {}
    pairs: dict[str, dict[tuple[str, str], float]] = {}
    for source, first, second, similarity in folder.artifacts.table(PAIRS).itertuples(index=False):
        pairs.setdefault(str(source), {})[str(first), str(second)] = float(similarity)
    return pairs


def _projection_name(kind: str, method: str) -> str:
    return f"overlay-{kind}-{method}"
