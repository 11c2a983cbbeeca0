from pathlib import Path

import pytest

from hybridir.config.schema import AugmentConfig
from hybridir.data.lexicons.files import choose, content, lexicon_files
from hybridir.errors import UserError

LINES = "".join(f"word{i}\twort{i}\t1\t1\n" for i in range(200))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "lexicons"
    folder.mkdir()
    for code in ("ar", "de", "zh"):
        (folder / f"en-{code}.tsv").write_text(LINES + code)
    (folder / "en-yo.tsv").write_text(LINES.partition("\n")[0])
    return tmp_path


def augment(**settings: object) -> AugmentConfig:
    return AugmentConfig(**{"kind": "multilingual", "lexicon": "lexicons", **settings})  # type: ignore[arg-type]


def test_targets_are_the_training_languages_that_have_a_lexicon(root: Path) -> None:
    chosen = choose(augment(), ["yo", "en", "de", "zh", "fi"], root)
    assert chosen.into == {"query": ("de", "en", "zh"), "passage": ("de", "en", "zh")}
    assert set(chosen.files) == {"de", "zh"}


def test_named_languages_take_their_place_and_a_side_may_have_its_own(root: Path) -> None:
    chosen = choose(augment(kind="bilingual", languages=["ar", "de"], query_language="zh"), ["en"], root)
    assert chosen.into == {"query": ("zh",), "passage": ("ar", "de")}


def test_the_fingerprint_is_of_languages_and_content_alone(root: Path, tmp_path: Path) -> None:
    first = choose(augment(), ["en", "de"], root).fingerprint()
    (root / "lexicons").rename(root / "moved")
    assert choose(augment(lexicon="moved"), ["de", "en"], root).fingerprint() == first
    assert choose(augment(lexicon="moved"), ["de", "en", "ar"], root).fingerprint() != first
    (root / "moved" / "en-ar.tsv").write_text(LINES)
    assert choose(augment(lexicon="moved"), ["de", "en"], root).fingerprint() == first
    (root / "moved" / "en-de.tsv").write_text(LINES + "x")
    assert choose(augment(lexicon="moved"), ["de", "en"], root).fingerprint() != first


@pytest.mark.parametrize(
    ("settings", "languages", "message"),
    [
        ({"lexicon": None}, ["en"], "augment.lexicon is empty"),
        ({"lexicon": "nowhere"}, ["en"], "augment.lexicon=nowhere is no folder below"),
        ({"languages": ["fi"]}, ["en"], "'fi' has no lexicon of 200 lines or more in .*: there are ar, de, en, zh"),
        ({"languages": ["yo"]}, ["en"], "'yo' has no lexicon"),
        ({"format": "muse"}, ["en"], r"has no lexicons of the format muse: they are files en-XX\.txt"),
        ({"format": "vectors"}, ["en"], r"they are files \*\.en\.vec and \*\.XX\.vec"),
        ({"kind": "titles"}, ["en"], "augment.kind=titles does not go with augment.format=tsv"),
        ({"format": "titles"}, ["en"], "augment.kind=multilingual does not go with augment.format=titles"),
        ({"query_language": "de"}, ["en"], "choose augment=bilingual"),
        ({}, ["en"], "texts in en cannot be switched into en: name other languages in augment.languages"),
        ({}, ["fi", "zh"], r"no training language \(fi, zh\) has a lexicon and spaces between words"),
    ],
)
def test_what_cannot_be_is_refused(root: Path, settings: dict[str, object], languages: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        choose(augment(**settings), languages, root)


def test_two_lexicons_of_a_language_are_refused(tmp_path: Path) -> None:
    for name in ("wiki.en.vec", "wiki.de.vec", "other.de.vec"):
        (tmp_path / name).write_text("x\n" * 300)
    with pytest.raises(UserError, match="two lexicons of de"):
        lexicon_files(tmp_path, "vectors")


def test_the_content_of_a_changed_file_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one\n")
    first = content(path)
    path.write_text("one\ntwo\n")
    assert (first.lines, content(path).lines) == (1, 2)
    assert first.sha256 != content(path).sha256
