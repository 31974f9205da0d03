"""Frozen releases: each record is whole, unchanged, and gives back what its pages held."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from xml.etree import ElementTree

import pytest

from sme_book.site import frozen
from sme_survey.survey.text import LANGUAGES

RELEASES = frozen.releases()
each_release = pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.version)


def test_the_first_release_is_kept():
    first = RELEASES[0]
    assert first.version == "1.0.0"
    assert first.about["commit"] == "c496f9c4dc9ab396f475cc3246d36f9132a3f102"
    assert (len(first.cards), len(first.claims)) == (73, 78)


@each_release
def test_a_record_is_as_it_was_written(release):
    assert release.about["version"] == release.version
    assert re.fullmatch("[0-9a-f]{40}", release.about["commit"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", release.about["date"])
    found = {path.name for path in release.folder.iterdir()} - {frozen.RELEASE}
    assert found == set(release.about["sha256"])
    for name, digest in release.about["sha256"].items():
        assert hashlib.sha256((release.folder / name).read_bytes()).hexdigest() == digest, name


@each_release
def test_a_digest_stands_for_the_rows(release):
    for label in release.cards:
        card = release.card(label, "en")
        content = [[column["name"] for column in card["columns"]], *card["rows"]]
        canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        assert hashlib.sha256(canonical.encode()).hexdigest()[:12] == card["digest"], label


@each_release
def test_words_and_drawings_stand_in_both_languages(release):
    drawn = set()
    for label in release.cards:
        for language in LANGUAGES:
            card = release.card(label, language)
            assert (card["label"], card["lang"]) == (label, language)
            assert card["title"]
            assert card["alt"]
            if card["drawn"]:
                drawn.add((label, language))
                assert ElementTree.fromstring(release.drawings[label, language]).get("viewBox")
        assert release.card(label, "en")["title"] != release.card(label, "ja")["title"]
    assert set(release.drawings) == drawn


@each_release
def test_a_claim_says_where_it_stood_and_what_was_found(release):
    pages = {kept["page"] for kept in release.cards.values()}
    for name, kept in release.claims.items():
        assert kept["page"] in pages
        assert kept["anchor"] == f"claim-{name}"
        assert kept["verdict"]
        assert not kept["card"] or kept["card"] in release.cards
        for language in LANGUAGES:
            for part in ("statement", "label", "evidence"):
                assert kept[part][language], (name, part)


@pytest.mark.parametrize(
    ("english", "japanese", "together"),
    [
        ("a", "a", "a"),
        ("a", "b", {"en": "a", "ja": "b"}),
        ([1, "a"], [1, "b"], [1, {"en": "a", "ja": "b"}]),
        ([1], [1, 2], {"en": [1], "ja": [1, 2]}),
        ({"x": "a", "y": None}, {"x": "b", "y": None}, {"x": {"en": "a", "ja": "b"}, "y": None}),
        ({"x": 1}, {"y": 1}, {"en": {"x": 1}, "ja": {"y": 1}}),
    ],
)
def test_two_editions_become_one_value_and_two_again(english, japanese, together):
    assert frozen.put_together(english, japanese) == together
    assert frozen.told_apart(together, "en") == english
    assert frozen.told_apart(together, "ja") == japanese


def test_releases_are_ordered_by_number_and_a_broken_record_is_named(tmp_path):
    for version in ("1.10.0", "1.2.0", "draft"):
        shutil.copytree(RELEASES[0].folder, tmp_path / frozen.FOLDER / version)
    found = frozen.releases(tmp_path)
    assert [release.version for release in found] == ["1.2.0", "1.10.0"]
    (found[0].folder / frozen.CLAIMS).write_text("[", encoding="utf-8")
    with pytest.raises(frozen.FrozenError, match=r"claims\.json: cannot be read"):
        _ = found[0].claims
