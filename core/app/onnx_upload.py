"""The upload of a model in the ONNX format, which then decides on the rows of the table."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import streamlit as st

from core.app import elements, session
from core.app.field_labels import in_words
from core.data.dataset import Dataset
from core.data.onnx_model import LACKING, installed
from core.data.sources.upload import temporary_upload
from core.errors import EvenhandError
from core.pipeline import with_onnx

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

BUTTON: Final = "Let the model decide on these rows"


def show(dataset: Dataset) -> None:
    """Show the upload, or which extra it needs."""
    if not installed():
        st.caption(LACKING)
        return
    files = st.file_uploader(
        "A model in the ONNX format, if its decisions are not in the table",
        type=["onnx"],
        accept_multiple_files=True,
        key="onnx",
        help="Its inputs are read from the columns of their names, or from all numeric features in the order of the "
        "table. The model becomes a column that is called as the file.",
    )
    given = tuple(file.file_id for file in files)
    if files and st.button(BUTTON):
        st.session_state["onnx_trouble"] = ((), "")
        with elements.show_errors():
            try:
                with st.spinner("The model decides …"):
                    _decide(dataset, files)
            except EvenhandError as error:
                st.session_state["onnx_trouble"] = (given, in_words(error.problem))
            st.rerun()
    # It stays until the model decides or other files are given: whoever corrects roles first still reads it.
    about, said = st.session_state.get("onnx_trouble", ((), ""))
    if said and about == given:
        elements.problem(said)


def _decide(dataset: Dataset, files: list[UploadedFile]) -> None:
    """Add the decisions of the models to the session's table, instead of their earlier ones.

    Raises:
        EvenhandError: A file is no model, or does not fit the table.
    """
    with ExitStack() as stack:
        paths = [stack.enter_context(temporary_upload(file.getvalue(), file.name)) for file in files]
        decided, columns = with_onnx(_undecided(dataset, paths), paths)
    roles = session.decision_roles()
    names = {one.column for one in columns}
    kept = [one for one in roles.columns if one.column not in names]
    ruled = [session.with_rule(decided, one) for one in columns]
    session.choose_dataset(decided, replace(roles, columns=(*kept, *ruled)))


def _undecided(dataset: Dataset, paths: list[Path]) -> Dataset:
    """Return all rows, those without an outcome too, without what models in files of these names decided before."""
    frames = [frame for frame in (dataset.frame, dataset.without_target) if frame is not None]
    reasons = {f"Decisions of the model {path.name}." for path in paths}
    stale = [column.name for column in dataset.schema.columns if column.reason in reasons]
    return replace(
        dataset,
        frame=pd.concat(frames, ignore_index=True).drop(columns=stale),
        holdout=None if dataset.holdout is None else dataset.holdout.drop(columns=stale),
        schema=dataset.schema.replaced(columns=[one for one in dataset.schema.columns if one.name not in stale]),
        notes=session.loaded().notes,
        without_target=None,
    )
