from hybridir.data.world.names import draw_names
from hybridir.data.world.scripts import SCRIPTS


def test_no_name_of_the_evaluation_is_spelled_like_one_of_training_in_any_script():
    names = draw_names(seed=0, training=500, evaluation=100)
    assert (len(names.training), len(names.evaluation)) == (500, 100)
    for script in SCRIPTS.values():
        spelled = [{script.spell(name) for name in pool} for pool in (names.training, names.evaluation)]
        assert [len(each) for each in spelled] == [500, 100]
        assert not spelled[0] & spelled[1]
