import pytest

from core.config import run_config, with_repair_level
from core.data.column import Column, Kind, Role
from core.data.schema import Schema
from core.errors import ConfigError
from core.synthesis.settings import PRESETS

TABLE = Schema(
    columns=(
        Column(name="y", kind=Kind.BOOLEAN, role=Role.TARGET),
        Column(name="s", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
    )
)


def test_every_dial_reaches_its_place_and_leaves_the_others_alone():
    made = run_config(
        preset="fast", fairness_weight=7, student_kl_weight=2, quality="l1", student_hidden=9, epochs=3
    ).settings_for(TABLE)
    assert made.teacher.independence_weight == 7
    assert (made.student.kl_weight, made.student.quality, made.student.hidden) == (2, "l1", 9)
    assert made.teacher.optimisation.epochs == made.student.optimisation.epochs == 3
    assert made.teacher.hidden == PRESETS["fast"].teacher.hidden
    assert made.student.optimisation.batch_size == PRESETS["fast"].student.optimisation.batch_size


@pytest.mark.parametrize("preset", PRESETS)
def test_dials_left_alone_are_the_presets(preset):
    assert run_config(preset=preset).settings_for(TABLE) == PRESETS[preset]


@pytest.mark.parametrize(
    ("field", "value"),
    [("fairness_weight", -1), ("student_kl_weight", -0.1), ("quality", "best"), ("student_hidden", 0)],
)
def test_a_dial_out_of_its_range_is_named(field, value):
    with pytest.raises(ConfigError, match=field):
        run_config(**{field: value})


@pytest.mark.parametrize("channel", ["auto", "attribute_blind", "attribute_aware"])
@pytest.mark.parametrize("criterion", ["demographic_parity", "equalized_odds", "equal_opportunity"])
def test_every_rule_serves_every_criterion(criterion, channel):
    labels = run_config(criterion=criterion, label_channel=channel).settings_for(TABLE).labels
    assert (labels.criterion, labels.channel) == (criterion, channel)


@pytest.mark.parametrize("criterion", ["equalized_odds", "equal_opportunity"])
def test_a_parity_ratio_is_a_target_of_equal_selection_rates_only(criterion):
    with pytest.raises(ConfigError, match=criterion):
        run_config(criterion=criterion, target_dpr=0.9)


@pytest.mark.parametrize("value", [0, 1.5, -0.1, "much"])
def test_a_target_out_of_its_range_is_named(value):
    with pytest.raises(ConfigError, match="target_dpr"):
        run_config(target_dpr=value)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label_channel": "off"}, "is off here. Pass label_channel='attribute_blind', or leave target_dpr out"),
        ({"preset": "paper"}, "is off here. Pass label_channel="),
        ({"criterion": "equalized_odds"}, "Pass criterion='demographic_parity', or leave target_dpr out"),
        ({"repair_level": 0.5}, "Leave repair_level out, or leave target_dpr out"),
        ({"epsilon": 0.1}, "Leave target_dpr out, or leave epsilon out"),
    ],
)
def test_a_target_that_nothing_could_reach_is_refused_in_a_sentence(settings, said):
    with pytest.raises(ConfigError, match=said):
        run_config(target_dpr=0.9, **settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"label_channel": "off"}, "A tolerance needs label repair.*or leave epsilon out"),
        (
            {"repair_level": 0.5},
            "A tolerance determines the repair level.*Leave repair_level out, or leave epsilon out",
        ),
    ],
)
def test_a_tolerance_that_nothing_could_reach_is_refused_in_a_sentence(settings, said):
    with pytest.raises(ConfigError, match=said):
        run_config(epsilon=0.1, **settings)


@pytest.mark.parametrize("criterion", ["demographic_parity", "equalized_odds", "equal_opportunity"])
def test_a_strength_found_for_a_tolerance_takes_its_place(criterion):
    config = run_config(epsilon=0.1, criterion=criterion)
    assert config.searches_repair_level
    found = with_repair_level(config, 0.4)
    assert (found.epsilon, found.searches_repair_level) == (None, False)
    assert found.settings_for(TABLE).labels.repair_level == 0.4


@pytest.mark.parametrize("value", [-0.1, 1.0, "little"])
def test_a_tolerance_out_of_its_range_is_named(value):
    with pytest.raises(ConfigError, match="epsilon"):
        run_config(epsilon=value)


def test_a_strength_found_for_a_target_takes_its_place():
    found = with_repair_level(run_config(target_dpr=0.9, label_channel="attribute_aware"), 0.7)
    assert (found.target_dpr, found.settings_for(TABLE).labels.repair_level, found.label_channel) == (
        None,
        0.7,
        "attribute_aware",
    )
