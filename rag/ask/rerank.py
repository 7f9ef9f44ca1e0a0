"""An optional last stage: a sentence-transformers CrossEncoder reads question and passage together.

Off by default: none ships with the package, and a question then takes seconds instead of milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ModelError
from rag.index.models import encodable, find_model, quiet
from rag.types import Scores

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderReranker:
    """A Reranker. ``model`` is a folder, or the hub id of a model in the local cache; loaded on first use."""

    def __init__(self, model: str) -> None:
        self._wanted = model
        self._lock = Lock()
        self._loaded: CrossEncoder | None = None

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """How well each passage answers, (n,); higher is better, on no fixed scale.

        Raises ModelError if the model can't be found or loaded.
        """
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(self._wanted)
            pairs = [(encodable(question), encodable(passage)) for passage in passages]
            found = np.asarray(self._loaded.predict(pairs, show_progress_bar=False), dtype=np.float32)
        if found.shape != (len(passages),):
            raise ModelError(
                f"The model {self._wanted} gives {found.shape[1:]} figures a passage, not one: "
                "choose a CrossEncoder made for ranking, or leave PRECEDENT_RERANKER empty."
            )
        return found


def _load(wanted: str) -> CrossEncoder:
    folder = find_model(wanted)
    try:
        with quiet():
            from sentence_transformers import CrossEncoder

            model: CrossEncoder = CrossEncoder(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True}
            )
    except Exception as error:  # the libraries raise every kind of error on a damaged folder
        reason = str(error).split("\n", 1)[0].rstrip(".") or type(error).__name__
        raise ModelError(
            f"The reranker in {folder} can't be loaded: {reason}. Choose another, or leave PRECEDENT_RERANKER empty."
        ) from error
    kinds = getattr(model.config, "architectures", None) or []
    if any(kind.endswith(("Model", "MaskedLM")) for kind in kinds):  # a head would be made up at random
        raise ModelError(
            f"The model in {folder} is no CrossEncoder: it embeds texts, but does not score pairs. "
            "Choose another, or leave PRECEDENT_RERANKER empty."
        )
    return model
