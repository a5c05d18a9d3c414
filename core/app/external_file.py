"""Audit of an external synthetic file beside the run's own rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from core.app import elements, long_work, run_results, uploaded_files
from core.app.fairness_results import show_audit
from core.app.markdown import plain
from core.audit.records import Record
from core.data.sources.upload import temporary_upload
from core.modalities.catalog import modality_of
from core.pipeline.external_file import audit_external, has_own_test_rows, independence_notes
from core.runs.run_folder import RunFolder

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


_SHOWN: Final = "external-shown"


@dataclass(frozen=True)
class _Audited:
    """What was found of a file; it stays when one leaves the page, where the uploaded file does not.

    Args:
        run: Key of the run beside which it was audited.
        name: Name of the file.
        key: Of its content and the run.
        records: Its figures, with those of the run's rows.
        notes: What was left out or reinterpreted.
    """

    run: str
    name: str
    key: str
    records: list[Record]
    notes: list[str]


def show(folder: RunFolder) -> None:
    """Show the upload, the audit's progress, and the same tables as for the run's own rows."""
    modality = modality_of(folder.schema.read())
    st.write(modality.words.upload)
    file = st.file_uploader(
        modality.words.upload_label,
        type=[suffix[1:] for suffix in modality.upload_suffixes],
        key="external",
        on_change=lambda: st.session_state.pop(_SHOWN, None),
    )
    run = run_results.key(folder)
    found: _Audited | None = st.session_state.get(_SHOWN)
    if file is not None:
        key = f"{run} {file.name} {hashlib.sha256(file.getvalue()).hexdigest()}"
        if found is None or found.key != key:
            found = _Audited(run, file.name, key, *_audited(folder, file))
            st.session_state[_SHOWN] = found
    if found is None or found.run != run:
        return
    if file is None:
        st.caption(f"Shown: “{plain(found.name)}”, as audited before. Another file takes its place.")
    for note in independence_notes(is_independent=has_own_test_rows(folder)):
        st.caption(note)
    elements.notes(found.notes)
    show_audit(found.records, folder.schema.read(), folder.manifest.read(), found.key)


def _audited(folder: RunFolder, file: UploadedFile) -> tuple[list[Record], list[str]]:
    """Read the file and audit it. A table is read apart; images are opened one by one here."""
    if folder.schema.read().image is None:
        frame, notes = uploaded_files.read_table_of(file)
        records, further = long_work.carry_out(audit_external, folder, frame, Path(file.name).stem)
        return records, [*notes, *further]
    with temporary_upload(file.getvalue(), file.name) as path:
        return long_work.carry_out(audit_external, folder, path, path.stem)
