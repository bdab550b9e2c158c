"""No pattern of the product can be made to compute for long by what somebody sends."""

import ast
import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# The standard library's own parser of patterns; it has no public name.
parser: Any = re._parser
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("ncii", "hashes", "partners", "matching", "cases")
ELSEWHERE = {"tests", "migrations", "dev", "node_modules"}
METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
LENGTH = 50_000
CPU_SECONDS = 5
MANY = 6  # characters of a pattern that strings are made from
TAILS = ("\x00", "!", "\n\n")
SAMPLES = {"CATEGORY_DIGIT": "0", "CATEGORY_WORD": "a_", "CATEGORY_SPACE": " "}
# Reads flags, patterns and strings; dies of its limit if one of them is slow.
TRY = """
import json, re, sys
pattern, flags, methods, texts = json.load(sys.stdin)
compiled = re.compile(pattern, flags)
for text in texts:
    if "search" in methods:
        any(True for _ in compiled.finditer(text))
    if "fullmatch" in methods:
        compiled.fullmatch(text)
    if "match" in methods:
        compiled.match(text)
"""
Found = tuple[str, int, tuple[str, ...]]


def _used(tree: ast.AST, name: str) -> tuple[str, ...]:
    """Return how a module uses a compiled pattern of its own; every way if it does not show."""
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
        and node.attr in METHODS
    }
    return tuple({each if each in ("match", "fullmatch") else "search" for each in used}) or (
        "search",
        "fullmatch",
    )


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        of_re = isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "re"
        if of_re and name in METHODS | {"compile"} or name in ("RegexValidator", "re_path"):
            yield node, name


def _in_module(path: Path) -> Iterator[tuple[str, Found]]:
    tree = ast.parse(path.read_text())
    named = {
        id(node.value): node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for call, name in _calls(tree):
        where = f"{path.relative_to(ROOT)}:{call.lineno}"
        pattern = call.args[0]
        if not (isinstance(pattern, ast.Constant) and isinstance(pattern.value, str)):
            yield where, ("", 0, ())
            continue
        ignorecase = any(getattr(each, "attr", "") == "IGNORECASE" for each in call.args[1:])
        flags = re.IGNORECASE.value if ignorecase else 0
        methods: tuple[str, ...] = ("search", "fullmatch")
        if id(call) in named:
            methods = _used(tree, named[id(call)])
        elif name in ("match", "fullmatch"):
            methods = (name,)
        yield where, (pattern.value, flags, methods)


def _of_routes(routes: list[Any]) -> Iterator[str]:
    for route in routes:
        if isinstance(route, URLResolver):
            yield from _of_routes(route.url_patterns)
        elif isinstance(route, URLPattern):
            yield route.pattern.regex.pattern


def of_product() -> dict[str, Found]:
    """Return every pattern in our code by its place; an empty one where it is no literal."""
    return {
        where: found
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if not ELSEWHERE & set(path.relative_to(ROOT).parts)
        for where, found in _in_module(path)
    }


def _children(argument: Any) -> Iterator[Any]:
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for each in argument:
            yield from _children(each)


def characters(tree: Any) -> set[str]:
    """Return one sample of each kind of character that a parsed pattern can take."""
    taken: set[str] = set()
    for op, argument in tree:
        if str(op) == "LITERAL":
            taken.add(chr(argument))
        elif str(op) == "RANGE":
            taken.add(chr(argument[0]))
        elif str(op) == "CATEGORY":
            taken |= set(SAMPLES.get(str(argument), "-"))
        elif str(op) in ("ANY", "NOT_LITERAL") or (
            str(op) == "IN" and str(argument[0][0]) == "NEGATE"
        ):
            taken.add("~")
        elif str(op) == "IN":
            taken |= characters(argument)
        for child in _children(argument):
            taken |= characters(child)
    return taken


def nests(tree: Any) -> bool:
    """Return whether an unbounded repeat is all that another one repeats, as in (a+)+."""
    for op, argument in tree:
        if str(op) in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] == parser.MAXREPEAT:
            inner = list(argument[2])
            while len(inner) == 1 and str(inner[0][0]) == "SUBPATTERN":
                inner = list(inner[0][1][-1])
            alone = len(inner) == 1 and str(inner[0][0]) in ("MAX_REPEAT", "MIN_REPEAT")
            if alone and inner[0][1][1] == parser.MAXREPEAT:
                return True
        if any(nests(child) for child in _children(argument)):
            return True
    return False


def adversarial(pattern: str) -> list[str]:
    """Return long strings of the pattern's own characters that end in what it does not take."""
    own = sorted(characters(parser.parse(pattern)))[-MANY:] or ["a"]
    units = {"".join(pair) if pair[0] != pair[1] else pair[0] for pair in product(own, own)}
    return [(unit * LENGTH)[:LENGTH] + tail for unit in sorted(units) for tail in TAILS]


def is_slow(pattern: str, flags: int = 0, methods: tuple[str, ...] = ("search",)) -> bool:
    """Return whether a process with a few seconds of CPU dies of the pattern."""
    ran = subprocess.run(
        [sys.executable, "-S", "-c", TRY],
        input=json.dumps([pattern, flags, methods, adversarial(pattern)]),
        text=True,
        capture_output=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS)),
    )
    assert ran.returncode <= 0, ran.stderr
    return ran.returncode < 0


def test_slow_ones_would_be_found() -> None:
    for planted in (r"(a+)+$", r"((?:[a-z]*)*)!"):
        assert nests(parser.parse(planted)), planted
    assert not nests(parser.parse(r"[a-z]+(?:\.[a-z]+)*$"))
    assert is_slow(r"(a+)+$")
    assert is_slow(r"[\w.]+@")


@pytest.mark.parametrize("where", of_product())
def test_no_pattern_of_ours_is_slow(where: str) -> None:
    pattern, flags, methods = of_product()[where]
    if not pattern:
        pytest.fail("A pattern that is made at run time can't be tested: write it as a literal.")
    assert not nests(parser.parse(pattern)), pattern
    assert not is_slow(pattern, flags, methods), pattern


def test_no_route_nests_repeats() -> None:
    patterns = set(_of_routes(get_resolver().url_patterns))
    assert len(patterns) > len(ROOMS)
    assert [each for each in patterns if nests(parser.parse(each))] == []
