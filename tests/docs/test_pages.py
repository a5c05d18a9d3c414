"""Pages are reachable, and what they point at is there."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest

import evenhand
from core.benchmarks.markdown_page import README as BENCHMARKS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
GENERATED = DOCS / "tutorials" / "python"
PAGES = sorted(
    page
    for page in DOCS.rglob("*.md")
    if GENERATED not in page.parents and not page.relative_to(DOCS).parts[0].startswith("_")
)
ROOT_PAGES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "CODE_OF_CONDUCT.md", "SECURITY.md")
]
_TOCTREE = re.compile(r"```\{toctree\}\n(?P<body>.*?)```", re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_IMAGE = re.compile(r"```\{image\} (?P<target>\S+)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)


def _listed(page: Path) -> list[Path]:
    lines = [
        line for found in _TOCTREE.finditer(page.read_text(encoding="utf-8")) for line in found["body"].splitlines()
    ]
    return [
        (page.parent / f"{line.strip()}.md").resolve() for line in lines if line.strip() and not line.startswith(":")
    ]


def test_every_page_is_in_a_toctree_once():
    listed = [page for index in PAGES for page in _listed(index)]
    listed.remove(GENERATED / "fair_table.md")
    assert sorted(listed) == [page for page in PAGES if page != DOCS / "index.md"]


@pytest.mark.parametrize("page", [*PAGES, *ROOT_PAGES], ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    targets = [found["target"] for found in (*_LINK.finditer(_CODE.sub("", text)), *_IMAGE.finditer(text))]
    for target in targets:
        path, _, anchor = target.partition("#")
        if "://" in path:
            continue
        place = (page.parent / unquote(path)).resolve() if path else page
        if GENERATED in (place, *place.parents):
            continue  # made by the build
        found = place if place.exists() else place.with_suffix(".md")
        assert found.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in _anchors(found), f"{page.name} links to {target}"


def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_generated_parts_that_pages_ask_for_are_made(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS / "_ext"))
    import generated_pages

    asked = [name for page in PAGES for name in re.findall(r"<!-- generated: ([\w-]+) -->", page.read_text("utf-8"))]
    assert sorted(asked) == sorted(generated_pages.PARTS)
    for name in asked:
        assert len(generated_pages.filled(f"<!-- generated: {name} -->").splitlines()) > 3
    del sys.modules["generated_pages"]


def test_the_python_reference_has_every_public_name():
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    assert {f"evenhand.{name}" for name in evenhand.__all__} - {"evenhand.__version__"} <= set(
        re.findall(r"^\.\. auto\w+:: (\S+)$", text, re.MULTILINE)
    )


def test_benchmarks_have_a_place_for_each_table():
    text = BENCHMARKS.read_text(encoding="utf-8")
    for marker in ("systems", "ablations", "table1", "images"):
        assert text.count(f"<!-- {marker} -->") == text.count(f"<!-- /{marker} -->") == 1
    text = BENCHMARKS.with_name("verdicts.md").read_text(encoding="utf-8")
    for marker in ("false-alarms", "power"):
        assert text.count(f"<!-- {marker} -->") == text.count(f"<!-- /{marker} -->") == 1


def test_the_architecture_shows_every_layer():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    names = [name.strip() for layer in layers for name in layer.split("|")]
    picture = (DOCS / "figures" / "layers.svg").read_text(encoding="utf-8")
    assert names
    assert [name for name in names if name.strip("()") not in picture] == []


def test_the_architecture_names_places_that_exist():
    table = (
        (DOCS / "architecture.md").read_text(encoding="utf-8").partition("## Where to find what")[2].partition("##")[0]
    )
    places = re.findall(r"`([\w./]+/[\w./]*)`", table)
    assert len(places) > 20
    assert [place for place in places if not (ROOT / place).exists()] == []
