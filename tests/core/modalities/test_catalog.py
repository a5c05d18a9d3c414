"""What an entry in DATA_KINDS names exists, implements its interface, and is found without torch."""

import subprocess
import sys

import pytest

from core.audit.data_kind import DataKind
from core.data.data_kinds import DATA_KINDS
from core.downstream_classifiers.default import DEFAULT_CLASSIFIER
from core.location import imported
from core.modalities.base import Modality
from core.synthesis.base import Synthesizer
from core.synthesis.methods.method_info import MethodInfo, methods_by_kind, methods_for
from tests.core.modalities import sequences

ALL = {**DATA_KINDS, "sequence": sequences.DATA_KIND}


@pytest.mark.parametrize("name", ALL)
def test_the_methods_of_a_kind_of_data_are_there(name, monkeypatch):
    monkeypatch.setitem(DATA_KINDS, name, ALL[name])
    methods = methods_for(name)
    assert methods
    for info in methods.values():
        assert isinstance(info, MethodInfo)
        assert isinstance(info.build(info.presets["fast"]), Synthesizer)


@pytest.mark.parametrize("name", ALL)
def test_the_modality_of_a_kind_of_data_implements_both_interfaces(name):
    modality = imported(ALL[name].modality)()
    assert isinstance(modality, Modality)
    for declared in ("words", "sections", "column_kinds", "suffixes", "upload_suffixes"):
        assert getattr(modality, declared)
    kind = modality.audit_kind(DEFAULT_CLASSIFIER)
    assert not [part for part in vars(DataKind) if not part.startswith("_") and not hasattr(kind, part)]


def test_an_unknown_kind_of_data_has_no_methods():
    assert methods_for("sequence") == {}


def test_evenhands_own_method_is_not_a_compared_one():
    for methods in methods_by_kind().values():
        assert [name for name, info in methods.items() if not info.is_compared] == ["evenhand"]
    assert [kind for kind, methods in methods_by_kind().items() if methods["evenhand"].repairs_labels] == ["table"]


def test_all_of_them_are_found_without_torch():
    code = (
        "import sys, core.config; from core.data.data_kinds import DATA_KINDS; from core.location import imported\n"
        "for info in DATA_KINDS.values(): imported(info.methods), imported(info.modality)()\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603
