"""The locked packages: all that are asked for, in the pinned version, each with its hashes, from no named place."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.location import ROOT

FULL, IMAGE = "requirements.lock", "requirements-image.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PINNED = re.compile(r"([\w.-]+)==(\S+) \\")
HASH = re.compile(r" +--hash=sha256:[0-9a-f]{64}(?: \\)?")


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each package of a file; fails for a line that is nothing of these."""
    found: dict[str, tuple[str, int]] = {}
    last = ""
    for line in (ROOT / name).read_text().splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if one := PINNED.fullmatch(line):
            last = canonicalize_name(one[1])
            assert last not in found
            found[last] = (one[2], 0)
        else:
            assert HASH.fullmatch(line), line
            found[last] = (found[last][0], found[last][1] + 1)
    return found


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return {
        canonicalize_name(name): version for name, _, version in (line.partition("==") for line in lines) if version
    }


def direct(*extras: str) -> set[str]:
    """The packages that the project and these extras ask for; an extra may ask for another one of the project."""
    names: set[str] = set()
    texts = [*PROJECT["dependencies"], *(text for one in extras for text in PROJECT["optional-dependencies"][one])]
    for one in map(Requirement, texts):
        names |= direct(*one.extras) if one.name == PROJECT["name"] else {canonicalize_name(one.name)}
    return names


@pytest.mark.parametrize(("name", "extras"), [(FULL, ("dev", "docs")), (IMAGE, ("login", "pdf"))])
def test_what_is_asked_for_is_locked_in_its_pinned_version(name: str, extras: tuple[str, ...]) -> None:
    found = locked(name)
    assert {one: found[one][0] for one in direct(*extras)} == {one: pins()[one] for one in direct(*extras)}
    assert {one: found[one][0] for one in found if one in pins()} == {
        one: pins()[one] for one in found if one in pins()
    }


@pytest.mark.parametrize("name", [FULL, IMAGE])
def test_every_package_has_hashes_that_hold_everywhere(name: str) -> None:
    found = locked(name)
    assert [one for one, (_, hashes) in found.items() if not hashes] == []
    assert [one for one, (version, _) in found.items() if "+" in version] == []  # a build of one machine or place
    assert "://" not in (ROOT / name).read_text()


def test_the_image_has_the_same_packages_without_the_tools() -> None:
    full, image = locked(FULL), locked(IMAGE)
    assert {one: full[one] for one in image} == image
    assert {"pytest", "mypy", "ruff", "sphinx"} <= set(full) - set(image)


def test_the_image_installs_nothing_without_a_hash() -> None:
    steps = re.findall(r"pip install ([^\n]*)", (ROOT / "Dockerfile").read_text())
    assert [step for step in steps if "--require-hashes" not in step] == [
        "--no-cache-dir --no-deps --no-build-isolation -e ."  # this project itself
    ]
    assert any(f"-r {IMAGE}" in step for step in steps)
