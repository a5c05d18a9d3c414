"""Text of strangers cannot steer a terminal: controls are written out, in one place."""

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from core.cli import printing
from core.cli.main import app
from core.location import ROOT
from core.report.output.console import show
from core.report.tables.base import Cell, Table

NASTY = "\x1b]0;title\x07\x1b[2Jage\x9b31m\u202e\x00"


def test_a_sentence_about_a_nasty_name_holds_no_control(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{NASTY.replace(chr(0), '')},sex\n1,f\n2\n")
    done = CliRunner().invoke(app, ["audit", str(path), "--target", NASTY[:-1], "--sensitive", "sex"])
    assert done.exit_code == 1
    assert not [one for one in done.output if one != "\n" and (ord(one) < 32 or 127 <= ord(one) < 160)]


def test_json_stays_json(capsys: pytest.CaptureFixture[str]) -> None:
    printing.echo(json.dumps({"name": NASTY}, ensure_ascii=False, indent=1))
    printed = capsys.readouterr().out
    assert "\x9b" not in printed
    assert json.loads(printed) == {"name": NASTY}


def test_tables_sentences_and_heads_hold_no_control(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(NASTY, NASTY, (NASTY, "n"), ((Cell(NASTY), Cell(NASTY)),), 1)
    show([table], [NASTY], console=Console(color_system=None, width=200))
    printed = capsys.readouterr().out
    assert "age" in printed
    assert not {"\x1b", "\x9b", "\x07", "\x00", "\u202e"} & set(printed)


def test_no_command_prints_in_another_way() -> None:
    for path in (ROOT / "core" / "cli").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert path.name == "printing.py" or "typer.echo" not in text, path.name
        assert " print(" not in text, path.name
