"""Uploaded files are read in a process of their own, once each; see `core.data.io.bounded_reader`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.data.io.bounded_reader import Reading, read_apart
from core.data.io.text_values import as_text_column
from core.data.sources.upload import temporary_upload
from core.errors import DataError, EvenhandError

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def read(file: UploadedFile, *, sheet: str | None = None, encoding: str | None = None) -> Reading:
    """Read an uploaded file, with a spinner and the seconds so far.

    Raises:
        DataError: The file cannot be used, or needs more memory or time than it may.
    """
    with (
        st.spinner("Reading the file …", show_time=True),
        temporary_upload(file.getvalue(), file.name) as path,
    ):
        return read_apart(path, sheet=sheet, encoding=encoding)


def read_first(file: UploadedFile, key: str) -> Reading:
    """Read an uploaded file as detected, and remember what it is while the page shows it.

    Args:
        file: The file.
        key: Of the place where files are uploaded; the last file of each is remembered.

    Returns:
        What the file holds, with its table only when it was read just now.

    Raises:
        DataError: The file cannot be used; it is not read again to say so.
    """
    place = f"reading-{key}"
    before: tuple[str, Reading | EvenhandError] | None = st.session_state.get(place)
    if before is None or before[0] != file.file_id:
        try:
            found = read(file)
        except EvenhandError as error:
            st.session_state[place] = (file.file_id, error)
            raise
        st.session_state[place] = (file.file_id, replace(found, frame=None))
        return found
    if isinstance(before[1], EvenhandError):
        raise DataError.of(before[1].problem)
    return before[1]


def read_table_of(file: UploadedFile, *, encoding: str | None = None) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Read an uploaded file that holds one table. Return the raw frame, shape (n, columns), and notes.

    Raises:
        DataError: The file cannot be used, has several sheets, or holds images.
    """
    found = read(file, encoding=encoding)
    if found.sheets and found.frame is None:
        raise DataError(
            f"The file {file.name!r} has {len(found.sheets)} sheets, {', '.join(map(repr, found.sheets))}; keep the "
            "one to be read and save it as a file of its own."
        )
    if found.frame is None:
        raise DataError(f"The file {file.name!r} holds no single table; keep one table in it.")
    return found.frame, found.notes


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return a raw frame as the bytes of a CSV file, each cell as inference reads it."""
    text = pd.DataFrame({name: as_text_column(frame[name]) for name in frame.columns})
    return text.to_csv(index=False).encode()
