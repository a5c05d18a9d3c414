"""What a run's pictures are drawn from: SHAP importances, overlays of two clouds, marginals and pairs of columns.

Made once, after the audit, and kept: figures as records, coordinates and shares as tables of the run folder. Report and
screen read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from core.audit.explain import projections, shap_importance
from core.audit.explain.projections import Clouds, Overlay, latent_clouds, project
from core.audit.inputs import ORIGINAL, Latents
from core.audit.metrics.fidelity import pair_similarity
from core.audit.records import Record
from core.audit.statistics.marginals import Marginal, marginal
from core.config import ProjectionDepth, run_config
from core.data.encoding.values import modelled_columns
from core.data.examples import Examples
from core.data.groups import group_labels
from core.data.schema import Schema
from core.errors import DataError
from core.events import Event, Listener
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName
from core.modalities.base import PRODUCT, Modality, TableByName
from core.modalities.catalog import modality_of
from core.report.charts.plot_data import PlotData
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder

STAGE = "pictures"
PAIRS, MARGINALS = "pairs", "marginals"
HELD_OUT = "real hold-out"
MAX_COLUMNS = 30
KINDS = ("latents", "rows")
METHODS: dict[ProjectionDepth, tuple[str, ...]] = {"none": (), "pca": ("pca",), "all": projections.METHODS}
_BINS = ["source", "label", "left", "right", "share", "low", "high"]


@dataclass(frozen=True)
class Subject:
    """What pictures are made of.

    Args:
        schema: Columns and roles.
        train: Real train rows.
        holdout: Real hold-out rows.
        sources: Rows to set beside the real ones, by name: ``synthetic``, or a file's; may be empty.
        latents: Latents of the real rows, by encoder; may be empty.
        classifier: Which downstream classifier is explained.
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
        """The real train rows, called ``original``, and every source."""
        return {ORIGINAL: self.train, **self.sources}


@dataclass
class Pictures:
    """What was made: records, tables by name, how each overlay was made, and what could not be drawn and why."""

    records: list[Record] = field(default_factory=list)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)


def make(subject: Subject, methods: Sequence[str], listener: Listener) -> Pictures:
    """Everything that can be drawn of ``subject``; what cannot is said in ``lacking``. Tells a step at a time.

    Args:
        subject: Rows and latents.
        methods: Of `core.audit.explain.projections`, by which clouds are laid out.
        listener: Receives progress.
    """
    made = Pictures()
    steps = list(_steps(subject, methods, made))
    listener(Event(STAGE, 0, len(steps), message=steps[0][0]))
    for number, (_, work) in enumerate(steps, 1):
        try:
            work()
        except DataError as error:
            made.lacking.append(f"A picture was left out. {error.sentence}")
        coming = steps[number][0] if number < len(steps) else "Pictures finished."
        listener(Event(STAGE, number, len(steps), message=coming))
    made.lacking = list(dict.fromkeys(made.lacking))
    return made


def keep(folder: RunFolder, made: Pictures) -> None:
    """Leave it in the run folder: the records behind those of the audit, the rest as tables."""
    others = [
        r for r in folder.metrics.read(Record) if r.protocol not in (shap_importance.PROTOCOL, projections.PROTOCOL)
    ]
    folder.metrics.save([*others, *made.records])
    for name, table in made.tables.items():
        folder.artifacts.save_table(name, table)
    folder.notes.add(made.lacking)
    folder.pictures.save(made.notes)


def draw_run(folder: RunFolder, methods: Sequence[str], listener: Listener) -> None:
    """The stage of a run: original rows, and what there is of synthetic ones and of latents of teacher and student."""
    keep(folder, make(_subject(folder), methods, listener))


def row_overlay(folder: RunFolder, method: str) -> Overlay:
    """Original and synthetic rows of a run laid out anew by ``method``, where :func:`kept_overlay` has nothing.

    Raises:
        DataError: Fewer than 10 rows of either.
    """
    return project(_row_clouds(_subject(folder)), method)


def _subject(folder: RunFolder) -> Subject:
    encoders = {
        name: Latents(*folder.artifacts.latents(name))
        for name in ("teacher", "student")
        if folder.artifacts.has_latents(name)
    }
    schema = folder.schema.read()
    made = [PRODUCT] if folder.synthetic.exists() else []
    found = {name: modality_of(schema).load(folder, schema, name) for name in (*REAL, *made)}
    sources, classifier = {name: found[name] for name in made}, run_config(**folder.config.read()).classifier
    return Subject(schema, found["train"], found["holdout"], sources, encoders, classifier)


def read_plot_data(folder: RunFolder) -> PlotData:
    """What the run has kept for its pictures; empty where they were left out."""
    records = folder.metrics.read(Record)
    overlays = {kind: _kept_overlays(folder, kind, records) for kind in KINDS}
    modality = modality_of(folder.schema.read())
    parts = (overlays, _kept_marginals(folder), _kept_pairs(folder), folder.job.events())
    return PlotData(*parts, modality.galleries(folder, real=False), modality.explanations(folder))


