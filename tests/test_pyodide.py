"""What Pyodide's lock fixes: the versions that draw the book, and the packages of the site."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sme_book.base import publication
from sme_book.base.local import QuietHandler, serving
from sme_book.base.project import ROOT, WHOLE
from sme_book.commands import packages, pins
from sme_book.pages import replay
from sme_book.site import replay_files

LOCK = replay_files.pyodide_lock(ROOT)
PINNED = dict(
    line.split("==")
    for line in (ROOT / pins.PINS).read_text("utf-8").splitlines()
    if not line.startswith("#")
)


def test_the_pins_are_those_of_the_lock():
    assert (ROOT / pins.PINS).read_text("utf-8") == pins.pins(LOCK)
    assert {"numpy", "pandas", "matplotlib"} <= set(PINNED)


def test_the_build_is_pinned_to_them_for_every_python():
    text = (ROOT / "requirements.txt").read_text("utf-8")
    found = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", text, re.M))  # a line without a condition
    assert {name: found.get(name) for name in PINNED} == PINNED


@pytest.mark.parametrize("name", sorted(PINNED))
def test_what_draws_here_is_what_draws_in_a_browser(name: str):
    assert metadata.version(name) == PINNED[name]


def test_the_package_asks_for_the_series_of_matplotlib_that_measured_its_texts():
    [asked] = {
        item.split(";")[0].strip()
        for item in metadata.requires("sme-survey") or []
        if item.startswith(("matplotlib<", "matplotlib>"))
    }
    major, minor = map(int, PINNED["matplotlib"].split(".")[:2])
    assert set(asked.removeprefix("matplotlib").split(",")) == {
        f">={major}.{minor}",
        f"<{major}.{minor + 1}",
    }


# ---- packages for the site -------------------------------------------------------------------

SMALL: dict[str, Any] = {
    "info": {"python": "3.14.2"},
    "packages": {
        name: {
            "depends": ["numpy"] if name != "numpy" else [],
            "file_name": f"{name}-1-py3-none-any.whl",
            "sha256": hashlib.sha256(name.encode()).hexdigest(),
        }
        for name in ("numpy", *replay_files.OFFERED)
    },
}


@contextmanager
def host(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """A server of files in ``v1/full/``; gives its address and what was asked for."""
    asked: list[str] = []

    class Noting(QuietHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            super().do_GET()

    with serving(folder, Noting) as address:
        yield address, asked


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    folder = tmp_path / "served/v1/full"
    folder.mkdir(parents=True)
    for name, package in SMALL["packages"].items():
        (folder / package["file_name"]).write_text(name)
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run the command against a host, with a lock of small packages."""
    monkeypatch.setattr(packages, "pyodide_lock", lambda root: SMALL)
    monkeypatch.setattr(packages, "pyodide_version", lambda root: "1")

    def command(address: str) -> int:
        setting = {"replay_packages": f"{address}v{{version}}/full"}
        monkeypatch.setattr(publication, "settings", lambda root: setting)
        return packages.main([str(tmp_path / "dist")])

    return command


def test_packages_are_fetched_once_and_go_into_a_site(offered: Path, run, tmp_path: Path, capsys):
    with host(tmp_path / "served") as (address, asked):
        assert run(address) == 0
        assert len(asked) == len(SMALL["packages"])
        (tmp_path / "dist/numpy-1-py3-none-any.whl").write_text("cut short")
        asked.clear()
        assert run(address) == 0
        assert asked == ["/v1/full/numpy-1-py3-none-any.whl"]
    assert "complete, 1 fetched" in capsys.readouterr().out
    copied = replay_files.copy_packages(tmp_path / "dist", SMALL, tmp_path / "site")
    assert copied == sorted(SMALL["packages"])


def test_a_file_that_the_lock_does_not_name_is_not_kept(offered: Path, run, tmp_path, capsys):
    (offered / "pandas-1-py3-none-any.whl").write_text("another")
    with host(tmp_path / "served") as (address, _):
        assert run(address) == 1
    said = capsys.readouterr().err
    assert "pandas-1-py3-none-any.whl: its SHA-256 is" in said
    assert SMALL["packages"]["pandas"]["sha256"] in said
    assert not list((tmp_path / "dist").glob("pandas*"))


def test_a_host_without_the_file_or_without_an_answer_is_named(run, tmp_path, capsys):
    (tmp_path / "served").mkdir()
    with host(tmp_path / "served") as (address, _):
        assert run(address) == 1
    assert re.search(r"v1/full/\S+\.whl: could not be fetched \(.*404", capsys.readouterr().err)
    assert run(address) == 1
    assert "could not be fetched" in capsys.readouterr().err


# ---- another host ----------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["cdn.example.org", "https://x.org/{version}/a b", "ftp://x/"])
def test_a_malformed_host_is_refused(address: str, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(publication, "settings", lambda root: {"replay_packages": address})
    with pytest.raises(publication.AddressError, match=r"^replay_packages in _config\.yml: "):
        publication.packages_host()
    assert packages.main([str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error: replay_packages in _config.yml")


def test_a_page_may_ask_the_host_that_the_setting_names_and_no_other(monkeypatch):
    monkeypatch.delenv("PYODIDE_DIST", raising=False)
    monkeypatch.setenv(WHOLE, "1")
    setting = {"replay_packages": "https://mirror.example.org:8443/pyodide/v{version}/full/"}
    monkeypatch.setattr(publication, "settings", lambda root: setting)
    app = SimpleNamespace(env=SimpleNamespace(sme_replay={"a": {}}))
    context = {"policy": {"script-src": [], "connect-src": ["'self'"]}}
    replay.allow_python(app, "a", "page.html", context, None)  # type: ignore[arg-type]
    assert context["policy"]["connect-src"] == ["'self'", "https://mirror.example.org:8443"]
    assert publication.packages_host() == setting["replay_packages"]


def test_the_built_site_asks_for_packages_where_the_setting_says(site: Path):
    manifest = json.loads((site / "_replay/core.json").read_text("utf-8"))
    if manifest["packages"]["local"]:
        assert manifest["packages"]["address"] == "packages/"
        return
    version = replay_files.pyodide_version(ROOT)
    assert manifest["packages"]["address"] == publication.packages_host().replace(
        "{version}", version
    )
