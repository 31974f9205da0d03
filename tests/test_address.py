"""Where the site stands, said for one build: `make book ADDRESS=... REPOSITORY=...`."""

from __future__ import annotations

import os
import subprocess

import pytest

from sme_book.base import inputs, publication
from sme_book.base.project import ROOT
from sme_book.commands import build

ADDRESS, REPOSITORY = "SME_BOOK_ADDRESS", "SME_BOOK_REPOSITORY"
GOOD = [
    "https://example.org/",
    "https://example.org/survey",
    "http://127.0.0.1:8000/",
    "https://someone.github.io/sme-survey-book/v1.1/",
    "http://[::1]:8000/",
]
BAD = {
    "example.org/survey": "does not begin with",
    "ftp://example.org/": "does not begin with",
    "https:///survey/": "names no host",
    "https://-example.org/": "names no host",
    "https://example .org/": "a space",
    "https://例え.jp/": "a letter",
    "https://example.org:port/": "cannot be read",
    "https://[::1/": "cannot be read",
    "https://someone:word@example.org/": "name of a user",
    "https://example.org/?page=1": "a query",
    "https://example.org/#top": "a query or a fragment",
    "https://example.org/index.html": "not the address of a folder",
    'https://example.org/">': "not the address of a folder",
}


@pytest.mark.parametrize("address", GOOD)
def test_what_a_build_is_given_wins_over_the_setting(address: str, monkeypatch):
    monkeypatch.setenv(ADDRESS, address)
    book = publication.book()
    assert book.address == address.rstrip("/") + "/"
    assert book.url("en/x.html") == f"{book.address}en/x.html"
    monkeypatch.delenv(ADDRESS)
    assert publication.book().address == str(publication.settings()["site_address"])


@pytest.mark.parametrize("address", BAD)
def test_a_malformed_address_is_refused_with_the_reason(address: str, monkeypatch):
    monkeypatch.setenv(ADDRESS, address)
    with pytest.raises(publication.AddressError, match=r"^ADDRESS: ") as error:
        publication.book()
    assert BAD[address] in str(error.value)
    assert repr(address) in str(error.value)
    assert "https://example.org/survey/" in str(error.value)


def test_the_setting_is_held_against_the_same_rules(monkeypatch):
    monkeypatch.delenv(ADDRESS, raising=False)
    monkeypatch.setattr(publication, "settings", lambda root: {"site_address": "example.org"})
    with pytest.raises(publication.AddressError, match=r"^site_address in _config\.yml: 'example"):
        publication.book()


def test_a_repository_may_be_given_by_its_short_name(monkeypatch):
    monkeypatch.setenv(REPOSITORY, "some/where")
    assert publication.book().repository == "https://github.com/some/where"
    monkeypatch.setenv(REPOSITORY, "where")
    with pytest.raises(publication.AddressError, match=r"^REPOSITORY: 'where'"):
        publication.book()


def test_the_build_says_so_before_it_does_anything(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(ADDRESS, "example.org")
    assert build.main(["--output", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("ADDRESS: 'example.org' does not begin with")
    assert not (tmp_path / "out").exists()


def test_another_address_is_another_build(monkeypatch):
    monkeypatch.delenv(ADDRESS, raising=False)
    plain = inputs.digest(ROOT, inputs.ALL, inputs.settings())
    monkeypatch.setenv(ADDRESS, GOOD[0])
    assert inputs.digest(ROOT, inputs.ALL, inputs.settings()) != plain


def seen_by_make(*given: str) -> list[str]:
    recipe = f'shown: ; @echo "$${{{ADDRESS}:-}} $${{{REPOSITORY}:-}}"'
    return subprocess.run(
        ["make", "--no-print-directory", f"--eval={recipe}", "shown", *given],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SME_BOOK")}
        | {"ADDRESS": "https://from.the.environment/"},
    ).stdout.split()  # fmt: skip


def test_make_hands_on_what_it_was_told_and_nothing_that_lies_about():
    assert seen_by_make() == []
    given = ["ADDRESS=https://example.org/", "REPOSITORY=some/where"]
    assert seen_by_make(*given) == ["https://example.org/", "some/where"]
