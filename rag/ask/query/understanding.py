"""What is searched for a question: misspelt words corrected, what it leans on taken over, synonyms and preferences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.ask.query.exclusions import read_exclusions
from rag.ask.query.filters import meets
from rag.ask.query.follow_ups import resolve_follow_up
from rag.ask.query.intent import asks_a_fact, figure_sought
from rag.ask.query.preferences import PreferenceReader
from rag.ask.query.requests import read_request, searched_as
from rag.ask.query.wording import without_politeness
from rag.cases.find import place_names
from rag.index.store.search import WordScores
from rag.text.spelling import Spelling, is_english
from rag.text.synonyms import Synonyms, bundled_synonyms
from rag.text.words import content_terms
from rag.types import Case, Exclusion, Passage, Query, Request

_PIECES_OF_A_WORD = 3  # of a word the model's vocabulary holds whole, with the start and end marks: a real word
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")  # pasted with a question: no words to search for


@dataclass(frozen=True, eq=False, kw_only=True)
class QueryUnderstanding:
    """Reads questions with the words of a library: its ``passages`` and ``cases``, and what its index holds.

    ``pieces`` counts the word pieces of a word. ``corrects``: whether misspelt words are moved to the library's.
    """

    passages: Sequence[Passage]
    cases: Iterable[Case]
    words: WordScores
    pieces: Callable[[str], int]
    synonyms: Synonyms
    corrects: bool

    def understand(self, question: str, history: Sequence[str] = ()) -> Query:
        """What would be searched for ``question`` in this conversation."""
        # Spelt before it is resolved: a misspelt 'comunities' must not look like a topic of its own.
        spelt, corrected = self._spelt(_MARKUP.sub(" ", question))
        wanted, excluded, request = self._asked(spelt)
        if excluded and history and not content_terms(wanted):  # 'and outside London?'
            earlier = self.understand(history[-1], history[:-1])
            return replace(earlier, typed=question, earlier=history[-1], excluded=(*earlier.excluded, *excluded))
        before = [self._asked(self._spelt(earlier)[0])[0] for earlier in history]
        query = resolve_follow_up(wanted, before, place_names)
        return replace(
            query,
            typed=question,
            corrected=corrected,
            also=self._also(query.text),
            preferred=self.preferences.read(query.text),
            excluded=excluded,
            request=request,
            sought=figure_sought(query.asked),
        )

    def _asked(self, spelt: str) -> tuple[str, tuple[Exclusion, ...], Request | None]:
        """What a question asks, alike in whatever words it does; what it leaves out; the kind of answer it wants."""
        wanted, excluded = self.exclusions(without_politeness(spelt))
        request = read_request(wanted)
        return searched_as(wanted, request), excluded, request

    def exclusions(self, text: str, *, situation: bool = False) -> tuple[str, tuple[Exclusion, ...]]:
        """A question or situation without what it leaves out, and that.

        A question for one fact ('Other than the boat, what did they travel by?') names what else it knows: the passage
        that answers may hold that, and only what cases state is left out of them.
        """
        fact = not situation and asks_a_fact(text) and read_request(text) is None
        rest, excluded = read_exclusions(text, self.preferences.read, situation=situation, fact=fact)
        if not fact or all(map(self._is_stated, excluded)):
            return rest, excluded
        return text, ()

    def _is_stated(self, exclusion: Exclusion) -> bool:
        return bool(exclusion.filters) and any(meets(case, exclusion.filters) for case in self.cases)

    def _also(self, text: str) -> tuple[tuple[str, str], ...]:
        """The words of ``text`` that others of the library stand for, with these."""
        alternatives = self.synonyms.alternatives(text)
        also: dict[str, str] = {}
        for term in content_terms(text):
            phrases = alternatives.get(term.stem, ())
            known = [phrase for phrase in phrases if all(word in self.words for word in phrase)]
            if known:
                also[text[term.start : term.end]] = ", ".join(self.synonyms.written[phrase] for phrase in known)
        return tuple(also.items())

    def _spelt(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """``text`` with its misspelt words corrected, and which."""
        moved = self._spelling.corrections(text) if self.corrects else {}
        for typed, meant in moved.items():
            text = re.sub(rf"\b{re.escape(typed)}\b", meant, text)
        return text, tuple(moved.items())

    @cached_property
    def _spelling(self) -> Spelling:
        listed = bundled_synonyms().written.values()  # a synonym of the library's words is no misspelling of them
        return Spelling((*listed, *(passage.searchable for passage in self.passages)), self._is_word)

    def _is_word(self, word: str) -> bool:
        """Whether the model's vocabulary, the English word list or the gazetteer holds a lower-case word."""
        return self.pieces(word) <= _PIECES_OF_A_WORD or is_english(word) or bool(place_names(word.capitalize()))

    @cached_property
    def preferences(self) -> PreferenceReader:
        """What reads place, people, setting and time with the words of the library's cases."""
        return PreferenceReader(self.cases, place_names)
