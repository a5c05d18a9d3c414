import ast
import subprocess
import sys
from pathlib import Path


def test_the_audit_does_not_know_who_made_the_tables():
    for path in (Path(__file__).parents[3] / "core" / "audit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not [name for name in names if name.startswith(("torch", "core.synthesis", "core.report", "models"))]


def test_the_audit_is_imported_without_torch():
    code = "import sys, core.audit.run, core.modalities.catalog; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603
