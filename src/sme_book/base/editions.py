"""One source, two editions: what stays of a page in each language, and the words around it.

A notebook holds each passage twice, as a cell tagged ``lang-en`` and a cell tagged ``lang-ja``; a
Markdown page holds them after the lines ``% lang: en``, ``% lang: ja`` and ``% lang: all``.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sme_book.base import script_words
from sme_survey.survey.loading import load
from sme_survey.survey.text import Language, Text

# Words of the site's frame. A key stands for the same thing in templates, scripts and cards.
WORDS: dict[str, Text] = {
    "licence": Text(
        "Code: MIT. Our text and figures: CC BY 4.0. No licence is claimed over {agency}'s "
        "numbers.",
        "コードはMIT、本書の文章と図はCC BY 4.0。{agency}の数値には何らの許諾条件も主張しない。",
    ),
    "licences": Text("Licences", "ライセンス"),
    "cite": Text("How to cite", "引用の方法"),
    "lists": Text("Figures, claims, versions", "図表・記述・版"),
    "list_cards": Text("All figures and tables", "図表一覧"),
    "list_claims": Text("Claims of the report", "報告書の記述一覧"),
    "list_changes": Text("What changed", "版の間の変更"),
    "no_address": Text(
        "This copy of the book has no address of its own: add the one where you read it.",
        "公開アドレスが設定されていません。閲覧したアドレスを書き足してください。",
    ),
    "home": Text("About this book", "本書について"),
    "skip": Text("Skip to the text", "本文へ移動"),
    "contents": Text("Contents", "目次"),
    "on_this_page": Text("On this page", "このページの内容"),
    "search": Text("Search", "検索"),
    "search_book": Text("Search this book", "本書を検索"),
    "search_go": Text("Search", "検索する"),
    "other_language": Text("日本語", "English"),
    "theme": Text("Colour theme", "配色"),
    "theme_auto": Text("Colours: as the system", "配色：端末に合わせる"),
    "theme_light": Text("Colours: light", "配色：明るい"),
    "theme_dark": Text("Colours: dark", "配色：暗い"),
    "code_figure": Text("Code of this figure", "この図のコード"),
    "code_table": Text("Code of this table", "この表のコード"),
    "code_numbers": Text("How this was computed", "数値の計算"),
    "code_output": Text("Code", "コード"),
    "code_nothing": Text("Code", "コード"),
    "code_show_all": Text("Show all code", "すべてのコードを表示"),
    "code_hide_all": Text("Hide all code", "すべてのコードを隠す"),
    "cell_output": Text("Output", "出力"),
    "copy": Text("Copy", "コピー"),
    "copied": Text("Copied", "コピーしました"),
    "copy_failed": Text("Copying is not allowed here", "ここではコピーできません"),
    "previous": Text("Previous", "前へ"),
    "next": Text("Next", "次へ"),
    "figure": Text("Figure {number}", "図{number}"),
    "table": Text("Table {number}", "表{number}"),
    "figure_elsewhere": Text("{figure} in “{page}”", "「{page}」の{figure}"),
    "table_tool": Text("Table", "数値表"),
    "source_tool": Text("Source", "出所"),
    "of_figure": Text("Data of {figure}: {title}", "{figure}のデータ：{title}"),
    "base": Text("Base: {n}", "集計対象：{n}"),
    "all_findings": Text("All findings, and how firm each is", "すべての結果とその確かさ"),
    "not_drawn": Text(
        "The figure was not drawn: the drawing packages are not installed. Its data are below.",
        "描画用のパッケージがないため、図を描画していません。データは下の表にあります。",
    ),
    "permalink": Text("Link to this section", "この節へのリンク"),
    "search_title": Text("Search", "検索"),
    "search_needs_script": Text(
        "Search runs in this page and needs JavaScript. Without it, the contents list every "
        "chapter.",
        "検索はこのページの中で動き、JavaScriptを使います。使えない場合は、目次から各章をご覧くだ"
        "さい。",
    ),
    "search_prompt": Text("Type a word to search for.", "検索する語を入力してください。"),
    "search_none": Text("Nothing was found for “{query}”.", "「{query}」は見つかりませんでした。"),
    "search_found_one": Text("“{query}” stands in one passage.", "「{query}」は1か所にあります。"),
    "search_found": Text(
        "“{query}” stands in {count} passages on {pages} pages.",
        "「{query}」は{pages}ページの{count}か所にあります。",
    ),
    "search_found_page": Text(
        "“{query}” stands in {count} passages of one page.",
        "「{query}」は1ページの{count}か所にあります。",
    ),
    "search_related": Text(
        "“{query}” or words near it stand in {count} passages on {pages} pages.",
        "「{query}」またはこれに近い語は{pages}ページの{count}か所にあります。",
    ),
    "search_parts": Text(
        "Nothing holds the whole of “{query}”. Passages that hold parts of it: {count}.",
        "「{query}」のすべてを含む箇所はありません。その一部を含む{count}か所を示します。",
    ),
    "search_more": Text("Show {count} more", "残り{count}か所を表示"),
    "search_failed": Text(
        "The search index could not be loaded. Reload the page to try again.",
        "検索用の索引を読み込めませんでした。ページを再読み込みしてください。",
    ),
    "offline_title": Text("No network", "ネットワークに接続していません"),
    "offline_text": Text(
        "This page has not been kept on this device. Go back, or try again with a network.",
        "このページは端末に保存されていません。前のページに戻るか、接続してからもう一度開いてください。",
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
    "package": Text("Package", "パッケージ"),
    "version": Text("Version", "版"),
    "licence_name": Text("Licence", "ライセンス"),
    "packages_shipped": Text("Software sent to readers", "読者に配信するソフトウェア"),
    "packages_build": Text("Software that builds the book", "本書の作成に使うソフトウェア"),
    # Consistency checks of a table of the reader's own.
    "own_paste": Text(
        "Paste a table, from a spreadsheet or as CSV",
        "表を貼り付けてください（表計算ソフトから、またはCSV）",
    ),
    "own_hint": Text(
        "Options in rows, one column for each group; bases as “(n=120)” in the headings or "
        "in a row or column called n. Or one row for each percentage, with columns option, "
        "percent, n and, if known, count, group, question.",
        "選択肢を行に、区分を列に置きます。nは見出しに「（n=120）」と書くか、nという行または"
        "列に置きます。1行に1つの割合を置き、選択肢・割合・n・件数・区分・設問の列を設ける形"
        "でも読み取れます。",
    ),
    "own_file": Text(
        "or choose a file, or drop it here:",
        "ファイルを選択するか、ここにドロップしてください：",
    ),
    "own_examples": Text("Begin with an example:", "例を試す："),
    "own_example_report": Text("A table of this report", "報告書の表"),
    "own_example_planted": Text("The same with two digits swapped", "同じ表で2桁を入れ替えたもの"),
    "own_example_made_up": Text("A made-up table", "架空の表"),
    "own_choices": Text("What the table does not say", "表から分からないこと"),
    "own_recognise": Text("as recognised", "自動で判断"),
    "own_kind": Text("Answers", "回答形式"),
    "own_single": Text("single answer", "単一回答"),
    "own_multiple": Text("multiple answers", "複数回答"),
    "own_rounding": Text("Rounding", "丸め"),
    "own_round_nearest": Text("to the nearest", "四捨五入など（最も近い値）"),
    "own_round_half_up": Text("to the nearest, halves up", "四捨五入"),
    "own_round_half_even": Text("to the nearest, halves to even", "最近接偶数への丸め"),
    "own_round_truncated": Text("cut off", "切り捨て"),
    "own_round_unknown": Text("not known", "不明"),
    "own_decimals": Text("Decimals", "小数の桁数"),
    "own_n": Text("Base n", "n（集計対象）"),
    "own_n_hint": Text("where the table gives none", "表にnがない場合"),
    "own_total": Text("Column of all respondents", "全体の列"),
    "own_total_hint": Text(
        "if it is not called total or all",
        "「全体」「合計」などの名前でない場合",
    ),
    "own_exclusive": Text("Answers that exclude all others", "ほかと同時に選べない選択肢"),
    "own_exclusive_hint": Text(
        "with semicolons between; if not recognised, such as no answer",
        "「；」で区切ります。「無回答」「特になし」などは自動で判断します",
    ),
    "own_parent_percent": Text("Percentage of the answer before", "前提となる回答の割合"),
    "own_parent_hint": Text(
        "the answer that led to this question, and its base",
        "この設問に進む条件となった回答と、そのn",
    ),
    "own_parent_n": Text("Base of the answer before", "前提となる回答のn"),
    "own_weighted": Text("The percentages are weighted", "ウエイト付きの割合である"),
    "own_check": Text("Check the table", "表を点検する"),
    "own_clear": Text("Clear", "消去"),
    "own_private": Text(
        "Python runs in this page and is loaded at the first check. The table does not leave the "
        "page and is not kept.",
        "Pythonはこのページの中で動き、最初の点検時に読み込まれます。表は送信も保存もされません。",
    ),
    "own_cancel": Text("Cancel", "中止"),
    "own_starting": Text("Starting Python …", "Pythonを起動しています…"),
    "own_downloading": Text("Downloading Python", "Pythonをダウンロードしています"),
    "own_download": Text(
        "Downloading Python: {loaded} of {total} MB",
        "Pythonをダウンロードしています：{total} MBのうち{loaded} MB",
    ),
    "own_checking": Text("Checking …", "点検しています…"),
    "own_empty": Text(
        "There is no table yet: paste one, choose a file, or take an example.",
        "表がありません。貼り付けるか、ファイルまたは例を選んでください。",
    ),
    "own_fail_cancelled": Text("Cancelled.", "中止しました。"),
    "own_fail_file": Text(
        "The checks need this page to come from a web server. In the folder of the site run "
        "“python3 -m http.server 8000”, then open http://localhost:8000/",
        "点検にはWebサーバーから開いたページが必要です。サイトのフォルダーで「python3 -m http"
        ".server 8000」を実行し、http://localhost:8000/ を開いてください。",
    ),
    "own_fail_old": Text(
        "This browser cannot run Python. Please use a current Firefox, Chrome, Edge or Safari.",
        "このブラウザではPythonを実行できません。最新のFirefox、Chrome、Edge、Safariのいずれ"
        "かをお使いください。",
    ),
    "own_fail_download": Text(
        "A file could not be downloaded. Check your connection, then try again.",
        "ファイルをダウンロードできませんでした。接続を確かめて、もう一度お試しください。",
    ),
    "own_fail_start": Text(
        "Python did not start in this browser. Close other pages to free memory, or try "
        "another browser.",
        "このブラウザでPythonを起動できませんでした。ほかのページを閉じてメモリを空けるか、別"
        "のブラウザをお試しください。",
    ),
    "own_fail_renewed": Text(
        "The book was renewed after you opened this page. Copy your table, reload the page, then "
        "check it again.",
        "このページを開いた後に、本書が更新されました。表を控えてからページを再読み込みし、もう一度"
        "点検してください。",
    ),
    "own_fail_run": Text(
        "Python stopped unexpectedly. Try again.",
        "Pythonが予期せず停止しました。もう一度お試しください。",
    ),
    "own_results": Text("Results", "結果"),
    "own_some": Text(
        "{n} of {tests} tests: not attainable under these assumptions.",
        "点検{tests}件のうち{n}件は、この前提のもとでは生じ得ません。",
    ),
    "own_some_note": Text(
        "A slip may be the reason, or an assumption that does not hold here: weights, "
        "another base, another rounding. See the reasons.",
        "転記や集計の誤りのほか、ウエイト付けや、nや丸め方が前提と異なることも考えられます。"
        "理由を確かめてください。",
    ),
    "own_none": Text(
        "{tests} tests: all attainable under these assumptions.",
        "点検{tests}件：この前提のもとで、すべて生じ得ます。",
    ),
    "own_none_note": Text(
        "This does not show that the numbers are right: see below how much the checks would "
        "notice.",
        "数値が正しいことを示すものではありません。どの程度の誤りに気付けるかは下の検出力をご"
        "覧ください。",
    ),
    "own_table": Text("Table", "表"),
    "own_assumed": Text("Assumed", "前提"),
    "own_read_as": Text("How it was read", "読み取り方"),
    "own_refused": Text("Left out:", "除外："),
    "own_attainable": Text("attainable", "生じ得る"),
    "own_not_attainable": Text(
        "not attainable under these assumptions",
        "この前提のもとでは生じ得ない",
    ),
    "own_not_published": Text("not published", "未収録"),
    "own_found_n": Text(
        "{n} not attainable under these assumptions",
        "{n}件は、この前提のもとでは生じ得ない",
    ),
    "own_lines_of": Text("Percentages of {table}", "{table}の割合"),
    "own_checks_of": Text("Checks of {table}", "{table}の点検"),
    "own_col_option": Text("Option", "選択肢"),
    "own_col_percent": Text("Printed", "表の値"),
    "own_col_n": Text("n", "n（集計対象）"),
    "own_col_counts": Text("Counts that print so", "この値になる件数"),
    "own_col_narrow": Text("… with the whole table", "表全体から絞った件数"),
    "own_col_interval": Text("95% interval, %", "95%信頼区間（%）"),
    "own_col_result": Text("Result", "結果"),
    "own_col_check": Text("Check", "点検項目"),
    "own_col_tests": Text("Tests", "件数"),
    "own_col_outcome": Text("Outcome", "結果"),
    "own_col_between": Text("Between", "比較"),
    "own_col_points": Text("Points", "差（ポイント）"),
    "own_col_interval_points": Text("95% interval", "95%信頼区間"),
    "own_col_p": Text("p (Holm)", "p値（Holm法）"),
    "own_differences": Text("Differences", "差"),
    "own_between_options": Text("between options", "選択肢の間"),
    "own_beyond": Text("beyond chance", "有意な差（Holm法、5%）"),
    "own_within": Text("not beyond chance", "有意な差はない"),
    "own_power": Text(
        "Power: of {tried} wrong last digits put into this table one at a time, these checks "
        "would notice {percent}%.",
        "検出力：この表の末尾の桁を1か所ずつ誤った値に変えた{tried}通りのうち、これらの点検で"
        "{percent}%に気付けます。",
    ),
    "own_picture": Text(
        "Percentages with 95% intervals, {table}.",
        "95%信頼区間を付けた割合、{table}。",
    ),
    "own_picture_key": Text(
        "Dot: printed percentage. Line: 95% interval (Wilson, simple random sampling). "
        "Cross: not attainable.",
        "点：表の値。線：95%信頼区間（Wilson法、単純無作為抽出とみなす）。×：生じ得ない値。",
    ),
    "own_more_lines": Text(
        "{n} more lines are in the download.",
        "残り{n}行はダウンロードに含まれます。",
    ),
    "own_more_tables": Text(
        "{n} more tables are in the download.",
        "残り{n}個の表はダウンロードに含まれます。",
    ),
    "own_download_csv": Text("Download the results (CSV)", "結果をダウンロード（CSV）"),
    "own_made_with": Text(
        "Computed in this page by sme-survey {version}.",
        "sme-survey {version}がこのページの中で計算しました。",
    ),
    "own_noscript": Text(
        "The checks run in this page and need JavaScript. Without it, “python -m sme_survey "
        "check-tables FILE” does the same.",
        "点検はこのページの中で動き、JavaScriptが必要です。使えない場合は「python -m sme_surv"
        "ey check-tables ファイル」で同じ点検ができます。",
    ),
    **script_words.MARKS,
    **script_words.REPLAY,
    **script_words.WIDGETS,
}

# Texts that the survey gives (data/survey.csv), and words of it that stand in the texts above.
_OF_SURVEY = {
    "book_title": "title",
    "book_short": "short_title",
    "book_subtitle": "subtitle",
    "book_lead": "lead",
    "credit": "credit",
}
_BLANKS = {
    "licence": {"agency": "agency_short"},
}

# Parts of the contents: the caption in _toc.yml is the key.
PARTS: dict[str, Text] = {
    "In short": Text("In short", "要約"),
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
    if key in _OF_SURVEY:
        return load().names[_OF_SURVEY[key]][language]
    text = WORDS[key][language]
    if key in _BLANKS:
        names = load().names
        values |= {blank: names[name][language] for blank, name in _BLANKS[key].items()}
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
