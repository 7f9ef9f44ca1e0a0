"""The decision to answer: a logistic model over named signals."""

from __future__ import annotations

import math
from dataclasses import astuple, fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.ask.answerability import RefusalModel, Signals, bundled_model
from rag.ask.query.intent import figure_lacking

NAMES = [field.name for field in fields(Signals)]
SHARE = st.floats(0, 1, allow_nan=False)
MODEL = RefusalModel({name: (-1) ** place * (place + 1) / 2 for place, name in enumerate(NAMES)}, -0.5, 0.5, 0.3)
SIGNALS = st.builds(Signals, **dict.fromkeys(NAMES, SHARE))


def test_the_bundled_model_weighs_exactly_the_signals() -> None:
    model = bundled_model()
    assert list(model.weights) == NAMES
    assert all(math.isfinite(weight) for weight in [*model.weights.values(), model.intercept])
    assert 0 < model.near_above <= model.answer_above < 1


def test_the_vector_has_the_order_of_the_fields() -> None:
    signals = Signals(*(number / 10 for number in range(len(NAMES))))
    assert signals.vector().tolist() == list(astuple(signals))


@given(SIGNALS)
def test_probability_is_the_logistic_of_the_weighted_sum(signals: Signals) -> None:
    score = MODEL.intercept + sum(MODEL.weights[name] * getattr(signals, name) for name in NAMES)
    assert MODEL.probability(signals) == pytest.approx(1 / (1 + math.exp(-score)))


@given(SIGNALS)
def test_a_figure_that_is_nowhere_stated_is_no_answer(signals: Signals) -> None:
    assert MODEL.confidence(replace(signals, figure_lacking=1.0)) < MODEL.answer_above


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sign", [1.0, -1.0])
@given(signals=SIGNALS, step=st.floats(0.01, 2))
@settings(max_examples=30)
def test_probability_moves_with_the_sign_of_a_weight(name: str, sign: float, signals: Signals, step: float) -> None:
    model = replace(MODEL, weights=dict(MODEL.weights) | {name: sign * 1.5})
    more = replace(signals, **{name: getattr(signals, name) + step})
    assert (model.probability(more) - model.probability(signals)) * sign > 0


@pytest.mark.parametrize("intercept", [1e6, -1e6, 800.0, -800.0])
def test_far_from_the_boundary_it_is_still_a_probability(intercept: float) -> None:
    model = RefusalModel(dict.fromkeys(NAMES, 0.0), intercept, 0.5, 0.5)
    confidence = model.confidence(Signals(*[0.0] * len(NAMES)))
    assert 0 <= confidence <= 1
    assert round(confidence) == (intercept > 0)


@pytest.mark.parametrize(
    ("question", "quote", "lacking"),
    [
        ("How many women came?", "Many women came.", 1.0),
        ("How many women came?", "40 women came.", 0.0),
        ("How many women came?", "Three women came.", 0.0),
        ("HOW MUCH did it cost?", "It was dear.", 1.0),
        ("By how much did uptake rise?", "Uptake rose by a third.", 0.0),
        ("By how much did uptake rise?", "Uptake rose.", 1.0),
        ("What percentage attended?", "Most of them attended.", 1.0),
        ("How often did they meet?", "They met weekly.", 0.0),
        ("What was the cost of the leaflet?", "The leaflet was printed in Truro.", 1.0),
        ("How did they reach women?", "They went to the market.", 0.0),
        ("Who came?", "Many women came.", 0.0),
        ("How many women came?", "Someone often came.", 1.0),  # 'one' and 'ten' within a word are no numbers
        ("How many women came?", "", 1.0),
        ("How many women came?", "Some 30 per cent of women came.", 0.0),  # the share is what the source has
        ("How many women came?", "In 2010 women came.", 0.0),
        ("How many languages are spoken?", "126 languages are spoken.", 0.0),
        ("In how many languages is it printed?", "Available in 9 different languages.", 0.0),
        ("How many midwives were hired?", "It ran in two areas from July 2010.", 1.0),  # a figure, but of other things
    ],
)
def test_a_number_asked_for_must_be_there(question: str, quote: str, lacking: float) -> None:
    assert figure_lacking(question, [quote]) == lacking
