import hashlib

import numpy as np
from scipy.stats import kstest

from hybridir.draws import GOLDEN, mix, nth_key, stream_key, uniform


def test_splitmix64_gives_the_numbers_of_its_reference() -> None:
    # the first outputs of SplitMix64 from seed 1234567 (Vigna's splitmix64.c, as in Rosetta Code)
    keys = np.full(3, 1234567, dtype=np.uint64)
    expected = [6457827717110365317, 3203168211198807973, 9817491932198370423]
    assert nth_key(keys, np.arange(1, 4)).tolist() == expected
    assert mix(keys[:1] + GOLDEN).tolist() == expected[:1]


def test_a_stream_is_named_by_all_its_parts() -> None:
    assert stream_key("a", 1) == int.from_bytes(hashlib.sha256(b"a\x1f1").digest()[:8], "little")
    assert len({stream_key("a", 1), stream_key("a", 2), stream_key("a", "1", ""), stream_key("a1")}) == 4


def test_uniform_numbers_are_even_and_below_one() -> None:
    drawn = uniform(nth_key(np.full(20000, 7, dtype=np.uint64), np.arange(20000)))
    assert kstest(drawn, "uniform").pvalue > 0.001
    largest = uniform(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert largest[0] == 0.0 and largest[1] < 1.0
