from hybridir.encoders.reading import AS_SAVED, PLAIN, Reading

NONE = {"query": None, "passage": None}


def test_what_is_said_first_holds():
    first = Reading("cls", {"query": "", "passage": None}, {"query": None, "passage": 9})
    second = Reading("mean", {"query": "q: ", "passage": "p: "}, {"query": 7, "passage": 8})
    assert first.otherwise(second) == Reading("cls", {"query": "", "passage": "p: "}, {"query": 7, "passage": 9})
    assert AS_SAVED.otherwise(second) == second == second.otherwise(AS_SAVED)


def test_lengths_keep_within_the_limit():
    reading = Reading(max_length={"query": 7, "passage": None})
    assert reading.within(5).max_length == {"query": 5, "passage": 5}
    assert reading.within(9).max_length == {"query": 7, "passage": 9}
    assert reading.within(None) == reading


def test_settled():
    prompts = {"query": "", "passage": ""}
    lengths = {"query": 64, "passage": 256}
    assert AS_SAVED.otherwise(PLAIN).settled() == {"pooling": "mean", "prompts": prompts, "max_length": lengths}
    assert Reading("cls").settled() == {"pooling": "cls", "prompts": prompts, "max_length": NONE}
