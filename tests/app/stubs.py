"""Two systems that need no training: one decides, one turns rows into numbers; they stand in for any of their kind."""

import sys
import types

import numpy as np

from core.synthesis.base import Classifier, Decisions, Representation
from core.synthesis.methods import catalog
from core.synthesis.methods.method_info import MethodInfo
from core.synthesis.settings import Settings

DECIDES, ENCODES = "stub-decides", "stub-encodes"


class _Stub:
    def fit(self, data, schema, **_):
        self.column = next(one.name for one in schema.columns if one.is_numeric and one.role == "feature")
        self.middle = float(data.frame[self.column].median())
        return self

    def _numbers(self, frame):
        return frame[self.column].to_numpy(dtype=np.float64, na_value=0.0)


class Decides(_Stub, Classifier):
    decides_with_groups = False

    def decide(self, frame):
        scores = self._numbers(frame)
        return Decisions(scores, (scores > self.middle).astype(np.int8))


class Encodes(_Stub, Representation):
    def encode(self, frame):
        scores = self._numbers(frame)
        return np.stack([scores, -scores], axis=1).astype(np.float32)


def known(monkeypatch):
    """Puts both into the catalogue."""
    module = types.ModuleType("stubs")
    module.Decides, module.Encodes = Decides, Encodes
    monkeypatch.setitem(sys.modules, f"{catalog.METHODS_PACKAGE}.stubs", module)
    presets = dict.fromkeys(("paper", "default", "fast"), Settings())
    for name, makes, kind in ((DECIDES, "decisions", "Decides"), (ENCODES, "representation", "Encodes")):
        one = MethodInfo(
            f"Stub that {kind.lower()}",
            makes,
            "It looks at one column.",
            "These tests",
            (f"{catalog.METHODS_PACKAGE}.stubs", kind),
            presets,
            in_words=f"What {kind.lower()}",
            use="In tests only.",
        )
        monkeypatch.setitem(catalog.METHODS, name, one)
