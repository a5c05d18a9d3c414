"""The closed loop as functions: data, audit, teacher, student, fair synthetic data, the same audit again, report."""

from core.pipeline.answers import fill, map_bias_audit, report_is_behind, sheets
from core.pipeline.auditing import audit_dataset
from core.pipeline.generation import GenerateRequest, generate, replace_strength, request_generation, resume_generation
from core.pipeline.result import RunResult, write_report
from core.pipeline.running import prepare, resume, run

__all__ = [
    "GenerateRequest",
    "RunResult",
    "audit_dataset",
    "fill",
    "generate",
    "map_bias_audit",
    "prepare",
    "replace_strength",
    "report_is_behind",
    "request_generation",
    "resume",
    "resume_generation",
    "run",
    "sheets",
    "write_report",
]
