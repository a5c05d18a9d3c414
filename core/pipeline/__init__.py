"""The closed loop as functions: data, audit, teacher, student, fair synthetic data, the same audit again, report."""

from core.pipeline.auditing import audit_dataset
from core.pipeline.generation import (
    GenerateRequest,
    generate,
    group_choices,
    request_generation,
    resume_generation,
    sample_rows,
    target_choices,
)
from core.pipeline.repair_level_search import as_carried_out
from core.pipeline.results import RunResult, report_tables, write_pdf, write_report, write_tables
from core.pipeline.running import learn, prepare, resume, run
from core.pipeline.sheet_answers import fill, map_bias_audit, report_is_behind, sheets
from core.pipeline.verification import Finding, figures, same_rows, verify

__all__ = [
    "Finding",
    "GenerateRequest",
    "RunResult",
    "as_carried_out",
    "audit_dataset",
    "figures",
    "fill",
    "generate",
    "group_choices",
    "learn",
    "map_bias_audit",
    "prepare",
    "report_is_behind",
    "report_tables",
    "request_generation",
    "resume",
    "resume_generation",
    "run",
    "same_rows",
    "sample_rows",
    "sheets",
    "target_choices",
    "verify",
    "write_pdf",
    "write_report",
    "write_tables",
]
