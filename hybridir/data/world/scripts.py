"""Scripts: how phonemes are written, with the losses that real transliteration has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hybridir.data.world.phonology import CONSONANTS, VOWELS

_PHONEMES = CONSONANTS + VOWELS


@dataclass(frozen=True)
class Script:
    """A way of writing: `letters[phoneme]`, and what stands around words and sentences.

    `code` is that of ISO 15924. `joiner` stands between words, and is empty in an unspaced script.
    """

    code: str
    letters: Mapping[str, str] = field(repr=False)
    joiner: str = " "
    period: str = "."
    question: str = "?"
    capitals: bool = False

    def spell(self, word: str) -> str:
        """A word of phonemes in letters, without capitals."""
        return "".join([self.letters[phoneme] for phoneme in word])

    def capital(self, written: str) -> str:
        """`written` with a capital at its head, where the script has them."""
        return written[:1].upper() + written[1:] if self.capitals else written

    def sentence(self, words: list[str], mark: str) -> str:
        """Written words as a sentence that ends in `mark`."""
        return self.capital(self.joiner.join(words)) + mark


@dataclass(frozen=True)
class GreekScript(Script):
    """Sigma has a form of its own at the end of a word."""

    def spell(self, word: str) -> str:
        written = super().spell(word)
        return written[:-1] + "ς" if written.endswith("σ") else written


@dataclass(frozen=True)
class Syllabary(Script):
    """One sign per syllable: `letters` has consonant + vowel, vowels, and `n` for a closing nasal.

    Any other consonant without a vowel gets one, as in the kana for foreign words: o after t and
    d, else u.
    """

    def spell(self, word: str) -> str:
        """`word`, written in sounds, in this script: a sign for each syllable."""
        signs, at = [], 0
        while at < len(word):
            sound, following = word[at], word[at + 1 : at + 2]
            at += 1
            if sound in VOWELS:
                signs.append(self.letters[sound])
            elif following and following in VOWELS:
                signs.append(self.letters[sound + following])
                at += 1
            elif sound in "mn":
                signs.append(self.letters["n"])
            else:
                signs.append(self.letters[sound + ("o" if sound in "td" else "u")])
        return "".join(signs)


def _alphabet(letters: str) -> dict[str, str]:
    """Letters in the order of the phonemes, separated by spaces."""
    return dict(zip(_PHONEMES, letters.split(), strict=True))


def _kana(rows: Mapping[str, str]) -> dict[str, str]:
    """Signs by syllable; each row has the five vowels in order, and serves all consonants of its key."""
    signs = {
        consonant + vowel: sign
        for consonants, row in rows.items()
        for consonant in consonants.split()
        for vowel, sign in zip(VOWELS, row.split(), strict=True)
    }
    return signs | dict(zip(VOWELS, "あえいおう", strict=True)) | {"n": "ん"}


# p t k b d g m n s z f v h l r j w S C x, then a e i o u (columns of kana in that order)
SCRIPTS: dict[str, Script] = {
    script.code: script
    for script in (
        Script("Latn", _alphabet("p t k b d g m n s z f v h l r y w sh ch kh a e i o u"), capitals=True),
        Script("Cyrl", _alphabet("п т к б д г м н с з ф в һ л р й ў ш ч х а е и о у"), capitals=True),
        GreekScript(
            "Grek",
            _alphabet("π τ κ μπ ντ γκ μ ν σ ζ φ β χ λ ρ γι ου σ τσ χ α ε ι ο ου"),
            question=";",
            capitals=True,
        ),
        Script("Geor", _alphabet("პ ტ კ ბ დ გ მ ნ ს ზ ფ ვ ჰ ლ რ ჲ უ შ ჩ ხ ა ე ი ო უ")),
        Script(
            "Armn",
            _alphabet("պ տ կ բ դ գ մ ն ս զ ֆ վ հ լ ր յ ւ շ չ խ ա ե ի ո ու"),
            period="։",
            question="՞",
            capitals=True,
        ),
        Syllabary(
            "Hira",
            _kana(
                {
                    "p": "ぱ ぺ ぴ ぽ ぷ",
                    "t": "た て ち と つ",
                    "k": "か け き こ く",
                    "b v": "ば べ び ぼ ぶ",
                    "d": "だ で ぢ ど づ",
                    "g": "が げ ぎ ご ぐ",
                    "m": "ま め み も む",
                    "n": "な ね に の ぬ",
                    "s": "さ せ すぃ そ す",
                    "z": "ざ ぜ じ ぞ ず",
                    "f": "ふぁ ふぇ ふぃ ふぉ ふ",
                    "h x": "は へ ひ ほ ふ",
                    "l r": "ら れ り ろ る",
                    "j": "や いぇ い よ ゆ",
                    "w": "わ うぇ うぃ を う",
                    "S": "しゃ しぇ し しょ しゅ",
                    "C": "ちゃ ちぇ ち ちょ ちゅ",
                }
            ),
            joiner="",
            period="。",
            question="？",
        ),
    )
}
"""The scripts of the world by ISO 15924 code."""
