"""The closed loop as functions: data, audit, teacher, student, fair synthetic data, the same audit again, report."""

from core.pipeline.answers import fill, map_bias_audit, report_is_behind, sheets
from core.pipeline.auditing import audit_dataset
from core.pipeline.frontier import as_carried_out
from core.pipeline.generation import (
    GenerateRequest,
    generate,
    group_choices,
    request_generation,
    resume_generation,
    target_choices,
)
from core.pipeline.result import RunResult, write_pdf, write_report, write_tables
from core.pipeline.running import prepare, resume, run
from core.pipeline.verifying import Finding, figures, same_rows, verify

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
    "map_bias_audit",
    "prepare",
    "report_is_behind",
    "request_generation",
    "resume",
    "resume_generation",
    "run",
    "same_rows",
    "sheets",
    "target_choices",
    "verify",
    "write_pdf",
    "write_report",
    "write_tables",
]
