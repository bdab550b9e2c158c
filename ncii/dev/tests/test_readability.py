"""The measure of plain words: it lets the plain through and finds the hard, in both languages."""

import pytest

from ncii.dev.checks.readability import (
    ENGLISH,
    FRENCH,
    count,
    difficulty,
    english_syllables,
    french_syllables,
    problems,
)

PLAIN = "You choose a photo on your own phone. It stays there. Nobody else can see it."
HARD = (
    "Notwithstanding aforementioned stipulations, participating organisations systematically "
    "disseminate cryptographic representations to facilitate interoperable identification."
)
SIMPLE = "Vous choisissez une photo sur votre appareil. Elle y reste. Personne ne peut la voir."
DUR = (
    "Nonobstant les stipulations susmentionnées, les organisations participantes disséminent "
    "systématiquement des représentations cryptographiques interopérables."
)


@pytest.mark.parametrize(
    ("word", "syllables"),
    [
        ("phone", 1),
        ("picture", 2),
        ("fingerprint", 3),
        ("intimate", 3),
        ("people", 2),
        ("shared", 1),
    ],
)
def test_english_syllables(word, syllables):
    assert english_syllables(word) == syllables


@pytest.mark.parametrize(
    ("word", "syllables"), [("photo", 2), ("image", 2), ("empreinte", 2), ("appareil", 3)]
)
def test_french_syllables(word, syllables):
    assert french_syllables(word) == syllables


def test_the_english_formula_gives_the_published_value():
    # One sentence of ten words and ten syllables: 0.39 * 10 + 11.8 * 1 - 15.59.
    counted = count("The cat sat on the mat and the dog ran.", ENGLISH)
    assert (counted.words, counted.sentences, counted.syllables) == (10, 1, 10)
    assert difficulty([counted], ENGLISH) == pytest.approx(0.11)


@pytest.mark.parametrize(
    ("plain", "hard", "measure"), [(PLAIN, HARD, ENGLISH), (SIMPLE, DUR, FRENCH)]
)
def test_the_plain_passes_and_the_hard_is_named(plain, hard, measure):
    assert problems([plain] * 40, measure) == []
    assert any(hard in line for line in problems([plain] * 40 + [hard], measure))


def test_a_sentence_without_an_end_is_found_though_its_words_are_short():
    endless = " and ".join(["you go to it"] * 8) + "."
    assert "longest sentence" in "".join(problems([endless], ENGLISH))


def test_names_in_brackets_and_placeholders_do_not_count():
    bare = count("It is an offence to share it.", ENGLISH).syllables
    named = count(
        "It is an offence to share it (Abusive Behaviour and Sexual Harm (Scotland) Act).", ENGLISH
    )
    assert named.syllables <= bare + 4
