"""Plain words: how hard each text of the catalogues is to read, in English and in French.

English: the Flesch–Kincaid grade (Kincaid et al., 1975), in years of school. French: the reading
ease of Kandel and Moles (1958), from 0 (hard) to 100 (easy). Both come from the mean length of the
sentences in words and of the words in syllables. Syllables are counted by groups of vowels, so a
single text is only known roughly: the limit for one is wide, the one for all texts together is not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import polib

from ncii.dev.messages import LOCALE

# Shorter texts are labels; a formula made for prose says nothing about them.
LEAST_WORDS = 12
LONGEST_SENTENCE = 28
WORST_SHOWN = 8
# Names of laws, services and file types cannot be made plainer.
_NAMES = re.compile(
    r"\(.*?\)|“.*?”|« .*? »|[A-Z][\w’]*(?:[ -]+(?:[A-Z][\w’]*|of|the|and|on))* Act\b"
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|<[^>]+>")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_END = re.compile(r"[.!?:;…]+(?:\s|$)|\n")
_ENGLISH_VOWELS = re.compile(r"[aeiouy]+")
_FRENCH_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+")


@dataclass(frozen=True)
class Text:
    """What is counted of a text."""

    text: str
    words: int
    sentences: int
    syllables: int
    longest: int


@dataclass(frozen=True)
class Measure:
    """How a language is measured: `badness` grows with difficulty; the limits are for it."""

    name: str
    unit: str
    syllables: Callable[[str], int]
    badness: Callable[[float, float], float]
    limit: float
    limit_of_all: float


def english_syllables(word: str) -> int:
    """Count groups of vowels, without a silent e at the end."""
    plain = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])e[ds]$|’s$", "", word.lower())
    return max(1, len(_ENGLISH_VOWELS.findall(plain)))


def french_syllables(word: str) -> int:
    """Count groups of vowels, without a silent ending (-e, -es, -ent of verbs is kept)."""
    plain = re.sub(r"(?<=[^aeiouyéèêà])es?$", "", word.lower())
    return max(1, len(_FRENCH_VOWELS.findall(plain)))


ENGLISH = Measure(
    "en", "grade", english_syllables, lambda s, w: 0.39 * s + 11.8 * w - 15.59, 10.5, 5.0
)
FRENCH = Measure(
    "fr",
    "100 - ease",
    french_syllables,
    lambda s, w: 100 - (207 - 1.015 * s - 73.6 * w),
    60.0,
    35.0,
)


def count(text: str, measure: Measure) -> Text:
    """Count sentences, words and syllables of running text; names and placeholders are one word."""
    plain = _NAMES.sub("X", _PLACEHOLDER.sub("X", text))
    sentences = [_WORD.findall(part) for part in _END.split(plain)]
    lengths = [len(words) for words in sentences if words]
    syllables = sum(measure.syllables(word) for words in sentences for word in words)
    return Text(text, sum(lengths), max(1, len(lengths)), syllables, max(lengths, default=0))


def difficulty(texts: Iterable[Text], measure: Measure) -> float:
    """Return how hard the texts are to read together."""
    counted = list(texts)
    words = sum(each.words for each in counted) or 1
    sentences = sum(each.sentences for each in counted) or 1
    return measure.badness(words / sentences, sum(each.syllables for each in counted) / words)


def problems(texts: Iterable[str], measure: Measure) -> list[str]:
    """Return one line for each text that is too hard, and one if all of them together are."""
    counted = [count(text, measure) for text in texts]
    prose = [each for each in counted if each.words >= LEAST_WORDS]
    found = []
    for each in prose:
        hard = difficulty([each], measure)
        if hard > measure.limit or each.longest > LONGEST_SENTENCE:
            found.append(
                f"{measure.name}: {measure.unit} {hard:.1f}, longest sentence {each.longest} words: "
                f"{each.text!r}"
            )
    together = difficulty(prose, measure)
    worst = sorted(prose, key=lambda each: -difficulty([each], measure))[:WORST_SHOWN]
    print(
        f"{measure.name}: {len(prose)} texts, {measure.unit} {together:.1f} together; the hardest:"
    )
    for each in worst:
        print(f"  {difficulty([each], measure):5.1f}  {each.text[:110]!r}")
    if together > measure.limit_of_all:
        found.append(f"{measure.name}: all texts together: {measure.unit} {together:.1f}")
    return found


def main() -> int:
    """Print the hardest texts, and those over a limit; return 1 where there are any."""
    catalogue = polib.pofile(str(LOCALE / "fr" / "LC_MESSAGES" / "django.po"))
    entries = [entry for entry in catalogue if not entry.obsolete]
    english = [text for e in entries for text in (e.msgid, e.msgid_plural) if text]
    french = [t for e in entries for t in (e.msgstr, *e.msgstr_plural.values()) if t]
    found = [*problems(english, ENGLISH), *problems(french, FRENCH)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
