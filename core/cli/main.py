"""The command line: ``evenhand`` or ``python -m core.cli``.

Exit codes: 0 done, whatever was found; 1 a problem that the user can solve, or ``verify`` found a change; 2 wrong
usage; 3 a requirement is not met or cannot be decided; 70 an unexpected failure; 130 cancelled. Results go to stdout,
progress and error messages to stderr.
"""

from __future__ import annotations

import signal

import typer

from core import service_log
from core.cli import app_command, history_commands, report_commands, run_commands
from core.cli.audit_command import audit
from core.cli.benchmark_commands import benchmark
from core.cli.bias_audit_command import bias_audit
from core.cli.generate_command import export, generate
from core.cli.method_commands import methods
from core.cli.sheet_commands import sheets
from core.cli.threshold_command import thresholds

app = typer.Typer(
    name="evenhand",
    help="Audit a table for fairness, make a fair synthetic version, and show on real test rows what changed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
COMMANDS = (
    run_commands.demo,
    run_commands.run,
    run_commands.resume,
    audit,
    thresholds,
    generate,
    export,
    report_commands.report,
    report_commands.verify,
    report_commands.compare,
    history_commands.runs,
    history_commands.delete,
    sheets,
    bias_audit,
    methods,
    benchmark,
)
for command in COMMANDS:
    app.command()(command)
app.command(name="app")(app_command.open_app)


def main() -> None:
    """Entry point of the ``evenhand`` command."""
    service_log.configure()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