def _kept_overlays(folder: RunFolder, kind: str, records: Sequence[Record]) -> list[Overlay]:
    return [found for method in projections.METHODS if (found := kept_overlay(folder, kind, method, records))]


def kept_overlay(folder: RunFolder, kind: str, method: str, records: Sequence[Record]) -> Overlay | None:
    """An overlay of the run, or nothing if it was not made.

    Args:
        folder: The run.
        kind: ``latents`` or ``rows``.
        method: ``pca``, ``tsne`` or ``umap``.
        records: Those of the run.
    """
    name = _overlay_name(kind, method)
    notes = folder.pictures.read()
    if name not in notes:
        return None
    points = folder.artifacts.table(name)
    sources = set(points["source"])
    mine = [record for record in records if record.protocol == projections.PROTOCOL and record.source in sources]
    return Overlay(points, mine, method, notes[name])


def _steps(subject: Subject, methods: Sequence[str], made: Pictures) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "Columns and pairs of columns.", partial(_add_columns, subject, made)
    for name, rows in subject.named.items():
        yield f"What a classifier trained on {name} decides by.", partial(_add_importances, subject, made, name, rows)
    if subject.sources:
        clouds = _once(partial(_row_clouds, subject))
        yield from _overlay_steps("rows", clouds, methods, made)
    for plot in subject.modality.extra_plots(subject.schema, subject.train, subject.sources):
        yield plot.message, partial(_add_tables, made, plot.tables)
    if len(subject.latents) > 1:
        latents = {name: found.train for name, found in subject.latents.items()}
        members = list(group_labels(subject.train.frame, subject.schema, subject.schema.sensitive))
        clouds = _once(partial(latent_clouds, latents, members))
        yield from _overlay_steps("latents", clouds, methods, made)


def _overlay_steps(
    kind: str, clouds: Callable[[], Clouds], methods: Sequence[str], made: Pictures
) -> Iterator[tuple[str, Callable[[], None]]]:
    yield f"Comparing the clouds of {kind}.", lambda: made.records.extend(clouds().records)
    for method in methods:
        yield f"Laying out the {kind}: {method}.", partial(_add_overlay, kind, method, clouds, made)


def _once(work: Callable[[], Clouds]) -> Callable[[], Clouds]:
    found: list[Clouds] = []

    def answer() -> Clouds:
        if not found:
            found.append(work())
        return found[0]

    return answer


def _add_overlay(kind: str, method: str, clouds: Callable[[], Clouds], made: Pictures) -> None:
    laid = project(clouds(), method)
    name = _overlay_name(kind, method)
    made.tables[name] = laid.points
    made.notes[name] = laid.note


def _row_clouds(subject: Subject) -> Clouds:
    return subject.modality.clouds(subject.schema, subject.train, subject.named)


def _add_tables(made: Pictures, tables: Callable[[], TableByName]) -> None:
    made.tables |= tables()


def _add_importances(subject: Subject, made: Pictures, name: str, rows: Examples) -> None:
    found = subject.modality.importance(subject.schema, name, rows, subject.train, subject.holdout, subject.classifier)
    made.records += found.records
    for key, table in found.tables.items():
        made.tables[key] = pd.concat([made.tables.get(key, table.head(0)), table])


def _add_columns(subject: Subject, made: Pictures) -> None:
    schema, frames = subject.schema, {name: rows.frame for name, rows in subject.named.items()}
    parts = []
    for name in modelled_columns(schema)[:MAX_COLUMNS]:
        found = marginal(schema, name, frames)
        parts.append(found.bins.assign(column=name, clipped=found.clipped))
    made.tables[MARGINALS] = pd.concat(parts, ignore_index=True)
    others = {HELD_OUT: subject.holdout.frame} | {name: rows.frame for name, rows in subject.sources.items()}
    made.tables[PAIRS] = pd.DataFrame(
        [
            (source, one, two, likeness)
            for source, frame in others.items()
            for (one, two), likeness in pair_similarity(subject.train.frame, frame, schema).items()
        ],
        columns=["source", "one", "two", "likeness"],
    )


def _kept_marginals(folder: RunFolder) -> list[Marginal]:
    if not folder.artifacts.has_table(MARGINALS):
        return []
    schema, table = folder.schema.read(), folder.artifacts.table(MARGINALS)
    parts, level = table.groupby("column", sort=False), run_config(**folder.config.read()).confidence
    return [
        Marginal(schema.column(str(name)), part[_BINS].reset_index(drop=True), bool(part["clipped"].iloc[0]), level)
        for name, part in parts
    ]


def _kept_pairs(folder: RunFolder) -> dict[str, dict[tuple[str, str], float]]:
    if not folder.artifacts.has_table(PAIRS):
        return {}
    found: dict[str, dict[tuple[str, str], float]] = {}
    for source, one, two, likeness in folder.artifacts.table(PAIRS).itertuples(index=False):
        found.setdefault(str(source), {})[str(one), str(two)] = float(likeness)
    return found


def _overlay_name(kind: str, method: str) -> str:
    return f"overlay-{kind}-{method}"
