import numpy as np

from hybridir.evaluation.index import PassageIndex


def test_the_nearest_come_first_and_all_where_there_are_few() -> None:
    passages = np.eye(3, dtype=np.float32)
    scores, rows = PassageIndex(passages).search(np.array([[0.6, 0.8, 0.0]], dtype=np.float32), top=5)
    assert rows.tolist() == [[1, 0, 2]]
    np.testing.assert_allclose(scores, [[0.8, 0.6, 0.0]], rtol=1e-6)


def test_agrees_with_the_product_of_matrices() -> None:
    generator = np.random.default_rng(0)
    passages, queries = generator.standard_normal((200, 16), np.float32), generator.standard_normal((5, 16), np.float32)
    _, rows = PassageIndex(passages).search(queries, top=10)
    assert rows.tolist() == np.argsort(-(queries @ passages.T), axis=1)[:, :10].tolist()
