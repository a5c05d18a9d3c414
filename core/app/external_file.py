"""Audit of an external synthetic file beside the run's own rows."""

from __future__ import annotations

import hashlib

import streamlit as st

from core.app import elements, run_results, session
from core.app.fairness_results import show_audit
from core.app.markdown import progress_text
from core.audit.records import Record
from core.data.sources.upload import temporary_upload
from core.events import Event
from core.modalities.catalog import modality_of
from core.pipeline.external_file import audit_external
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show the upload, the audit's progress, and the same tables as for the run's own rows."""
    modality = modality_of(folder.schema.read())
    st.write(modality.words.upload)
    file = st.file_uploader(
        modality.words.upload_label, type=[suffix[1:] for suffix in modality.upload_suffixes], key="external"
    )
    if file is None:
        return
    content = file.getvalue()
    key = f"{run_results.key(folder)} {file.name} {hashlib.sha256(content).hexdigest()}"
    records, notes = session.cached(("external", key), lambda: _audited(folder, content, file.name))
    elements.notes(notes)
    show_audit(records, folder.schema.read(), folder.manifest.read(), key)


def _audited(folder: RunFolder, content: bytes, name: str) -> tuple[list[Record], list[str]]:
    bar = st.progress(0.0, "Reading the file …")

    def on_event(event: Event) -> None:
        bar.progress(event.step / event.total, progress_text(event))

    with temporary_upload(content, name) as path:
        audited = audit_external(folder, path, on_event)
    bar.empty()
    return audited
