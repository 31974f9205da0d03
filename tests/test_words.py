"""Words of the Japanese edition: one term for one thing, and none of the variants of 1.0.0."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterator

import pytest

from sme_book.base import editions
from sme_book.base.project import ROOT
from sme_book.pages import citing, panels
from sme_book.site import frozen

KANJI = "[ぁ-んァ-ヶ一-龠]"
# What must not occur, and what stands for it.
VARIANTS = {
    "母数|基数|分母": "n（集計対象）",
    "回収率|回収は": "有効回答率",
    "単数回答": "単一回答",
    "割り当て": "割付",
    "言明": "記述",
    "再実行": "再計算",
    "ブラウザー": "ブラウザ",
    "頁": "ページ",
    r"(?<![A-Za-z])pp?\. ?\{?\d": "Nページ",
    "非公表": "未収録",
    # an option of the survey and what cases tell are audits; ours are not
    "(?<!セキュリティ)(?<!内部|外部|よる)監査(?!（|協力|を受け)": "点検",
    "正誤": "表記の相違、訂正",
    "全て": "すべて",
    "うえで": "上で",
    "ほうが": "方が",
    "わか(?:る|り|っ|れ)": "分かる",
    "[二三四五六七八九]割|[一二三四五六七八九十百千]+(?:社|年間|パーセント|ポイント)": "算用数字",
    r"(?<![\d数])百万円": "100万円、見出しの引用では1百万円",
    rf"(?<!\])\([^()\n]*{KANJI}[^()\n]*\)": "全角の括弧",
    "ポイント変化した": "増加した、減少した",
    "偶然を超える": "有意な差",
    "この複製": "この版",
}
# Corrections name what an earlier version said.
QUOTES_VARIANTS = {"data/errata.csv"}


def japanese_of(node: ast.AST) -> str:
    """The constant parts of a text, with a sign in the place of what is filled in."""
    return "".join(
        item.value if isinstance(item, ast.Constant) and isinstance(item.value, str) else "◯"
        for item in (node.values if isinstance(node, ast.JoinedStr) else [node])
    )


def texts_in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
            yield from (japanese_of(item) for item in node.args[1:2])


def written() -> Iterator[tuple[str, str]]:
    """Every Japanese text of the sources with the file it stands in; option labels are quoted."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for text in texts_in_code(path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix(), text
    for path in sorted((ROOT / "book").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(ROOT).as_posix(), editions.filter_markdown(text, "ja")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            name = path.relative_to(ROOT).as_posix()
            if cell["cell_type"] == "code":
                yield from ((name, text) for text in texts_in_code(source))
            elif "lang-ja" in cell["metadata"].get("tags", []):
                yield name, source
    for path in sorted((ROOT / "data").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                for column, text in row.items():
                    if column.endswith("_ja") and column != "wording_ja":
                        yield path.relative_to(ROOT).as_posix(), text
    yield from described(json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8")))


def described(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key.endswith("_ja"):
                yield "data/datapackage.json", str(item)
            else:
                yield from described(item)
    elif isinstance(value, list):
        for item in value:
            yield from described(item)


def variants_in(texts: Iterator[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """File, variant as it stands with its surroundings, and what should stand there."""
    return [
        (file, text[max(0, found.start() - 12) : found.end() + 12], instead)
        for file, text in texts
        if file not in QUOTES_VARIANTS
        for pattern, instead in VARIANTS.items()
        for found in re.finditer(pattern, text)
    ]


def test_no_variant_stands_in_any_text():
    assert variants_in(written()) == []


def test_the_text_of_the_first_release_does_not_pass():
    """What was read and found wanting then is still found, so the test can fail."""
    release = frozen.releases()[0]
    texts = [json.dumps(release.card(label, "ja"), ensure_ascii=False) for label in release.cards]
    texts += [json.dumps(kept, ensure_ascii=False) for kept in release.claims.values()]
    found = {instead for _, _, instead in variants_in((release.version, text) for text in texts)}
    assert {"n（集計対象）", "記述", "Nページ", "点検"} <= found


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("割合の母数となる", "n（集計対象）"),
        ("報告書 p. 5", "Nページ"),
        ("全体（注）と(注記)", "全角の括弧"),
        ("6.7ポイント変化した", "増加した、減少した"),
        ("五割を超える", "算用数字"),
        ("百社のうち", "算用数字"),
    ],
)
def test_a_variant_is_named(text, instead):
    assert instead in {item[2] for item in variants_in(iter([("x", text)]))}


@pytest.mark.parametrize(
    "text",
    ["「1百万円未満」", "[表](tables.md)の「わからない」", "情報セキュリティ監査", "f(x)を求める"],
)
def test_what_is_no_variant_passes(text):
    assert variants_in(iter([("x", text)])) == []


def test_no_page_in_japanese_has_an_english_tooltip(site):
    for path in (site / "ja").rglob("*.html"):
        assert "Link to this heading" not in path.read_text(encoding="utf-8"), path.name


# ---- controls speak to the reader -------------------------------------------------------------

POLITE = re.compile(r"(?:ます|ません|ました|です|でした|ください|ましょう)$")
CONTROLS = {
    **{key: text.ja for key, text in panels.SAY.items()},
    **{key: text.ja for key, text in citing.SAY.items()},
    **{
        key: text.ja
        for key, text in editions.WORDS.items()
        if re.match(r"search_|cop|own_|not_drawn|no_", key)
    },
}


@pytest.mark.parametrize("key", sorted(CONTROLS))
def test_controls_and_messages_are_polite(key):
    for sentence in re.findall(r"[^。]+(?=。)", CONTROLS[key]):
        ending = re.sub(r"（[^）]*）$", "", sentence)
        assert POLITE.search(ending) or not re.search("[ぁ-ん]$", ending), sentence
