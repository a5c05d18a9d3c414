"""Data: choose a table, set the roles of its columns, and see how its groups differ."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.app import (
    builtin_datasets,
    column_roles,
    count_columns,
    data_checks,
    decision_columns,
    elements,
    real_rows,
    sections,
    session,
    subject,
    table_content,
    test_rows,
    upload,
)
from core.app.folded import folded
from core.app.markdown import counted, plain
from core.app.page_words import speak_of
from core.app.sections import Content
from core.audit.metrics.proxies import proxy_records
from core.audit.record_set import RecordSet
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.readiness import MIN_AUDIT_ROWS, MIN_RUN_ROWS, check_ready
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER
from core.errors import EvenhandError
from core.findings.evidence import Evidence, is_crossed
from core.modalities.catalog import modality_of
from core.report.charts import column_figures, rates
from core.report.charts.gallery import Gallery
from core.report.charts.theme import Figure
from core.report.tables.base import is_missing

ACROSS = 3
WAYS = ["Upload a file", "Built-in data", "Earlier run"]


def choose() -> None:
    """Show the three ways to load a table."""
    if session.dataset() is None:
        st.session_state.setdefault("way", WAYS[0])
    way = st.segmented_control("Where the data come from", WAYS, key="way", persist_state="session", required=True)
    if way == WAYS[0]:
        upload.choose()
    elif way == WAYS[1]:
        builtin_datasets.choose()
    elif way == WAYS[2]:
        earlier()


def earlier() -> None:
    """Show the choice of an earlier run's rows."""
    names = [name for name, folder in subject.runs().items() if folder.artifacts.has_table("train")]
    if not names:
        st.info("There is no earlier run yet. Upload a file or choose built-in data.")
        return
    name = st.selectbox("Run", names)
    if st.button("Use its table", type="primary"):
        subject.open_run(name)


def show(dataset: Dataset) -> None:
    """Show the table, what it holds, its roles, their problems, and what can be seen without training."""
    speak_of(dataset.schema)
    counts = count_columns.chosen()
    if counts is not None:
        dataset = session.loaded()  # a line without a number counts too
    st.header("The images" if dataset.schema.image else "The table", anchor=False)
    st.caption(size_of(dataset))
    folded("Show rows", "rows", lambda: preview(dataset))
    elements.notes(dataset.notes)
    if dataset.schema.image is None:
        table_content.choose(dataset)
    if counts is not None:
        count_columns.show(counts)
        return
    data_checks.show(dataset)
    column_roles.show(dataset)
    if session.decisions() is not None:
        decision_columns.show(dataset)
    test_rows.show(dataset)
    if ready(dataset):
        profile(dataset)


def preview(dataset: Dataset) -> None:
    """Show the first rows, to who may see real ones."""
    if real_rows.may_be_shown():
        elements.preview(dataset.frame)


def size_of(dataset: Dataset) -> str:
    """Return the size of the dataset, in a sentence."""
    modality = modality_of(dataset.schema)
    words = modality.words
    rows, columns = counted(len(dataset.frame), words.one), counted(dataset.frame.shape[1], "column")
    held = f" and {counted(len(dataset.holdout), f'test {words.one}')}" if dataset.holdout is not None else ""
    return f"{rows}{held}{modality.measure(dataset)}, {columns}{words.columns}."


def ready(dataset: Dataset) -> bool:
    """Say whether the table can be audited and trained on."""
    if st.session_state.get("trouble"):
        elements.problem(st.session_state["trouble"])
    try:
        trains = session.decisions() is None
        weak = check_ready(dataset.frame, dataset.schema, rows=MIN_AUDIT_ROWS, trains=trains)
    except EvenhandError as error:
        elements.show_error(error)
        return False
    if sentences := decision_columns.not_told(dataset, weak):
        st.caption(plain(" ".join(sentences)))
    if session.decisions() is not None:
        if not decision_columns.ready(dataset):
            return False
        elements.page_link("audit", "Next: audit the decisions", main=True)
        return True
    with st.container(horizontal=True, vertical_alignment="center"):
        what = modality_of(dataset.schema).words.dataset
        elements.page_link("audit", f"Next: audit {what}", main=True)
        if len(dataset.frame) >= MIN_RUN_ROWS:
            elements.page_link("train", "Or go straight to training")
        else:
            st.caption(f"Training needs at least {MIN_RUN_ROWS} rows; {what} can only be audited.")
    return True


def profile(dataset: Dataset) -> None:
    """Show examples and rates by group straight from the rows; the rest of what they tell opens on demand."""
    st.header("At a glance, before any training", anchor=False)
    records = session.cached(("table", session.dataset_key()), lambda: audit_table(dataset.real_rows, dataset.schema))
    mine = Evidence(records, dataset.schema).mine
    single = [name for name in mine.attributes if not is_crossed(name)]
    shown = examples(dataset)
    by_group = session.cached(("profile", session.dataset_key()), lambda: base_rates(mine, single))
    drawn: list[Figure | Gallery] = [*shown, *by_group]
    elements.figures(drawn, max(len(drawn), 2) if len(drawn) <= ACROSS else ACROSS)
    if shown:
        real = f"The {modality_of(dataset.schema).words.many} shown are real"
        st.caption(f"{real}. Where they show people, they are personal data: do not pass them on.")
    with sections.stacked():
        more(dataset, mine, [name for name in mine.attributes if name not in single])


def more(dataset: Dataset, mine: RecordSet, combined: Sequence[str]) -> None:
    """Show the sections of combined groups, missing values, and columns that reveal the group."""
    sections.by_attribute("Combined groups", "combined", combined, lambda name: Content(base_rates(mine, [name])))
    gaps = mine.of_groups.filter(is_missing).without(value=None).attributes
    sections.by_attribute("Missing values by group", "missing", gaps, lambda name: Content(missing(mine, name)))
    if session.decisions() is None and modality_of(dataset.schema).audit_kind(DEFAULT_CLASSIFIER).features_in_columns:
        sections.section("Columns that reveal the group", "proxies", lambda: Content(reporter(dataset)))


def examples(dataset: Dataset) -> list[Gallery]:
    """Return real examples of each outcome and group, where the rows alone do not show them."""
    if dataset.schema.image is None or not real_rows.may_be_shown():
        return []
    with st.spinner("Laying out examples …"):
        key = ("examples", session.dataset_key())
        return session.cached(key, lambda: modality_of(dataset.schema).dataset_galleries(dataset))


def base_rates(records: RecordSet, names: Sequence[str]) -> list[Figure]:
    """Plot base rates by group, a picture for each attribute."""
    found = [rates.base_rates(records, name) for name in names]
    return [figure for figure in found if figure is not None]


def missing(records: RecordSet, name: str) -> list[Figure]:
    """Plot missing values by group."""
    found = column_figures.missing_by_group(records, name)
    return [] if found is None else [found]


def reporter(dataset: Dataset) -> list[Figure]:
    """Plot which columns reveal each sensitive attribute."""
    key = ("proxies", session.dataset_key())
    records = RecordSet(session.cached(key, lambda: proxy_records(dataset.frame, dataset.schema)))
    found = [column_figures.proxies_of(records, name) for name in records.attributes]
    return [figure for figure in found if figure is not None]


elements.page_header(
    "Data",
    "Bring a table with one row per person or case, a table with the decisions of a model, counts of people by group, "
    "or a zip of images with a table of labels. Choose the outcome column and the sensitive columns, such as sex, race "
    "or age.",
)
choose()
chosen = session.dataset()
if chosen is None:
    st.info("No table yet. Upload one, choose built-in data to look around, or reopen an earlier run.")
else:
    show(chosen)
