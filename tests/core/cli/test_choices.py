"""What options choose from is what the library knows."""

from typing import get_args

from core import config
from core.classifiers.catalog import CLASSIFIERS
from core.cli import choices
from core.synthesis import settings


def test_the_choices_are_the_library_s_own():
    fields = config.RunConfig.model_fields
    assert set(choices.Downstream) == set(CLASSIFIERS)
    assert set(choices.Preset) == set(get_args(fields["preset"].annotation))
    assert set(choices.Device) == set(get_args(fields["device"].annotation))
    assert set(choices.Depth) == set(get_args(config.ProjectionDepth))
    assert set(choices.Channel) == set(get_args(settings.Channel))
    assert set(choices.Fairness) == set(get_args(settings.Criterion))
