"""A file that is torn, cut, foreign or gone never answers: it is refused, whatever byte is wrong."""

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from matching.index import soundness
from matching.index.bands import Bands
from matching.index.base import Base
from matching.index.codes import from_hex
from matching.index.layout import MAGIC, PAGE, Anchor, BadFile, Layout, OtherFormat, Unopened
from matching.index.writer import write
from matching.tests.index_data import batches, random_values

pytestmark = pytest.mark.stateless

VALUES = random_values(300)
LAYOUT = Layout(len(VALUES), Bands(16))
SPANS = {name: getattr(LAYOUT, name) for name in ("codes", "keys", "slots", "postings", "checks")}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "pdq-1.index"
    write(path, batches(VALUES), Anchor(7, 8))
    return path


@pytest.fixture
def path(tmp_path: Path, sound: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path))


def damage(path: Path, sound: Path, at: int, change: int) -> None:
    content = bytearray(sound.read_bytes())
    content[at] ^= change
    path.write_bytes(content)


def read_through(path: Path) -> None:
    """As the first process after a boot does, beside its answers."""
    Base.open(path).prove()


def test_a_sound_file_says_what_it_holds(path: Path) -> None:
    header = Base.open(path).header
    assert (header.rows, header.anchor, header.bands) == (300, Anchor(7, 8), LAYOUT.bands)
    assert path.stat().st_size == header.file_bytes == LAYOUT.size


@pytest.mark.parametrize("name", SPANS)
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_one_wrong_bit_in_any_array_is_seen(path: Path, sound: Path, name: str, where: str) -> None:
    span = SPANS[name]
    last = span.offset + span.length * span.dtype.itemsize - 1
    at = {"first": span.offset, "middle": (span.offset + last) // 2, "last": last}[where]
    damage(path, sound, at, 1)
    with pytest.raises(BadFile, match="damaged checks" if name == "checks" else "damaged body"):
        read_through(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 143), st.integers(1, 255))
def test_one_wrong_byte_in_the_header_is_seen(
    path: Path, sound: Path, at: int, change: int
) -> None:
    damage(path, sound, at, change)
    with pytest.raises(BadFile):
        Base.open(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@example(0)
@example(1)
@example(PAGE)
@example(LAYOUT.size - 1)
@given(st.integers(0, LAYOUT.size - 1))
def test_a_file_cut_anywhere_is_refused(path: Path, sound: Path, length: int) -> None:
    path.write_bytes(sound.read_bytes()[:length])
    with pytest.raises(BadFile):
        Base.open(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7" * 10_000,
        MAGIC + b"\0" * 100_000,
        b"\x93NUMPY" + b"\1" * 10_000,
    ],
)
def test_a_foreign_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadFile):
        Base.open(path)


def test_a_longer_file_a_folder_and_nothing_are_refused(path: Path, sound: Path) -> None:
    path.write_bytes(sound.read_bytes() + b"\0")
    with pytest.raises(BadFile, match="bytes long"):
        Base.open(path)
    path.unlink()
    with pytest.raises(BadFile):
        Base.open(path)
    path.mkdir()
    with pytest.raises(BadFile):
        Base.open(path)


def test_a_torn_page_is_seen_though_the_file_was_stamped_before(path: Path, sound: Path) -> None:
    """The stamp spares the reading only while nobody has written to the file."""
    read_through(path)
    with path.open("r+b") as file:
        file.seek(SPANS["postings"].offset)
        file.write(b"\0" * PAGE)
    with pytest.raises(BadFile, match="damaged body"):
        read_through(path)


def test_a_stamped_file_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_through(path)

    def unread(file: int, at: int, end: int) -> bytes:
        raise AssertionError("read through a second time")

    monkeypatch.setattr(soundness, "_digest", unread)
    assert Base.open(path).pages.whole
    read_through(path)


def test_opening_reads_the_header_and_the_digests_and_no_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of a file that nobody has read since the boot: however large, it is there at once."""
    read: list[tuple[int, int]] = []
    pread = os.pread

    def counted(file: int, length: int, at: int) -> bytes:
        read.append((at, length))
        return pread(file, length, at)

    monkeypatch.setattr(os, "pread", counted)
    assert not Base.open(path).pages.whole
    checks = SPANS["checks"]
    assert read == [(0, PAGE), (checks.offset, checks.end - checks.offset)]


def test_another_boot_reads_the_file_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut may have torn what this boot has not written."""
    read_through(path)
    other_boot = path.with_name("boot")
    other_boot.write_text("another boot\n")
    monkeypatch.setattr(soundness, "_BOOT", other_boot)
    read: list[int] = []

    def counted(file: int) -> bytes:
        read.append(file)
        return digest(file)

    digest = soundness.body_digest
    monkeypatch.setattr(soundness, "body_digest", counted)
    assert not Base.open(path).pages.whole
    read_through(path)
    read_through(path)
    assert len(read) == 1


def test_an_open_index_outlives_its_file(path: Path) -> None:
    base = Base.open(path)
    soundness.forget(path)
    assert list(path.parent.iterdir()) == []
    hits = base.search(from_hex(VALUES), 0)
    assert sorted(hits.rows.tolist()) == list(range(300))


def test_a_file_of_another_release_is_told_from_a_damaged_one(path: Path, sound: Path) -> None:
    content = bytearray(sound.read_bytes())
    content[8:12] = (1).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(OtherFormat, match="format 1, not 2"):
        Base.open(path)


def test_what_the_system_does_not_open_says_nothing_of_the_file(path: Path) -> None:
    """As with too many files open, or too little memory: the file stays where it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        with pytest.raises(Unopened):
            Base.open(path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    read_through(path)


def test_slots_that_lead_out_of_the_file_are_an_error_and_no_crash(path: Path) -> None:
    base = Base.open(path)
    base.prove()
    for name, worst in (("slots", 2**31), ("postings", 2**31)):
        broken = {name: getattr(base, name).copy()}
        broken[name][::2] = worst
        with pytest.raises(IndexError):
            Base(**(base.__dict__ | broken)).search(from_hex(VALUES), 31)


def test_a_full_disk_is_an_error_before_anything_is_mapped(tmp_path: Path) -> None:
    """In a process of its own, whose files may not grow beyond what the codes alone take."""
    script = (
        "import sys; from pathlib import Path\n"
        "import django; django.setup()\n"
        "from matching.index.layout import Anchor; from matching.index.writer import write\n"
        "from matching.tests.index_data import batches, random_values\n"
        "write(Path(sys.argv[1]) / 'pdq-1.building', batches(random_values(300)), Anchor(1, 1))\n"
    )

    def no_more_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        preexec_fn=no_more_space,
        env=os.environ
        | {"PYTHONDONTWRITEBYTECODE": "1", "DJANGO_SETTINGS_MODULE": "ncii.tests.settings"},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("OSError: [Errno 27]")
