import pytest

from hybridir.data.world.config import LIMITS, WorldConfig, make_world
from hybridir.errors import UserError


@pytest.mark.parametrize(
    ("dial", "value"),
    [("languages", 7), ("languages", 101), ("scale", 0.0), ("cognates", 1.5), ("synonyms", 0), ("seed", -1)],
)
def test_a_value_out_of_range_is_refused_by_name(dial, value):
    with pytest.raises(UserError, match=rf"{dial}={value!r} .* give a value from"):
        WorldConfig(**{dial: value})


@pytest.mark.parametrize(("dial", "value"), [("languages", 12.5), ("seed", True), ("scale", "2")])
def test_a_value_of_the_wrong_kind_is_refused_by_name(dial, value):
    with pytest.raises(UserError, match=rf"{dial}={value!r} .* number"):
        WorldConfig(**{dial: value})


def test_every_dial_has_limits_and_an_unknown_one_is_refused():
    assert make_world({name: low for name, (low, _) in LIMITS.items()}) != WorldConfig()
    with pytest.raises(UserError, match=r"world\.size is no dial"):
        make_world({"size": 3})
