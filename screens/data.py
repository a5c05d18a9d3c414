"""Data: choose a table, say what its columns are, and see at once how its groups differ."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.audit.proxies import proxy_records
from core.audit.records import Record
from core.audit.run import audit_table
from core.data.dataset import Dataset
from core.data.editing import with_likely_roles
from core.data.files import SUFFIXES, sheets
from core.data.readiness import AUDIT_ROWS, RUN_ROWS, check_ready
from core.data.sources.catalog import BUILT_IN, load
from core.data.sources.upload import load_upload, on_disk
from core.data.text_encoding import ENCODINGS, UTF_8, encoding_of
from core.errors import EvenhandError
from core.report import charts, pictures, select
from core.report.canvas import Figure
from core.runs.reopen import reopened
from screens.parts import draw, roles, state
from screens.parts.words import counted, on_screen, plain

ABOUT = {
    "demo": "demo – invented credit decisions with a known bias, no network needed",
    "adult": "adult – US census 1994: who earns more than 50,000 dollars",
    "compas": "compas – Broward County: who was charged again within two years",
    "color-digits": "color-digits – small handwritten digits, each mostly in one colour, no network needed",
    "color-mnist": "color-mnist – 10,000 handwritten digits, each mostly in one colour",
    "celeba": "celeba – faces with 40 attributes, from a folder of your own",
}
WAYS = ["Upload a file", "Built-in table", "Earlier run"]


@st.cache_resource(max_entries=4, show_spinner="Reading the table …")
def built_in(name: str) -> Dataset:
    """A built-in table; shared by all sessions, and nobody changes it."""
    return load(name)


def choose() -> None:
    """The three ways to a table."""
    way = st.segmented_control("Where the table comes from", WAYS, key="way", persist_state="session")
    if way == WAYS[0]:
        upload()
    elif way == WAYS[1]:
        name = st.selectbox("Built-in table", list(BUILT_IN), format_func=lambda one: ABOUT.get(one, one))
        if st.button("Use this table", type="primary"):
            state.choose_dataset(built_in(name))
    elif way == WAYS[2]:
        earlier()


def upload() -> None:
    """A file of the user's own; it stays in this session until a run is started on it."""
    file = st.file_uploader(
        "CSV, Parquet or Excel, first row the column names", type=[suffix[1:] for suffix in SUFFIXES], key="file"
    )
    if file is None:
        st.caption("The file stays on the machine that runs Evenhand; nothing is sent anywhere.")
        return
    with draw.said(), on_disk(file.getvalue(), file.name) as path:
        take(path, file.file_id)
        return
    still_the_earlier_one()


def take(path: Path, file_id: str) -> None:
    """Make an uploaded file the session's table, unless it is already."""
    found = sheets(path)
    sheet = None
    if len(found) > 1:
        sheet = st.selectbox("The file has several sheets; which one?", found, index=None, key="sheet")
        if sheet is None:
            st.info("Choose the sheet that holds the table.")
            still_the_earlier_one()
            return
    likely = encoding_of(path)
    encoding = None
    if likely != UTF_8:
        encoding = st.selectbox(
            "Encoding",
            list(dict.fromkeys([likely, *ENCODINGS])),
            key=f"encoding-{file_id}",
            help="The file is not UTF-8. Choose another encoding if letters with accents look wrong below.",
        )
    if st.session_state.get("file_id") != (file_id, sheet, encoding):
        with st.spinner("Reading the file …"):
            state.choose_dataset(with_likely_roles(load_upload(path, sheet=sheet, encoding=encoding)))
        st.session_state["file_id"] = (file_id, sheet, encoding)


def still_the_earlier_one() -> None:
    """Says whose rows the page shows while the file that was uploaded could not be taken."""
    dataset = state.dataset()
    if dataset is not None:
        st.info(f"The table below is still the earlier one, {plain(dataset.name)}.")


def earlier() -> None:
    """The rows of a run that was made before."""
    names = [name for name, folder in state.runs().items() if folder.has_table("train")]
    if not names:
        st.info("There is no earlier run yet. Upload a file or take a built-in table.")
        return
    name = st.selectbox("Run", names)
    if st.button("Use its table", type="primary"):
        state.choose_run(name)
        state.choose_dataset(reopened(state.runs()[name]))


def show(dataset: Dataset) -> None:
    """The table, its roles, what is wrong with them, and what can be seen without training."""
    rows, columns = (counted(count, word) for count, word in zip(dataset.frame.shape, ("row", "column"), strict=True))
    held = f" and {counted(len(dataset.holdout), 'held-out row')}" if dataset.holdout is not None else ""
    st.header(plain(dataset.name), anchor=False)
    st.caption(f"{rows}{held}, {columns}.")
    draw.preview(dataset.frame)
    draw.notes(dataset.notes)
    roles.show(dataset)
    if ready(dataset):
        profile(dataset)


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
        draw.way("audit", "Next: audit this table", main=True)
        if len(dataset.frame) >= RUN_ROWS:
            draw.way("train", "Or straight to training")
        else:
            st.caption(f"Training needs {RUN_ROWS} rows or more; this table can only be audited.")
    return True


def profile(dataset: Dataset) -> None:
    """Base rates, gaps and proxies, straight from the rows."""
    st.header("At a glance, nothing trained yet", anchor=False)
    records = state.kept(("table", state.dataset_key()), lambda: audit_table(dataset.frame, dataset.schema))
    mine = select.of_polarity(select.shown(records), select.main_positive(records))
    draw.figures(state.kept(("profile", state.dataset_key()), lambda: pictured(mine)))
    with st.spinner("Looking for columns that give the sensitive ones away …"):
        draw.figures(state.kept(("proxies", state.dataset_key()), lambda: telling(dataset)))


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
    "Bring a table with one row per person or case. Say which column is the outcome and which are sensitive, such as "
    "sex, race or age.",
)
choose()
chosen = state.dataset()
if chosen is None:
    st.info("No table yet. Upload one, take a built-in table to look around, or reopen an earlier run.")
else:
    show(chosen)
