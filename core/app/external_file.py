"""Audit of an external synthetic file beside the run's own rows."""

from __future__ import annotations

import hashlib

import streamlit as st

from core.app import elements, run_results, session
from core.app.fairness_results import show_audit
from core.app.markdown import progress_text
from core.audit.records import Record
from core.audit.run import AuditInput, audit
from core.config import run_config
from core.data.sources.upload import temporary_upload
from core.events import Event
from core.modalities.base import PRODUCT
from core.modalities.catalog import modality_of
from core.pipeline.external_file import read_synthetic
from core.runs.artifacts import REAL
from core.runs.run_folder import RunFolder


def show(folder: RunFolder) -> None:
    """Show the upload, the audit's progress, and the same tables as for the run's own rows."""
    modality = modality_of(folder.schema.read())
    st.write(modality.words.upload)
    file = st.file_uploader(
        modality.words.upload_label, type=[suffix[1:] for suffix in modality.upload_suffixes], key="foreign"
    )
    if file is None:
        return
    content = file.getvalue()
    key = f"{run_results.key(folder)} {file.name} {hashlib.sha256(content).hexdigest()}"
    records, notes = session.cached(("foreign", key), lambda: _audited(folder, content, file.name))
    elements.notes(notes)
    show_audit(records, key)


def _audited(folder: RunFolder, content: bytes, name: str) -> tuple[list[Record], list[str]]:
    schema = folder.schema.read()
    modality = modality_of(schema)
    train, holdout = (run_results.examples(folder, part) for part in REAL)
    own = {PRODUCT: run_results.examples(folder, PRODUCT)} if PRODUCT in run_results.sources(folder) else {}
    with st.spinner("Reading the file …"), temporary_upload(content, name) as path:
        found = read_synthetic(path, schema, train, holdout)
    bar = st.progress(0.0, "Starting …")

    def on_event(event: Event) -> None:
        bar.progress(event.step / event.total, progress_text(event))

    kind = modality.audit_kind(run_config(**folder.config.read()).classifier)
    sources, confidence = {**own, f"file {name}": found.examples}, run_config(**folder.config.read()).confidence
    inputs = AuditInput(schema, train, holdout, sources, holdout_independent=False, kind=kind, confidence=confidence)
    records = audit(inputs, on_event)
    bar.empty()
    return records, list(found.notes)
