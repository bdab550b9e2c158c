"""The template check finds each thing it forbids, and nothing in markup that keeps the rules."""

import pytest

from ncii.dev.checks.templates import broken_rules

pytestmark = pytest.mark.stateless

GOOD = """{% load static %}
<link rel="stylesheet" href="{% static "site.css" %}">
<script type="module" src="{% static "hashes/page.js" %}"></script>
<script type="application/json" id="limits">{"files": 20}</script>
<form method="post" action="{% url "cases:check" %}"><input type="file" multiple></form>
<a href="https://www.example.org/" rel="noreferrer">help elsewhere</a>
<img src="{% static "a.svg" %}" alt="{% translate "A \\"quoted\\" word" %}">
"""


def test_markup_that_keeps_the_rules_passes():
    assert broken_rules(GOOD) == []


@pytest.mark.parametrize(
    ("markup", "word"),
    [
        ("<p style='color:red'>", "style attribute"),
        ("<style>p{}</style>", "inline <style>"),
        ("<script>go()</script>", "inline <script>"),
        ("<body onload='go()'>", "onload"),
        ("<form enctype='multipart/form-data'>", "enctype"),
        ("<button formenctype='multipart/form-data'>", "enctype"),
        ("<input type='file' name='picture'>", "file input"),
        ("<img src='https://cdn.example.org/a.png'>", "another host"),
        ("<script src='//cdn.example.org/a.js'></script>", "another host"),
        ("<link rel='stylesheet' href='http://example.org/a.css'>", "another host"),
        ("<a href='javascript:go()'>", "javascript:"),
    ],
)
def test_each_forbidden_thing_is_found(markup: str, word: str):
    found = broken_rules(f"<p>\n{markup}")
    assert [line for line, _ in found] == [2]
    assert word in found[0][1]
