"""What a run's pictures are drawn from: SHAP importances, overlays of two clouds, marginals and pairs of columns.

Made once, after the audit, and kept: figures as records, coordinates and shares as tables of the run folder. Report and
screen read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from core.audit import image_embedding
from core.audit.comparison_space import train_images, with_embedding
from core.audit.explain import projections, shap_importance
from core.audit.explain.image_importance import explain_images
from core.audit.explain.projections import Clouds, Overlay, latent_clouds, project, table_clouds
from core.audit.inputs import ORIGINAL, Latents
from core.audit.metrics.fidelity import pair_likeness
from core.audit.records import Record
from core.audit.statistics.marginals import Marginal, marginal
from core.config import Depth, run_config
from core.data.encoding.values import usable
from core.data.groups import group_labels
from core.data.images import Images
from core.data.sampling import sample
from core.data.schema import Schema
from core.errors import DataError
from core.events import Event, Listener
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName
from core.pipeline.image_galleries import NEAREST, OCCLUSION, kept_images, nearest_table, run_galleries
from core.report.charts.plot_data import Album
from core.runs.run_folder import RunFolder

STAGE = "pictures"
PAIRS, MARGINALS = "pairs", "marginals"
HELD_OUT = "real hold-out"
MAX_COLUMNS = 30
KINDS = ("latents", "rows")
METHODS: dict[Depth, tuple[str, ...]] = {"none": (), "pca": ("pca",), "all": projections.METHODS}
_BINS = ["source", "label", "left", "right", "share", "low", "high"]


@dataclass(frozen=True)
class Subject:
    """What pictures are made of.

    Args:
        schema: Columns and roles.
        train: Real train rows, typed.
        holdout: Real hold-out rows, typed.
        sources: Rows to set beside the real ones, by name: ``synthetic``, or a file's; may be empty.
        latents: Latents of the real rows, by encoder; may be empty.
        images: Of rows that are images: those of ``train``, ``holdout`` and each source. Empty: the rows are a table.
        classifier: Which classifier is explained, of a table.
    """

    schema: Schema
    train: pd.DataFrame
    holdout: pd.DataFrame
    sources: Mapping[str, pd.DataFrame]
    latents: Mapping[str, Latents] = field(default_factory=dict)
    images: Mapping[str, Images] = field(default_factory=dict)
    classifier: ClassifierName = DEFAULT_CLASSIFIER


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
    subject = _subject(folder)
    return project(_row_clouds(subject, {ORIGINAL: subject.train, **subject.sources}), method)


def _subject(folder: RunFolder) -> Subject:
    encoders = {
        name: Latents(*folder.artifacts.latents(name))
        for name in ("teacher", "student")
        if folder.artifacts.has_latents(name)
    }
    sources = {"synthetic": folder.synthetic.read()} if folder.synthetic.exists() else {}
    train, holdout = folder.artifacts.table("train"), folder.artifacts.table("holdout")
    images = kept_images(folder, {"train": train, "holdout": holdout, **sources})
    classifier = run_config(**folder.config.read()).classifier
    return Subject(folder.schema.read(), train, holdout, sources, encoders, images, classifier)


def album(folder: RunFolder) -> Album:
    """What the run has kept for its pictures; empty where they were left out."""
    records = folder.metrics.read(Record)
    overlays = {kind: _kept_overlays(folder, kind, records) for kind in KINDS}
    occlusion = folder.artifacts.table(OCCLUSION) if folder.artifacts.has_table(OCCLUSION) else None
    parts = (overlays, _kept_marginals(folder), _kept_pairs(folder), folder.job.events())
    return Album(*parts, run_galleries(folder, real=False), occlusion)


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
    rows = {ORIGINAL: subject.train, **subject.sources}
    yield "Columns and pairs of columns.", partial(_add_columns, subject, made)
    for name, frame in rows.items():
        yield f"What a classifier trained on {name} decides by.", partial(_add_importances, subject, made, name, frame)
    if subject.sources:
        clouds = _once(partial(_row_clouds, subject, rows))
        yield from _overlay_steps("rows", clouds, methods, made)
    if "synthetic" in subject.images:
        yield "Looking for the nearest train images.", partial(_add_nearest, subject, made)
    if len(subject.latents) > 1:
        latents = {name: found.train for name, found in subject.latents.items()}
        members = list(group_labels(subject.train, subject.schema, subject.schema.sensitive))
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


def _row_clouds(subject: Subject, rows: Mapping[str, pd.DataFrame]) -> Clouds:
    """Rows as points; of images, by what they look like."""
    if not subject.images:
        return table_clouds(subject.schema, subject.train, rows)
    images = subject.images
    seen = image_embedding.fitted(train_images(subject.schema, subject.train, images["train"]))
    drawn = {
        name: with_embedding(
            frame.iloc[sample(len(frame), projections.MAX_TESTED, 25)], subject.schema, _images(subject, name), seen
        )
        for name, frame in rows.items()
    }
    return table_clouds(image_embedding.embedding_schema(subject.schema), drawn[ORIGINAL], drawn)


def _images(subject: Subject, name: str) -> Images:
    return subject.images["train" if name == ORIGINAL else name]


def _add_nearest(subject: Subject, made: Pictures) -> None:
    train = (subject.train, subject.images["train"])
    synthetic = (subject.sources["synthetic"], subject.images["synthetic"])
    made.tables[NEAREST] = nearest_table(subject.schema, train, synthetic)


def _add_importances(subject: Subject, made: Pictures, name: str, rows: pd.DataFrame) -> None:
    if subject.images:
        held = (subject.holdout, subject.images["holdout"])
        found = explain_images(subject.schema, name, (rows, _images(subject, name)), subject.train, held)
        made.records += found.records
        made.tables[OCCLUSION] = pd.concat([made.tables.get(OCCLUSION, found.occlusion.head(0)), found.occlusion])
        return
    made.records += shap_importance.importance_records(
        subject.schema, name, rows, subject.train, subject.holdout, classifier=subject.classifier
    )


def _add_columns(subject: Subject, made: Pictures) -> None:
    schema, frames = subject.schema, {ORIGINAL: subject.train, **subject.sources}
    parts = []
    for name in usable(schema)[:MAX_COLUMNS]:
        found = marginal(schema, name, frames)
        parts.append(found.bins.assign(column=name, clipped=found.clipped))
    made.tables[MARGINALS] = pd.concat(parts, ignore_index=True)
    others = {HELD_OUT: subject.holdout, **subject.sources}
    made.tables[PAIRS] = pd.DataFrame(
        [
            (source, one, two, likeness)
            for source, frame in others.items()
            for (one, two), likeness in pair_likeness(subject.train, frame, schema).items()
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
