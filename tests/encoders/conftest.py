"""A small tokenizer trained on a few sentences of many scripts, and texts that try an encoder's edges."""

import pytest
import torch
from tokenizers import Tokenizer

from hybridir.encoders.tokenizer import train_tokenizer

SENTENCES = (
    "The river Seine flows through Paris and on to the sea.",
    "Der Fluss fließt durch die Stadt, und weiter ins Meer.",
    "Река течёт через город и впадает в море.",
    "नदी शहर से होकर समुद्र तक बहती है।",
    "يجري النهر عبر المدينة إلى البحر.",
    "河流穿过城市流入大海。",
    "แม่น้ำไหลผ่านเมืองลงสู่ทะเล",
    "川は町を抜けて海へ流れる。",
    "강은 도시를 지나 바다로 흐른다.",
)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return train_tokenizer(SENTENCES * 3, vocab_size=900, lowercase=True)


@pytest.fixture(scope="session")
def texts() -> list[str]:
    long = " ".join(SENTENCES) * 5
    return [*SENTENCES, "", " ", long, "Δ 🦉 unseen: ქართული", "a", "(Paris)", "[SEP] <0x41>", "line\nbreak\ttab"]
