"""Token ids of texts that many models read, such as those of a benchmark: made once per tokenizer, then mapped."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from hybridir.encoders.base import Encoder, Kind, Tokens
from hybridir.files import atomic_path


def kept_tokens(encoder: Encoder, texts: Sequence[str], kind: Kind, cache: Path) -> Tokens:
    """What `encoder.tokenize(texts, kind)` returns, kept in `cache` under the content of `texts`."""
    digest = hashlib.sha256()
    for text in texts:
        read = text.encode("utf8", "surrogatepass")
        digest.update(len(read).to_bytes(8, "little"))
        digest.update(read)
    folder = cache / "tokens" / encoder.tokenizer_fingerprint()[:16]
    stem = f"texts-{kind}-{digest.hexdigest()[:24]}"
    ids, offsets = folder / f"{stem}.ids.npy", folder / f"{stem}.offsets.npy"
    if not offsets.is_file():
        tokens = encoder.tokenize(texts, kind)
        # offsets last: where they stand, the ids are whole
        for path, values in ((ids, tokens.ids), (offsets, tokens.offsets)):
            with atomic_path(path) as temporary:
                np.save(temporary, values)
    return Tokens(np.load(ids, mmap_mode="r"), np.load(offsets, mmap_mode="r"))
