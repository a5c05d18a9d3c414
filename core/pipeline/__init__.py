"""The public functions of the closed loop: audit, fit, generate, audit again, report, verify."""

from core.pipeline.auditing import audit_dataset
from core.pipeline.bias_audit import BiasAudit, BiasAuditRequest, bias_audit, write_summary
from core.pipeline.exported_generator import disclosed, export, exportable, exported
from core.pipeline.generate_request import GenerateRequest
from core.pipeline.generation import (
    accepted_conditions,
    generate,
    group_choices,
    request_generation,
    resume_generation,
    sample_rows,
    target_choices,
)
from core.pipeline.handed_on import HandedOn
from core.pipeline.model_decisions import (
    audit_model_decisions,
    audited_roles,
    measure_model_decisions,
    save_model_decisions,
)
from core.pipeline.onnx_models import with_onnx
from core.pipeline.repair_level_search import effective_config
from core.pipeline.results import (
    RunResult,
    all_records,
    one_page_of,
    read_conclusions,
    report_pdf,
    report_tables,
    write_one_page,
    write_pdf,
    write_report,
    write_tables,
)
from core.pipeline.running import prepare, resume, run, run_without_audit
from core.pipeline.sheet_answers import is_report_outdated, map_bias_audit, save_answers, sheets
from core.pipeline.verification import FileCheck, counted_outcomes, read_records, same_rows, verify

__all__ = [
    "BiasAudit",
    "BiasAuditRequest",
    "FileCheck",
    "GenerateRequest",
    "HandedOn",
    "RunResult",
    "accepted_conditions",
    "all_records",
    "audit_dataset",
    "audit_model_decisions",
    "audited_roles",
    "bias_audit",
    "counted_outcomes",
    "disclosed",
    "effective_config",
    "export",
    "exportable",
    "exported",
    "generate",
    "group_choices",
    "is_report_outdated",
    "map_bias_audit",
    "measure_model_decisions",
    "one_page_of",
    "prepare",
    "read_conclusions",
    "read_records",
    "report_pdf",
    "report_tables",
    "request_generation",
    "resume",
    "resume_generation",
    "run",
    "run_without_audit",
    "same_rows",
    "sample_rows",
    "save_answers",
    "save_model_decisions",
    "sheets",
    "target_choices",
    "verify",
    "with_onnx",
    "write_one_page",
    "write_pdf",
    "write_report",
    "write_summary",
    "write_tables",
]
