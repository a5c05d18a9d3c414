"""Data: choose a table, say what its columns are, and see at once how its groups differ."""

from __future__ import annotations

import streamlit as st

from core.audit.proxies import proxy_records
from core.audit.records import Record
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.readiness import AUDIT_ROWS, RUN_ROWS, check_ready
from core.errors import EvenhandError
from core.report import charts, pictures, select
from core.report.canvas import Figure
from core.report.subgroup_sheet import subgroup_sheet
from core.runs.reopen import reopened
from screens.parts import built_in, draw, roles, state, uploading
from screens.parts.words import counted, on_screen, plain

WAYS = ["Upload a file", "Built-in data", "Earlier run"]


def choose() -> None:
    """The three ways to a table."""
    way = st.segmented_control("Where the data come from", WAYS, key="way", persist_state="session")
    if way == WAYS[0]:
        uploading.choose()
    elif way == WAYS[1]:
        built_in.choose()
    elif way == WAYS[2]:
        earlier()


def earlier() -> None:
    """The rows of a run that was made before."""
    names = [name for name, folder in state.runs().items() if folder.has_table("train")]
    if not names:
        st.info("There is no earlier run yet. Upload a file or take built-in data.")
        return
    name = st.selectbox("Run", names)
    if st.button("Use its table", type="primary"):
        state.choose_run(name)
        state.choose_dataset(reopened(state.runs()[name]))


def show(dataset: Dataset) -> None:
    """The table, its roles, what is wrong with them, and what can be seen without training."""
    st.header(plain(dataset.name), anchor=False)
    st.caption(size_of(dataset))
    draw.preview(dataset.frame)
    draw.notes(dataset.notes)
    roles.show(dataset)
    if ready(dataset):
        profile(dataset)


def size_of(dataset: Dataset) -> str:
    """How much there is of it, in a sentence."""
    what = "row" if dataset.images is None else "image"
    rows, columns = counted(len(dataset.frame), what), counted(dataset.frame.shape[1], "column")
    held = f" and {counted(len(dataset.holdout), f'held-out {what}')}" if dataset.holdout is not None else ""
    if dataset.images is None:
        return f"{rows}{held}, {columns}."
    high, wide = dataset.images.size
    return f"{rows}{held} of {high} × {wide} pixels, {columns} of labels."


def ready(dataset: Dataset) -> bool:
    """Says whether the table can be audited and trained on."""
    if st.session_state.get("trouble"):
        draw.problem(st.session_state["trouble"])
    try:
        weak = check_ready(dataset.frame, dataset.schema, rows=AUDIT_ROWS)
    except EvenhandError as error:
        draw.problem(str(error))
        return False
    for sentence in weak:
        st.caption(plain(on_screen(sentence)))
    with st.container(horizontal=True):
        what = "this table" if dataset.images is None else "these images"
        draw.way("audit", f"Next: audit {what}", main=True)
        if len(dataset.frame) >= RUN_ROWS:
            draw.way("train", "Or straight to training")
        else:
            st.caption(f"Training needs {RUN_ROWS} rows or more; {what} can only be audited.")
    return True


def profile(dataset: Dataset) -> None:
    """Images or proxies, base rates and gaps, straight from the rows."""
    st.header("At a glance, nothing trained yet", anchor=False)
    if dataset.images is not None:
        sheet(dataset)
    records = state.kept(("table", state.dataset_key()), lambda: audit_table(dataset.frame, dataset.schema))
    mine = select.of_polarity(select.shown(records), select.main_positive(records))
    draw.figures(state.kept(("profile", state.dataset_key()), lambda: pictured(mine)))
    if dataset.images is not None:
        return
    with st.spinner("Looking for columns that give the sensitive ones away …"):
        draw.figures(state.kept(("proxies", state.dataset_key()), lambda: telling(dataset)))


def sheet(dataset: Dataset) -> None:
    """Real images of each outcome and group."""
    schema, frame, images = dataset.schema, dataset.frame, dataset.images
    if images is not None:
        with st.spinner("Laying out images …"):
            found = state.kept(
                ("sheet", state.dataset_key()), lambda: subgroup_sheet(schema, frame, images, "Real images")
            )
        draw.gallery(found)
        st.caption("These images are real: where they show people, they are personal data, and not for everyone.")


def pictured(records: list[Record]) -> list[Figure]:
    """Base rates and missing values by group."""
    names = select.attributes(records)
    found = [one(records, name) for one in (charts.base_rates, pictures.missing_by_group) for name in names]
    return [figure for figure in found if figure is not None]


def telling(dataset: Dataset) -> list[Figure]:
    """Which columns give each sensitive attribute away."""
    records = proxy_records(dataset.frame, dataset.schema)
    found = [pictures.proxies_of(records, name) for name in select.attributes(records)]
    return [figure for figure in found if figure is not None]


draw.head(
    "Data",
    "Bring a table with one row per person or case, or a zip of images with a table of labels. Say which column is the "
    "outcome and which are sensitive, such as sex, race or age.",
)
choose()
chosen = state.dataset()
if chosen is None:
    st.info("No table yet. Upload one, take built-in data to look around, or reopen an earlier run.")
else:
    show(chosen)
