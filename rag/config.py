"""Every setting in one frozen object; no behaviour beyond working out the defaults.

Each setting has an environment variable ``PRECEDENT_<NAME>`` (README, 'Configure'); an argument beats it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path

from rag.errors import RagError
from rag.text.files import expanded

#: Bytes of the largest file that is read.
MOST_BYTES = 200_000_000

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent

#: What can be switched on and off in finding passages: two searches, two readings of the best, two ways with words.
SEARCH_STAGES = ("dense", "lexical", "evidence", "late")
STAGES = (*SEARCH_STAGES, "synonyms", "spelling")
_SEARCHES = ("dense", "lexical")


def _in_checkout() -> bool:
    return (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "seeds").is_dir()


def default_seeds() -> Path:
    """The seed documents: ``seeds/`` of a checkout, or those the installed package carries."""
    return _CHECKOUT / "seeds" if _in_checkout() else _PACKAGE / "seeds"


def default_index_root() -> Path:
    """Where indexes go: ``index/`` of a checkout, or the user's data folder for an installed copy."""
    return _CHECKOUT / "index" if _in_checkout() else user_data() / "index"


def user_data() -> Path:
    """The user's own folder for what this program keeps."""
    import platformdirs

    return platformdirs.user_data_path("precedent", appauthor=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """``seeds``: folder (or file) of documents. ``index``: folder of this index; None gives each ``seeds`` its own.
    ``model``: '' for the bundled model, else a sentence-transformers id or folder. ``passage_tokens``: the size, in
    tiktoken tokens, that passages are filled up to. ``results``: passages an answer reports. ``questions``: the
    file of test questions that the page keeps; None gives each ``seeds`` its own. ``added``: the folder of what was
    added to the library beside ``seeds``; None gives each ``seeds`` its own. ``refusal``: where ``rag calibrate``
    keeps the refusal model it fitted; None gives each ``seeds`` its own, ``os.devnull`` is the bundled model
    whatever was kept. ``gaps``: the file of questions that were not answered, or not well; None gives each
    ``seeds`` its own, ``os.devnull`` keeps none. ``stages``: those of STAGES that are on, in that order.
    ``reranker``: id or folder of a sentence-transformers CrossEncoder, '' for none.
    """

    seeds: Path
    index: Path | None = None
    model: str = ""
    passage_tokens: int = 200
    results: int = 10
    questions: Path | None = None
    added: Path | None = None
    refusal: Path | None = None
    gaps: Path | None = None
    stages: tuple[str, ...] = STAGES
    reranker: str = ""

    def __post_init__(self) -> None:
        if not 20 <= self.passage_tokens <= 2000:
            raise RagError(
                f"passage_tokens should be between 20 and 2000, is now {self.passage_tokens}: "
                "change PRECEDENT_PASSAGE_TOKENS"
            )
        if not 1 <= self.results <= 1000:
            raise RagError(f"results should be between 1 and 1000, is now {self.results}: change PRECEDENT_RESULTS")
        for stage in self.stages:
            if stage not in STAGES:
                raise RagError(
                    f"there is no stage {stage!r}: PRECEDENT_STAGES and --stages take some of {','.join(STAGES)}"
                )
        if not set(self.stages) & set(_SEARCHES):
            raise RagError("without a search nothing is found: name dense or lexical in PRECEDENT_STAGES or --stages")
        # Frozen, but not yet handed out: the same stages are equal settings however they were typed.
        object.__setattr__(self, "stages", tuple(stage for stage in STAGES if stage in self.stages))

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, **overrides: object) -> Settings:
        """Defaults, then ``PRECEDENT_*`` variables, then ``overrides`` that are not None."""
        environ = os.environ if environ is None else environ
        settings = cls(seeds=default_seeds())
        changes: dict[str, object] = {}
        for field in fields(cls):
            value = environ.get(f"PRECEDENT_{field.name.upper()}", "").strip()
            if value:
                changes[field.name] = _parsed(field.name, value)
        changes |= {name: value for name, value in overrides.items() if value is not None}
        return replace(settings, **changes)  # type: ignore[arg-type]

    @property
    def index_home(self) -> Path:
        """The folder of this index. Without ``index`` its name is made from the sources' path."""
        return default_index_root() / self._own_name if self.index is None else self.index

    @property
    def questions_file(self) -> Path:
        """The test questions of these sources. Never below the index, which may be deleted at any time."""
        return self.questions or user_data() / "questions" / f"{self._own_name}.jsonl"

    @property
    def added_folder(self) -> Path:
        """What was added to the library beside its folder. Kept apart from the index, as the questions are."""
        return self.added or user_data() / "added" / self._own_name

    @property
    def refusal_file(self) -> Path:
        """The refusal model calibrated for these sources. Kept apart from the index, as the questions are."""
        return self.refusal or user_data() / "refusal" / f"{self._own_name}.json"

    @property
    def gaps_file(self) -> Path:
        """The questions that these sources did not answer, or not well. Kept apart from the index too."""
        return self.gaps or user_data() / "gaps" / f"{self._own_name}.jsonl"

    @property
    def _own_name(self) -> str:
        """A name made from the sources' path: the same for the same place, different for every other."""
        path = expanded(self.seeds).resolve()
        slug = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-")[:40] or "documents"
        return f"{slug}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"


def stages_of(text: str) -> tuple[str, ...]:
    """The names in a comma-separated list; ``Settings`` checks them."""
    return tuple(name for part in text.split(",") if (name := part.strip().lower()))


def _parsed(name: str, value: str) -> object:
    if name in ("seeds", "index", "questions", "added", "refusal", "gaps"):
        return expanded(Path(value))
    if name in ("model", "reranker"):
        return value
    if name == "stages":
        return stages_of(value)
    try:
        return int(value)
    except ValueError:
        raise RagError(f"PRECEDENT_{name.upper()} should be a whole number, is now {value!r}") from None
