"""Audit of an external synthetic file beside the run's own rows."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from core.app import elements, run_results, session, uploaded_files
from core.app.fairness_results import show_audit
from core.audit.records import Record
from core.data.sources.upload import temporary_upload
from core.modalities.catalog import modality_of
from core.pipeline.external_file import audit_external, has_own_test_rows, independence_notes
from core.runs.run_folder import RunFolder

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def show(folder: RunFolder) -> None:
    """Show the upload, the audit's progress, and the same tables as for the run's own rows."""
    modality = modality_of(folder.schema.read())
    st.write(modality.words.upload)
    file = st.file_uploader(
        modality.words.upload_label, type=[suffix[1:] for suffix in modality.upload_suffixes], key="external"
    )
    if file is None:
        return
    key = f"{run_results.key(folder)} {file.name} {hashlib.sha256(file.getvalue()).hexdigest()}"
    records, notes = session.cached(("external", key), lambda: _audited(folder, file))
    for note in independence_notes(is_independent=has_own_test_rows(folder)):
        st.caption(note)
    elements.notes(notes)
    show_audit(records, folder.schema.read(), folder.manifest.read(), key)


def _audited(folder: RunFolder, file: UploadedFile) -> tuple[list[Record], list[str]]:
    """Read the file and audit it. A table is read apart; images are opened one by one here."""
    if folder.schema.read().image is None:
        frame, notes = uploaded_files.read_table_of(file)
        with elements.progress() as listener:
            records, further = audit_external(folder, frame, Path(file.name).stem, listener)
        return records, [*notes, *further]
    with temporary_upload(file.getvalue(), file.name) as path, elements.progress() as listener:
        return audit_external(folder, path, path.stem, listener)
