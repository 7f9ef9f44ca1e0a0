"""What must survive cleaning and what must not, and the map from clean text back to the source."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import SourceError
from rag.readers.blocks import normalise
from rag.readers.clean import clean
from rag.readers.decode import decode
from rag.readers.plain.text import read_text
from rag.types import Block, Document, Role, SourceFile
from tests.conftest import SEEDS
from tests.growth import assert_in_proportion

COVENTRY = "000_c28814b4554d0604.txt"
BETTER_HEALTH = "001_3599fcccaf629e3b.txt"
HERTFORDSHIRE = "002_7ecb9d1efa114dbb.txt"
RACE_EQUITY = "003_0d58f38b3c0f60fc.txt"
GRASSROOTS = "004_ba27d4ad9cf846b9.txt"

SURVIVES = {
    COVENTRY: [
        "A dedicated women’s health worker was appointed",
        "126 languages are spoken in the city.",
        "from a ‘poor’ to a ‘top’ performer",
        "‘hard to reach’ people",
        "Key highlights include:",
        "Shashi Carter",
        "Updated July 2015",
    ],
    BETTER_HEALTH: [
        "Funded by the Department of Health, 2009–2011",
        "What have we produced",
        "The partnership area for 2010-2011 is:",
        "for the 2000-2010 project groups in summer 2010. Work has continued",
        "a pharmacy campaign\nwork with Nigerian and Ghanaian communities in two areas",
        "South Birmingham",
        "may in future collaborate with local mosques",
        "The following report summarises the project findings:",
    ],
    HERTFORDSHIRE: [
        "Councillor Judi Billing MBE, Chairman of the BAME Health Inequalities Topic Group said:",
        "gathering dust on a shelf full of reports.",
        "Completing our online survey. Available in 9 different languages.",
        "Interested? Call us on 01707 275978 or email",
        "Find advice and information",
    ],
    RACE_EQUITY: [
        "led by Associate Professor Abimbola Ayorinde, Warwick Medical School",
        "This involved attending meetings organised by the groups",
        "established a framework for collaboration and knowledge sharing",
        "Nothing is lost in translation.",
        "Shazia, Bangladeshi Women’s Association",
        "Maxival Recruitment & Training Consultancy, UK Islamic Mission - Alum Rock.",
    ],
    GRASSROOTS: [
        "Uploaded Novartis Logo 14.10.20",
        "Novartis Pharmaceuticals UK Ltd has provided sponsorship funding for this non-promotional piece.",
        "Grassroots initiatives created in collaboration with communities",
        "Roughly 30 per cent of people were flagged as being at risk of diabetes",
        "“It’s about building an ecosystem,” says Ms Higgins.",
    ],
}
GONE = {
    COVENTRY: ["cookie", "Don't show this message again", "´"],
    BETTER_HEALTH: ["  ", "\u00a0", "•"],
    HERTFORDSHIRE: ["•", "\u00a0"],
    RACE_EQUITY: [
        "dataLayer",
        "cookies",
        "Skip to main content",
        "Sign in",
        "Study",
        "Find out more about joining",
        "Back to top",
        "Sitebuilder",
        "Modern Slavery",
        "Accept all",
        "YouTube",
        "<",
        "&amp;",
    ],
    GRASSROOTS: ["\u00a0"],
}


@pytest.mark.parametrize(("name", "words"), [(n, w) for n, words in SURVIVES.items() for w in words])
def test_survives(name: str, words: str, documents: dict[str, Document]) -> None:
    assert words in documents[name].text


@pytest.mark.parametrize(("name", "words"), [(n, w) for n, words in GONE.items() for w in words])
def test_is_gone(name: str, words: str, documents: dict[str, Document]) -> None:
    assert words not in documents[name].text


def block_with(document: Document, words: str) -> Block:
    at = document.text.index(words)
    return next(block for block in document.blocks if block.start <= at < block.end)


@pytest.mark.parametrize(
    ("name", "words", "role"),
    [
        (COVENTRY, "For further details of this work", "contact"),
        (COVENTRY, "Shashi Carter", "contact"),
        (COVENTRY, "Updated July 2015", "date"),
        (BETTER_HEALTH, "Contact Tracey Bignall", "contact"),
        (BETTER_HEALTH, "For more information on CQUIN", "pointer"),
        (BETTER_HEALTH, "This set explored the reasons", "account"),
        (HERTFORDSHIRE, "Completing our online survey", "callout"),
        (HERTFORDSHIRE, "Interested? Call us", "contact"),
        (HERTFORDSHIRE, "By sharing your views", "callout"),
        (HERTFORDSHIRE, "There is a lack of trust", "account"),
        (GRASSROOTS, "Uploaded Novartis Logo", "caption"),
        (GRASSROOTS, "Novartis Pharmaceuticals UK Ltd has provided", "declaration"),
        (GRASSROOTS, "sponsored by NHS England and Novartis", "account"),
    ],
)
def test_roles(name: str, words: str, role: Role, documents: dict[str, Document]) -> None:
    assert block_with(documents[name], words).role == role


@pytest.mark.parametrize(
    ("name", "words", "lead_in"),
    [
        (
            BETTER_HEALTH,
            "a pharmacy campaign",
            "The meetings came to an end in July 2010, but Bromley PCT is continuing",
        ),
        (BETTER_HEALTH, "enable the PCT to find out", "The work culminated in a health seminar"),
        (HERTFORDSHIRE, "This scrutiny topic group", "Councillor Judi Billing MBE"),
        (RACE_EQUITY, "One of the main things that is different", "Shazia, Bangladeshi Women’s Association"),
    ],
)
def test_lead_ins(name: str, words: str, lead_in: str, documents: dict[str, Document]) -> None:
    document = documents[name]
    span = block_with(document, words).lead_in
    assert span is not None
    assert document.text[slice(*span)].startswith(lead_in)


def test_titles_and_dates(documents: dict[str, Document]) -> None:
    assert documents[COVENTRY].title == "Health Improvement Activities with Asian Women in Coventry"
    assert documents[BETTER_HEALTH].title == "Partnerships for Better Health"
    assert documents[RACE_EQUITY].title == "West Midlands Knowledge and Action Partnership for Race Equity"
    assert documents[COVENTRY].published == "Updated July 2015"
    assert documents[RACE_EQUITY].published == "Last revised: Wed 10 Jul 2024"


def test_headings_stand_over_their_text(documents: dict[str, Document]) -> None:
    path = block_with(documents[BETTER_HEALTH], "Using ‘action learning sets’").heading_path
    assert path == ("How will these aims be fulfilled?", "Action learning sets")
    path = block_with(documents[RACE_EQUITY], "Founding community partners").heading_path
    assert path == ("Piloting a framework for evaluating community initiatives",)


def test_every_character_of_the_seeds_maps_to_its_source(documents: dict[str, Document]) -> None:
    for path in sorted(SEEDS.iterdir()):
        file = SourceFile(path.name, path.read_bytes())
        assert_maps_back(documents[file.name], decode(file))


def assert_maps_back(document: Document, source: str) -> None:
    """Every clean character is white space, or stands in the source where the map says, up to normalisation."""
    last = 0
    for index, char in enumerate(document.text):
        place = document.origin.to_source(index)
        assert last <= place
        last = place
        if char.isspace():
            continue
        found = source[place]
        same = unicodedata.normalize("NFC", source[place : place + 4]).startswith(char)
        loose = unicodedata.combining(char) or char in unicodedata.normalize("NFC", found)
        assert same or loose or found == "&" or (found == "´" and char in "‘’")


def text_document(source: str) -> Document:
    return clean(SourceFile("any.txt", source.encode("utf-8"), "text/plain"))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_maps_back(source: str) -> None:
    try:
        document = text_document(source)
    except SourceError:
        return
    text = decode(SourceFile("any.txt", source.encode("utf-8")))
    assert_maps_back(document, text)
    assert unicodedata.is_normalized("NFC", document.text) or not text.isascii()
    for before, after in zip(document.blocks, document.blocks[1:], strict=False):
        assert before.end < after.start
    for block in document.blocks:
        words = document.text[block.start : block.end]
        assert words
        assert words == words.strip()
        assert "  " not in words


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "  • ", "- ", "1. ", "# ", "> ", "“", "”", "said:", "Contact", "We use cookies on this website."]
        ),
        st.text(alphabet="ab é´\u00a0\t.,:?", max_size=40),
    ),
    max_size=30,
)


@given(LINES)
def test_any_layout_maps_back(lines: list[str]) -> None:
    source = "\n".join(lines)
    document = text_document(source)
    assert_maps_back(document, source)
    for block in document.blocks:
        if block.lead_in:
            assert document.text[slice(*block.lead_in)].strip()


@given(st.text(max_size=200))
def test_normalised_text_keeps_its_places(text: str) -> None:
    clean_text = normalise(text, range(len(text)))
    assert len(clean_text.text) == len(clean_text.origin)
    assert list(clean_text.origin) == sorted(clean_text.origin)


def test_accents_become_what_they_stand_for() -> None:
    assert text_document("She said ´well´ of women´s café work.").text == "She said ‘well’ of women’s café work."


def test_letters_with_loose_accents_become_one() -> None:
    document = text_document("Cafe\u0301s and scho\u0308n.")
    assert document.text == "Cafés and schön."
    assert document.origin.to_source(4) == 5  # the s stands behind the loose accent


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings(encoding: str) -> None:
    words = "Children’s centres – “drop in” clinics, cafés and naïve façades for Zoë, every Tuesday."
    document = clean(SourceFile("a.txt", words.encode(encoding)))
    assert document.text == words


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(SourceError, match="files of its kind"):
        clean(SourceFile("photo.txt", bytes(range(256)) * 8))


def test_nul_bytes_in_text_are_white_space() -> None:
    document = clean(SourceFile("a.txt", ("Drop\x00in clinic. " * 200).encode()))
    assert "Drop in clinic." in document.text


def test_markdown() -> None:
    document = text_document(
        "# Walking groups\n\n## What we did\n\nWe offered:\n\n- maps\n- shoes\n\n> It helped me.\n"
    )
    kinds = [(block.kind, document.text[block.start : block.end]) for block in document.blocks]
    assert kinds == [
        ("heading", "Walking groups"),
        ("heading", "What we did"),
        ("paragraph", "We offered:"),
        ("item", "maps"),
        ("item", "shoes"),
        ("quote", "It helped me."),
    ]


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph() -> None:
    document = text_document(
        "A report\n\nThe drop-in clinic was opened in the mosque because women\n"
        "had told the health visitor that they would rather not\n"
        "travel to the hospital, and because the imam had offered\nthe room.\n\nIt closed in May.\n"
    )
    assert "women had told the health visitor that they would rather not travel" in document.text


def test_time_grows_with_the_size_of_a_text_not_its_square() -> None:
    def read(lines: int) -> None:
        assert len(read_text("We met every week, and so on.\n\n" * lines)) == lines

    assert_in_proportion(read, 2000)
