"""How Evenhand is packed: in a wheel the library lies inside the package ``evenhand``, in a checkout beside it.

A checkout has ``core``, ``models`` and ``pages`` at its top, which is short to read and to import. In ``site-packages``
names that general would collide with those of others. So the wheel holds them as ``evenhand.core`` and so on, with
their imports rewritten; an editable install leaves the checkout as it is. ``pyproject.toml`` has all else.
"""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.command.editable_wheel import editable_wheel

TOP = "evenhand"
MOVED = ("core", "models", "pages")
CONFIG = Path(".streamlit") / "config.toml"
_FROM = re.compile(rb"from\s+(?=\w)")
_DOTTED = re.compile(rf"(?:{'|'.join(MOVED)})(?:\.[A-Za-z_]\w*)+")


def packages() -> list[str]:
    """The packages of a checkout."""
    return find_packages(include=[f"{name}{rest}" for name in (TOP, *MOVED) for rest in ("", ".*")])


def relocate(source: str) -> str:
    """The text of a module with its imports of what is moved rewritten; nothing else changes.

    Raises:
        ValueError: An import or a string speaks of a moved module in a way that cannot be rewritten.
    """
    lines = source.encode().splitlines(keepends=True)
    for row, column in sorted(_places(source, lines), reverse=True):
        lines[row] = lines[row][:column] + f"{TOP}.".encode() + lines[row][column:]
    return b"".join(lines).decode()


def _places(source: str, lines: list[bytes]) -> Iterator[tuple[int, int]]:
    """Row and column of every module name that moves, both from 0, the column in bytes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and _moves(node.module):
            start = _FROM.match(lines[node.lineno - 1], node.col_offset)
            if start is None:
                raise ValueError(f"line {node.lineno}: write the module on the line of its `from`")
            yield node.lineno - 1, start.end()
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _moves(alias.name):
                    if alias.asname is None:
                        raise ValueError(f"line {alias.lineno}: write `from ... import ...`, not `import {alias.name}`")
                    yield alias.lineno - 1, alias.col_offset
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _DOTTED.fullmatch(node.value):
            raise ValueError(f"line {node.lineno}: {node.value!r} must be made of core.location.PACKAGE")


def _moves(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] in MOVED


class Build(build_py):
    """Copies the modules to where they lie in the wheel, and rewrites them."""

    def run(self) -> None:
        """Build into an empty folder: what an earlier build left there would be packed too."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
            settings = Path(self.build_lib) / TOP / CONFIG
            self.mkpath(str(settings.parent))
            self.copy_file(str(CONFIG), str(settings))
        super().run()

    def find_package_modules(self, package: str, package_dir: str) -> list[tuple[str, str, str]]:
        """The modules of a package; the app's two scripts count as some of the top package."""
        found: list[tuple[str, str, str]] = super().find_package_modules(package, package_dir)
        scripts = [(TOP, "app", "app.py"), (TOP, "server", "server.py")]
        return [*found, *scripts] if package == TOP and not self.editable_mode else found

    def build_module(self, module: str, module_file: str, package: str) -> tuple[str, bool]:
        """Copy one module, and rewrite it."""
        outfile, copied = super().build_module(module, module_file, package)
        try:
            text = relocate(Path(module_file).read_text(encoding="utf-8"))
        except ValueError as error:
            raise SystemExit(f"{module_file}, {error}") from error
        Path(outfile).write_text(text, encoding="utf-8")
        return outfile, copied


class DeveloperInstall(editable_wheel):
    """An editable install, in which the packages have the names and places of the checkout."""

    def finalize_options(self) -> None:
        """Take the packages as they lie."""
        self.distribution.packages = packages()
        self.distribution.package_dir = {}
        super().finalize_options()


if __name__ == "__main__":
    setup(
        packages=[*(name if name.partition(".")[0] == TOP else f"{TOP}.{name}" for name in packages()), f"{TOP}.pages"],
        package_dir={TOP: TOP, **{f"{TOP}.{name}": name for name in MOVED}},
        cmdclass={"build_py": Build, "editable_wheel": DeveloperInstall},
    )
