"""Every template compiles, and keeps to the rules that the policy and the promises rest on."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import django
from django.template import TemplateSyntaxError, engines

ROOT = Path(__file__).resolve().parents[3]
_LOADS = {
    "audio": ("src",),
    "embed": ("src",),
    "iframe": ("src", "srcdoc"),
    "image": ("href",),
    "img": ("src", "srcset"),
    "input": ("src",),
    "link": ("href",),
    "object": ("data",),
    "script": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "use": ("href",),
    "video": ("src", "poster"),
}
_ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class _Rules(HTMLParser):
    """Collect what a page of ours must not hold, as (line, sentence)."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._inline = False

    def _tell(self, sentence: str) -> None:
        self.found.append((self.getpos()[0], sentence))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._check_attributes(tag, values)
        self._check_subresources(tag, values)
        if tag == "style":
            self._tell("inline <style>: put it into a style sheet")
        # The policy runs no script without a src, but a data block is not a script.
        is_data = values.get("type", "") == "application/json"
        self._inline = tag == "script" and "src" not in values and not is_data

    def handle_endtag(self, tag: str) -> None:
        self._inline = False

    def handle_data(self, data: str) -> None:
        if self._inline and data.strip():
            self._tell("inline <script>: put it into a static file")

    def _check_attributes(self, tag: str, values: dict[str, str]) -> None:
        if "style" in values:
            self._tell(f"style attribute on <{tag}>: the policy refuses it")
        for name in values:
            if name.startswith("on"):
                self._tell(f"{name} attribute on <{tag}>: the policy refuses it")
        if tag in ("form", "button", "input") and {"enctype", "formenctype"} & set(values):
            self._tell(f"enctype on <{tag}>: no form is multipart")
        if tag == "input" and values.get("type") == "file" and "name" in values:
            self._tell("name on a file input: the file would be sent")
        if values.get("href", "").lower().startswith("javascript:"):
            self._tell(f"javascript: address on <{tag}>")

    def _check_subresources(self, tag: str, values: dict[str, str]) -> None:
        for name in _LOADS.get(tag, ()):
            if _ELSEWHERE.match(values.get(name, "")):
                self._tell(f"<{tag} {name}> loads from another host")


def paths() -> list[Path]:
    """All templates of the project."""
    apps = ("cases", "hashes", "matching", "ncii", "partners")
    folders = [ROOT / "templates", *(ROOT / app / "templates" for app in apps)]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def broken_rules(text: str) -> list[tuple[int, str]]:
    """What is wrong with a template's markup: (line, sentence) pairs."""
    rules = _Rules()
    # A tag inside an attribute's value may hold quotes, which would end the value for the parser.
    rules.feed(re.sub(r"\{[%{#].*?[%}#]\}", _same_length, text, flags=re.DOTALL))
    rules.close()
    return rules.found


def _same_length(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", "x", match.group())


def problems(path: Path) -> Iterator[str]:
    """One line for everything wrong with the template."""
    name = path.relative_to(ROOT)
    text = path.read_text()
    try:
        engines["django"].from_string(text)
    except TemplateSyntaxError as error:
        yield f"{name}: does not compile: {error}"
    if path.suffix in (".html", ".svg"):
        for line, sentence in broken_rules(text):
            yield f"{name}:{line}: {sentence}"


def main() -> int:
    """Print all problems; return 1 where there are any."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ncii.tests.settings")
    django.setup()
    found = [problem for path in paths() for problem in problems(path)]
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(paths())} templates, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
