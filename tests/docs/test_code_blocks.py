"""Every ``evenhand`` command line of README and docs parses; every Python block compiles."""

from __future__ import annotations

import re
import shlex

import pytest
from typer.main import get_command

from core.cli.main import app
from tests.docs.test_pages import PAGES, ROOT, ROOT_PAGES

_BLOCK = re.compile(r"^[ :]*```(?P<language>\w+)\n(?P<body>.*?)^[ :]*```", re.DOTALL | re.MULTILINE)
_INDENTED = re.compile(r"^ {4}(evenhand .*)$", re.MULTILINE)


def _blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, found["body"])
        for page in (*ROOT_PAGES, *PAGES)
        for found in _BLOCK.finditer(page.read_text(encoding="utf-8"))
        if found["language"] == language
    ]


def command_lines() -> list[tuple[str, str]]:
    """Page and command, without comments and redirections."""
    shell = [(name, line) for name, body in _blocks("bash") for line in body.replace("\\\n", " ").splitlines()]
    shell += [(page.name, line) for page in PAGES for line in _INDENTED.findall(page.read_text(encoding="utf-8"))]
    return [(name, line.strip()) for name, line in shell if line.strip().startswith("evenhand ")]


@pytest.mark.parametrize(("page", "line"), command_lines())
def test_command_lines_parse(page, line):
    words = shlex.split(line, comments=True)[1:]
    words = words[: words.index(">")] if ">" in words else words
    command = get_command(app)
    with command.make_context("evenhand", words, resilient_parsing=False) as context:
        name, chosen, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert chosen is not None
        with chosen.make_context(name, rest, parent=context):
            pass


def test_a_line_with_an_unknown_option_does_not_parse():
    with pytest.raises(Exception, match="No such option: --strength"):
        test_command_lines_parse("README.md", "evenhand run adult --strength 1 --out runs/adult")


def test_there_are_commands_and_every_one_is_shown():
    shown = {line.split()[1] for _, line in command_lines()}
    assert shown >= set(get_command(app).commands) - {"demo"}


@pytest.mark.parametrize(("page", "body"), _blocks("python"))
def test_python_blocks_compile(page, body):
    compile(body, page, "exec")


def test_readme_is_one_page():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 85
