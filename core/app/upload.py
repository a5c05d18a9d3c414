"""Upload of a table or a zip of images; see `core.app.drafts` for where it is kept."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.app import count_columns, decision_columns, elements, session, uploaded_files
from core.app.builtin_datasets import image_size, still_the_earlier_one
from core.app.drafts import WHERE_KEPT
from core.data.decision_roles import DecisionRoles
from core.data.io.bounded_reader import Reading
from core.data.io.table_files import SUFFIXES
from core.data.io.text_encoding import ENCODINGS, UTF_8
from core.data.schema_editing import with_inferred_roles
from core.data.sources.image_files import DEFAULT_SIZE
from core.data.sources.load import load
from core.data.sources.period_files import file_periods, stacked
from core.data.sources.upload import from_frame, raw_dataset, safe_name, temporary_upload
from core.errors import DataError

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

TABLES = [suffix[1:] for suffix in SUFFIXES]


def choose() -> None:
    """Show the upload, and what must be known to read the file."""
    if st.toggle(
        "Several files, one a period",
        key="several",
        help="Decisions of a model over time: tables with the same columns, one for each period. The name of a file is "
        "that of its period, and periods are in the order of these names.",
    ):
        _several()
        return
    file = st.file_uploader(
        "CSV, Excel, Parquet, Stata, SAS or SPSS, also packed; or a zip of images and a table of their labels",
        type=TABLES,
        key="file",
    )
    if file is None:
        st.caption(WHERE_KEPT)
        return
    with elements.show_errors():
        found = uploaded_files.read_first(file, "file")
        if found.holds_images:
            _images(file)
        else:
            _table(file, found)
        return
    still_the_earlier_one()


def _table(file: UploadedFile, found: Reading) -> None:
    """Make an uploaded table the session's, unless it is already."""
    sheet = None
    if len(found.sheets) > 1:
        sheet = st.selectbox("The file has several sheets; which one?", found.sheets, index=None, key="sheet")
        if sheet is None:
            st.info("Choose the sheet that holds the table.")
            still_the_earlier_one()
            return
    encoding = _encoding(found.encoding, file.file_id)
    what = (file.file_id, sheet, encoding)
    if st.session_state.get("file_id") != what:
        if found.frame is None or encoding not in (None, found.encoding):
            found = uploaded_files.read(file, sheet=sheet, encoding=encoding)
        with st.spinner("Looking at the columns …", show_time=True):
            dataset = with_inferred_roles(raw_dataset(found, safe_name(file.name)))
            counts = count_columns.proposal(dataset)
            decisions = () if counts else decision_columns.proposal(dataset)
            session.choose_dataset(dataset, DecisionRoles(decisions), counts)
        st.session_state["file_id"] = what


def _several() -> None:
    """Make several uploaded tables the session's, each a period, unless they are already."""
    files = st.file_uploader(
        "CSV, Parquet or Excel, two files or more", type=TABLES, accept_multiple_files=True, key="files"
    )
    if len(files) < 2:
        st.caption(WHERE_KEPT)
        return
    what = tuple(file.file_id for file in files)
    with elements.show_errors():
        if st.session_state.get("file_id") != what:
            named: dict[str, pd.DataFrame] = {}
            told: list[str] = []
            for file in sorted(files, key=lambda file: file.name):
                name = Path(file.name).stem
                if name in named:
                    raise DataError(f"Two files are named {name!r}; rename one of them, as a file is a period.")
                named[name], notes = uploaded_files.read_table_of(file)
                told += notes
            with st.spinner("Looking at the columns …", show_time=True):
                found = stacked(named)
                dataset = from_frame(found.raw, found.name, found.schema)
                dataset = with_inferred_roles(replace(dataset, notes=(*told, *found.notes, *dataset.notes)))
                proposal, period = decision_columns.proposal(dataset), file_periods(named, None, None)
                session.choose_dataset(dataset, DecisionRoles(proposal, period=period))
            st.session_state["file_id"] = what
        return
    still_the_earlier_one()


def _encoding(likely: str, file_id: str) -> str | None:
    if likely == UTF_8:
        return None
    return st.selectbox(
        "Encoding",
        list(dict.fromkeys([likely, *ENCODINGS])),
        key=f"encoding-{file_id}",
        help="The file is not UTF-8. Choose another encoding if letters with accents look wrong below.",
    )


def _images(file: UploadedFile) -> None:
    """Make an uploaded zip of images the session's data, unless it is already."""
    left, right = st.columns(2)
    with left:
        size = image_size(DEFAULT_SIZE, "size-upload")
    with right:
        labels = st.file_uploader("Labels of the images", type=TABLES, key="labels")
        st.caption(
            "Only if the zip holds no CSV of labels: a table with one row an image, its file name in one column, and "
            "outcome and sensitive attributes in others."
        )
    with elements.show_errors(), ExitStack() as stack:
        encoding = None
        if labels is not None:
            encoding = _encoding(uploaded_files.read_first(labels, "labels").encoding, labels.file_id)
        what = (file.file_id, None if labels is None else labels.file_id, size, encoding)
        if st.session_state.get("file_id") != what:
            beside: Path | None = None
            notes: tuple[str, ...] = ()
            if labels is not None:
                frame, notes = uploaded_files.read_table_of(labels, encoding=encoding)
                name = f"{Path(labels.name).stem}.csv"
                beside = stack.enter_context(temporary_upload(uploaded_files.as_csv(frame), name))
            with st.spinner("Reading the images; thousands of them take minutes …", show_time=True):
                path = stack.enter_context(temporary_upload(file.getvalue(), file.name))
                dataset = load(path, labels=beside, image_size=size)
                session.choose_dataset(replace(dataset, notes=(*notes, *dataset.notes)))
            st.session_state["file_id"] = what
        return
    still_the_earlier_one()
