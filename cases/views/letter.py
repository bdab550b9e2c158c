"""A removal request that the person's own device writes."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from cases import letter as words
from cases.directory.models import Platform
from cases.views.pages import telling


@telling
def letter(request: HttpRequest) -> HttpResponse:
    """Hand over the letter's words, in the page's language and in English; nothing comes back."""
    language = translation.get_language() or "en"
    names = dict(settings.LANGUAGES)
    letters = {}
    for code in dict.fromkeys((language, "en")):
        with translation.override(code):
            direction = "rtl" if translation.get_language_bidi() else "ltr"
            letters[code] = {"direction": direction, "paragraphs": words.letter()}
    context = {
        "platforms": Platform.objects.all(),
        "languages": [(code, names[code]) for code in letters],
        "by_hand": words.by_hand(),
        "words": {"letters": letters, **words.page_words()},
    }
    return render(request, "pages/letter.html", context)
