"""The comparison behind `python -m sme_book reproduce` sees what differs.

The two whole builds are compared by that command, which `make test` runs as a step of its own.
"""

from pathlib import Path

import pytest

from sme_book.commands.reproduce import differences


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("first", "second"):
        (tmp_path / name / "en").mkdir(parents=True)
        (tmp_path / name / "en/page.html").write_text("<p>37.5</p>")
        (tmp_path / name / "index.html").write_text("<p>start</p>")
    return tmp_path / "first", tmp_path / "second"


def test_equal_folders_have_no_differences(sites):
    assert differences(*sites) == []


def test_one_changed_byte_is_named(sites):
    (sites[1] / "en/page.html").write_text("<p>37.6</p>")
    (found,) = differences(*sites)
    assert found.startswith("en/page.html: differs from byte 6 on")


def test_a_longer_file_is_named(sites):
    (sites[1] / "index.html").write_text("<p>start</p>\n")
    (found,) = differences(*sites)
    assert found.startswith("index.html: differs from byte 12 on")


def test_a_file_on_one_side_is_named(sites):
    (sites[0] / "en/more.html").write_text("")
    assert differences(*sites) == ["en/more.html: in one build only"]
