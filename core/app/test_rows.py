"""Test rows of one's own: a second file, which is held against the table and not learned from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from core.app import elements, session, uploaded_files
from core.app.folded import opened
from core.app.markdown import plain
from core.data.dataset import HOLDOUT_NOTE, Dataset
from core.data.io.table_files import SUFFIXES
from core.data.sources.load import with_holdout
from core.data.sources.upload import safe_name

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

OPTION: Final = "holdout"
BACK: Final = "Draw test rows from the table instead"


def show(dataset: Dataset) -> None:
    """Show the upload, or which file the test rows are of. Official test rows of a dataset stay."""
    given = dataset.options.get(OPTION)
    if dataset.schema.image is not None or (dataset.holdout is not None and given is None):
        return
    place = opened("Test rows of your own (optional)" if given is None else f"Test rows: {given}", "test rows")
    if place is None:
        return
    with place:
        if given is None:
            _upload(dataset)
        elif dataset.holdout is not None:
            st.write(f"Everything is tested on the {len(dataset.holdout):,} rows of “{plain(given)}”.")
            st.button(BACK, on_click=lambda: _choose(_without_holdout(dataset)))


def _upload(dataset: Dataset) -> None:
    st.write(
        "A file with the same columns, of other people than the table, such as later ones. Without it, a fifth of the "
        "table's rows is kept aside to test."
    )
    file = st.file_uploader("File of test rows", type=[suffix[1:] for suffix in SUFFIXES], key="test-rows")
    if file is None:
        return
    with elements.show_errors():
        with st.spinner("Holding the file against the table …", show_time=True):
            found = _with_file(dataset, file)
        _choose(found)
        st.rerun()


def _with_file(dataset: Dataset, file: UploadedFile) -> Dataset:
    """Return the dataset with the rows of the file as its test rows.

    Raises:
        EvenhandError: The file cannot be read, or does not fit the table.
    """
    raw, notes = uploaded_files.read_table_of(file)
    found = with_holdout(_without_holdout(dataset), raw, None)
    told = tuple(f"{HOLDOUT_NOTE}{note}" for note in notes)
    return replace(found, notes=(*found.notes, *told), options={**found.options, OPTION: safe_name(file.name)})


def _without_holdout(dataset: Dataset) -> Dataset:
    """Return all rows, those without an outcome too, with the notes of loading and no test rows of a file."""
    frames = [frame for frame in (dataset.frame, dataset.without_target) if frame is not None]
    return replace(
        dataset,
        frame=pd.concat(frames, ignore_index=True),
        holdout=None,
        notes=tuple(note for note in session.loaded().notes if not note.startswith(HOLDOUT_NOTE)),
        without_target=None,
        options={name: value for name, value in dataset.options.items() if name != OPTION},
    )


def _choose(dataset: Dataset) -> None:
    session.choose_dataset(dataset, session.decision_roles())
