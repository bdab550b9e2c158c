"""The rules for images find what breaks them, and the ones we ship keep them."""

import pytest

from ncii.dev.checks import images

pytestmark = pytest.mark.stateless
DIGEST = "sha256:" + "0a" * 32
GOOD = {
    "image": f"redis:7@{DIGEST}",
    "user": "999:999",
    "read_only": True,
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "logging": {"options": {"max-size": "1m"}},
}


def test_ours_keep_the_rules() -> None:
    assert images.main() == 0


@pytest.mark.parametrize("image", ["python", "python:3", f"python@{DIGEST}", f"python:3@{DIGEST}0"])
def test_an_image_without_tag_and_digest_is_found(image: str) -> None:
    assert list(images.unpinned_in_dockerfile(f"ARG BASE={image}\nFROM ${{BASE}}\n"))
    assert list(images.unpinned_in_dockerfile(f"FROM {image} AS base\nFROM base\n"))
    assert list(images.unpinned_in_compose({"redis": GOOD | {"image": image}}))


def test_a_stage_of_ones_own_needs_none() -> None:
    text = f"ARG BASE=python:3@{DIGEST}\nFROM ${{BASE}} AS base\nFROM base\n"
    assert not list(images.unpinned_in_dockerfile(text))
    assert not list(
        images.unpinned_in_compose({"redis": GOOD, "web": {"image": "ncii-hash-bank:1"}})
    )


@pytest.mark.parametrize(
    "change",
    [
        {"read_only": False},
        {"cap_drop": ["NET_RAW"]},
        {"security_opt": []},
        {"user": "0:0"},
        {"user": ""},
        {"cap_add": ["SYS_ADMIN"]},
        {"privileged": True},
        {"logging": {"options": {}}},
    ],
    ids=str,
)
def test_a_container_that_may_do_more_is_found(change: dict[str, object]) -> None:
    assert not list(images.too_free({"redis": GOOD}))
    assert list(images.too_free({"redis": GOOD | change}))


def test_a_secret_in_the_image_is_found() -> None:
    assert list(images.secrets_in_image("ENV SECRET_KEY=x"))
    assert list(images.secrets_in_image("ARG DB_PASSWORD=x"))


@pytest.mark.parametrize("change", [{}, {"stop_grace_period": "30s"}], ids=str)
def test_a_web_service_killed_too_early_is_found(change: dict[str, object]) -> None:
    assert not list(images.too_hasty({"web": GOOD | {"stop_grace_period": "31s"}}))
    assert list(images.too_hasty({"web": GOOD | change}))


def test_files_left_unreadable_are_found() -> None:
    readable = (images.ROOT / "Dockerfile").read_text()
    assert not list(images.kept_to_oneself(readable))
    assert list(images.kept_to_oneself(readable.replace("chmod", "true")))
