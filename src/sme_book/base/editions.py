"""One source, two editions: what stays of a page in each language, and the words around it.

A notebook holds each passage twice, as a cell tagged ``lang-en`` and a cell tagged ``lang-ja``; a
Markdown page holds them after the lines ``% lang: en``, ``% lang: ja`` and ``% lang: all``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sme_survey.survey.text import Language, Text

# Words of the site's frame. A key stands for the same thing in templates, scripts and cards.
WORDS: dict[str, Text] = {
    "book_title": Text(
        "Information Security Measures in Small and Medium-sized Enterprises, Recomputed",
        "中小企業の情報セキュリティ対策を再計算する",
    ),
    "book_short": Text("SME Security Survey 2021", "中小企業セキュリティ調査2021"),
    "book_subtitle": Text(
        "A reproducible edition of the FY2021 survey in Japan",
        "2021年度実態調査の再現可能な版",
    ),
    "credit": Text(
        "Source: Information-technology Promotion Agency, Japan (IPA), FY2021 Survey on "
        "Information Security Measures in Small and Medium-sized Enterprises (March 2022). "
        "This is an independent work, not IPA's.",
        "出典：独立行政法人情報処理推進機構（IPA）「2021年度中小企業における情報セキュリティ対策に"
        "関する実態調査」（2022年3月）。本書は独立した著作物であり、IPAの著作物ではない。",
    ),
    "licence": Text(
        "Code: MIT. Our text and figures: CC BY 4.0. No licence is claimed over IPA's numbers.",
        "コードはMIT、本書の文章と図はCC BY 4.0。IPAの数値には何らの許諾条件も主張しない。",
    ),
    "licences": Text("Licences", "ライセンス"),
    "cite": Text("How to cite", "引用の方法"),
    "home": Text("About this book", "本書について"),
    "skip": Text("Skip to the text", "本文へ移動"),
    "contents": Text("Contents", "目次"),
    "on_this_page": Text("On this page", "このページの内容"),
    "search": Text("Search", "検索"),
    "search_book": Text("Search this book", "本書を検索"),
    "search_go": Text("Search", "検索する"),
    "other_language": Text("日本語", "English"),
    "other_language_hint": Text("この頁の日本語版", "This page in English"),
    "theme": Text("Colour theme", "配色"),
    "theme_auto": Text("Colours: as the system", "配色：端末に合わせる"),
    "theme_light": Text("Colours: light", "配色：明るい"),
    "theme_dark": Text("Colours: dark", "配色：暗い"),
    "code_figure": Text("Code of this figure", "この図のコード"),
    "code_table": Text("Code of this table", "この表のコード"),
    "code_numbers": Text("How these numbers were computed", "数値の計算"),
    "code_output": Text("Code", "コード"),
    "code_nothing": Text("Code", "コード"),
    "code_show_all": Text("Show all code", "すべてのコードを表示"),
    "code_hide_all": Text("Hide all code", "すべてのコードを隠す"),
    "cell_output": Text("Output", "出力"),
    "copy": Text("Copy", "コピー"),
    "copied": Text("Copied", "コピーした"),
    "copy_failed": Text("Copying is not allowed here", "ここではコピーできない"),
    "previous": Text("Previous", "前へ"),
    "next": Text("Next", "次へ"),
    "figure": Text("Figure {number}", "図{number}"),
    "table": Text("Table {number}", "表{number}"),
    "figure_elsewhere": Text("{figure} in “{page}”", "「{page}」の{figure}"),
    "table_tool": Text("Table", "数値表"),
    "source_tool": Text("Source", "出所"),
    "of_figure": Text("Data of {figure}: {title}", "{figure}のデータ：{title}"),
    "report_page": Text("IPA report, p. {pages}", "報告書 {pages}頁"),
    "report_pages": Text("IPA report, pp. {pages}", "報告書 {pages}頁"),
    "base": Text("Base: {n}", "基数：{n}"),
    "not_drawn": Text(
        "The figure was not drawn: the drawing packages are not installed. Its data are below.",
        "描画用のパッケージがないため図は描かれていない。データは下の表にある。",
    ),
    "permalink": Text("Link to this section", "この節へのリンク"),
    "search_title": Text("Search", "検索"),
    "search_needs_script": Text(
        "Search runs in this page and needs JavaScript. Without it, the contents list every "
        "chapter.",
        "検索はこのページの中で動き、JavaScriptを必要とする。使えない場合は目次から各章を参照"
        "できる。",
    ),
    "search_prompt": Text("Type a word to search for.", "検索する語を入力する。"),
    "search_none": Text("Nothing was found for “{query}”.", "「{query}」は見つからなかった。"),
    "search_found_one": Text("“{query}” stands in one passage.", "「{query}」は1か所にある。"),
    "search_found": Text(
        "“{query}” stands in {count} passages on {pages} pages.",
        "「{query}」は{pages}ページの{count}か所にある。",
    ),
    "search_found_page": Text(
        "“{query}” stands in {count} passages of one page.",
        "「{query}」は1ページの{count}か所にある。",
    ),
    "search_parts": Text(
        "Nothing holds the whole of “{query}”. Passages that hold parts of it: {count}.",
        "「{query}」のすべてを含む箇所はない。その一部を含む{count}か所を示す。",
    ),
    "search_more": Text("Show {count} more", "残り{count}か所を表示"),
    "search_failed": Text(
        "The search index could not be loaded. Reload the page to try again.",
        "検索用の索引を読み込めなかった。ページを再読み込みすると再試行する。",
    ),
    "footer_label": Text("Source and licences", "出典とライセンス"),
    "chapter_nav": Text("Previous and next chapter", "前後の章"),
    "dict_field": Text("Column", "列"),
    "dict_type": Text("Type", "型"),
    "dict_unit": Text("Unit", "単位"),
    "dict_meaning": Text("Meaning", "意味"),
    "dict_values": Text("Allowed values", "許される値"),
    "dict_rows": Text("{file}: {rows} rows", "{file}：{rows}行"),
    "dict_fields_of": Text("Columns of {file}", "{file}の列"),
    "dict_key": Text("key", "キー"),
    "dict_refers": Text("refers to {target}", "{target}を参照"),
    "dict_required": Text("always filled", "必須"),
    "term": Text("Term", "用語"),
    "package": Text("Package", "パッケージ"),
    "version": Text("Version", "版"),
    "licence_name": Text("Licence", "ライセンス"),
    "packages_shipped": Text("Software sent to readers", "読者に配信するソフトウェア"),
    "packages_build": Text("Software that builds the book", "本書の作成に使うソフトウェア"),
}

# Parts of the contents: the caption in _toc.yml is the key.
PARTS: dict[str, Text] = {
    "The survey": Text("The survey", "調査"),
    "Results": Text("Results", "調査結果"),
    "Reading the results": Text("Reading the results", "結果を読む"),
    "Checks and context": Text("Checks and context", "検証と背景"),
    "Explore": Text("Explore", "操作して調べる"),
    "Using this book": Text("Using this book", "本書の利用"),
}

_SWITCH = re.compile(r"^%\s*lang:\s*(en|ja|all)\s*$")
_TAG = "lang-"
_SHOW_CODE = {"show-input", "hide-input", "hide-cell", "remove-input", "remove-cell"}


def word(key: str, language: Language, **values: object) -> str:
    """A text of the frame in one language, with its blanks filled.

    Raises
    ------
    KeyError
        If there is no such text.
    """
    text = WORDS[key][language]
    return text.format(**values) if values else text


def other(language: Language) -> Language:
    """The language of the other edition."""
    return "ja" if language == "en" else "en"


def part(caption: str, language: Language) -> str:
    """Caption of a part of the contents, as ``_toc.yml`` has it, in one language."""
    return PARTS[caption][language]


def filter_markdown(source: str, language: Language) -> str:
    """The lines of a Markdown page that belong to an edition; the others become empty lines."""
    kept = []
    current = "all"
    for line in source.split("\n"):
        switch = _SWITCH.match(line)
        if switch:
            current = switch.group(1)
            kept.append("")
        else:
            kept.append(line if current in ("all", language) else "")
    return "\n".join(kept)


def keeps(tags: list[str], language: Language) -> bool:
    """Whether a cell with these tags belongs to an edition."""
    languages = [tag for tag in tags if tag.startswith(_TAG)]
    return not languages or f"{_TAG}{language}" in languages


def _edition_cell(cell: dict[str, Any]) -> dict[str, Any]:
    """A code cell with its input folded, unless its tags say otherwise, and no stored output."""
    if cell.get("cell_type") != "code":
        return cell
    metadata = dict(cell.get("metadata", {}))
    tags = list(metadata.get("tags", []))
    if not _SHOW_CODE.intersection(tags):
        tags.append("hide-input")
    metadata["tags"] = tags
    return {**cell, "metadata": metadata, "outputs": [], "execution_count": None}


def filter_notebook(source: str, language: Language) -> str:
    """A notebook with the cells of one edition, its code folded and its outputs removed."""
    notebook = json.loads(source)
    cells = [
        _edition_cell(cell)
        for cell in notebook["cells"]
        if keeps(cell.get("metadata", {}).get("tags", []), language)
    ]
    notebook["cells"] = cells
    notebook.get("metadata", {}).pop("widgets", None)
    return json.dumps(notebook, ensure_ascii=False)


def passages(source: str) -> list[tuple[Language, str]]:
    """The passages of a notebook that belong to one language only, in order."""
    found: list[tuple[Language, str]] = []
    for cell in json.loads(source)["cells"]:
        tags = cell.get("metadata", {}).get("tags", [])
        languages: tuple[Language, ...] = ("en", "ja")
        found += [
            (language, "".join(cell["source"]))
            for language in languages
            if f"{_TAG}{language}" in tags
        ]
    return found
