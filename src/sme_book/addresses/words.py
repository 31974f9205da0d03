"""The words of the pages of figures, claims and versions, in both languages."""

from __future__ import annotations

from sme_survey.survey.text import Language, Text

SAY: dict[str, Text] = {
    "cards": Text("Figures and tables", "図表一覧"),
    "cards_lead": Text(
        "Every figure and table of the book under its stable name, with its data, a reference, a "
        "form to embed, and every version it ever had.",
        "本書のすべての図表を固有の名前で示す。各ページにデータ、文献表記、埋め込み用の形、"
        "これまでの版を置く。",
    ),
    "claims": Text("Claims of the report", "報告書の記述一覧"),
    "claims_lead": Text(
        "Every checkable statement of the report, in our words, with the verdict of its own "
        "tables. Each has a page to cite.",
        "報告書の検証できる記述を本書の言葉で要約し、報告書自身の表による判定とともに示す。"
        "各記述に引用できるページがある。",
    ),
    "changes": Text("What changed", "版の間の変更"),
    "changes_lead": Text(
        "What differs between two versions of the book: numbers, words, verdicts, and what came "
        "or went. A digest in a citation leads to the figure as it was cited.",
        "2つの版の間で変わった数値、文言、判定、追加・削除された図表と記述を示す。引用に付した"
        "照合値からは、引用時のままの図表にたどり着ける。",
    ),
    "only_one": Text(
        "This is the first version: there is none to compare it with.",
        "最初の版であり、比較する版はない。",
    ),
    "changes_of": Text("From version {old} to {new}", "{old}から{new}へ"),
    "filter": Text("Show", "表示"),
    "all": Text("all ({n})", "すべて（{n}）"),
    "some": Text("{what} ({n})", "{what}（{n}）"),
    "by_verdict": Text("By verdict", "判定"),
    "by_theme": Text("By theme", "テーマ"),
    "by_page": Text("By chapter", "章"),
    "by_kind": Text("By kind", "種類"),
    "figures": Text("Figures", "図"),
    "tables": Text("Tables", "表"),
    "figure": Text("Figure", "図"),
    "table": Text("Table", "表"),
    "stands": Text("{number} in", "掲載箇所："),
    "list": Text("All figures and tables", "図表一覧"),
    "claim_list": Text("All claims", "記述一覧"),
    "name": Text("Name", "名前"),
    "claims_on": Text("Claims of the report on these numbers", "この数値に関する報告書の記述"),
    "versions": Text("Versions", "版"),
    "version": Text("Version", "版"),
    "date": Text("Date", "日付"),
    "digest": Text("Digest", "照合値"),
    "against_before": Text("Against the version before", "前の版との違い"),
    "first": Text("first published", "初出"),
    "same": Text("same numbers and words", "数値・文言とも同じ"),
    "words_only": Text("same numbers, other words", "数値は同じ、文言に変更あり"),
    "numbers_too": Text("other numbers", "数値に変更あり"),
    "gone": Text("no longer published", "掲載終了"),
    "cited": Text("Figure as cited: digest {digest}", "引用された図：照合値 {digest}"),
    "cited_table": Text("Table as cited: digest {digest}", "引用された表：照合値 {digest}"),
    "is_current": Text(
        "These are the numbers of the current version. Published in: {versions}.",
        "現在の版の数値である。この照合値をもつ版：{versions}。",
    ),
    "superseded": Text(
        "Superseded since version {version}. Published in: {versions}.",
        "{version}で更新された。この照合値をもつ版：{versions}。",
    ),
    "withdrawn": Text(
        "No longer published since version {version}. Last published in: {last}.",
        "{version}から掲載していない。最後に掲載した版：{last}。",
    ),
    "claim_withdrawn": Text(
        "No longer judged since version {version}. This is what version {last} said.",
        "{version}から判定の対象としていない。以下は{last}の内容である。",
    ),
    "see_current": Text("See it as it is now", "現在の図表を見る"),
    "as_cited": Text("Numbers as cited", "引用時の数値"),
    "changed_since": Text("What changed since", "その後の変更"),
    "numbers": Text("Numbers", "数値"),
    "words": Text("Words", "文言"),
    "reshaped": Text("Rows and columns", "行と列"),
    "verdicts": Text("Verdicts", "判定"),
    "came_went": Text("Came and went", "追加と削除"),
    "row": Text("Row", "行"),
    "column": Text("Column", "列"),
    "before": Text("Version {version}", "{version}"),
    "rows_gone": Text("Rows left out", "なくなった行"),
    "rows_come": Text("Rows added", "加わった行"),
    "columns_gone": Text("Columns left out", "なくなった列"),
    "columns_come": Text("Columns added", "加わった列"),
    "nothing": Text("Nothing.", "なし。"),
    "cards_gone": Text("Figures and tables left out", "なくなった図表"),
    "cards_come": Text("Figures and tables added", "加わった図表"),
    "claims_gone": Text("Claims left out", "判定の対象から外れた記述"),
    "claims_come": Text("Claims added", "判定の対象に加わった記述"),
    "cells_changed": Text("{n} cells", "{n}個のセル"),
    "one_cell": Text("1 cell", "1個のセル"),
    "texts_changed": Text("{n} texts", "{n}件の文言"),
    "one_text": Text("1 text", "1件の文言"),
    "summary": Text(
        "Figures and tables: numbers changed in {numbers}, rows or columns in {reshaped}, words "
        "alone in {words}; {come} came, {gone} went. Claims: {verdicts} verdicts changed; "
        "{claims_come} came, {claims_gone} went.",
        "図表のうち、数値の変更{numbers}件、行・列の変更{reshaped}件、文言のみの変更{words}件、"
        "追加{come}件、削除{gone}件。"
        "判定の変更{verdicts}件、記述の追加{claims_come}件、削除{claims_gone}件。",
    ),
    "title": Text("Title", "題名"),
    "caption": Text("Caption", "説明"),
    "alt": Text("Alternative text", "代替テキスト"),
    "n": Text("n", "n（集計対象）"),
    "notes": Text("Notes", "注"),
    "cell": Text("Text of a row", "行の文言"),
    "statement": Text("Statement", "記述"),
    "evidence": Text("Evidence", "根拠"),
    "what": Text("What", "対象"),
    "claim_source": Text(
        "Statement of {agency}'s report, {where}, in our words.",
        "{agency}報告書 {where}の記述（本書の要約）。",
    ),
    "verdict": Text("Verdict", "判定"),
    "answers": Text("What was asked", "判定の問い"),
    "ask_printed": Text("Do the printed numbers say so?", "掲載された数値はそのとおりか"),
    "ask_sampling": Text("Can a sample of this size tell?", "この規模の標本で言えるか"),
    "ask_no_answers": Text("Could the no-answers change it?", "無回答によって変わり得るか"),
    "printed_agrees": Text("Yes, they agree.", "一致する。"),
    "printed_disagrees": Text("No, they differ.", "相違する。"),
    "printed_not_judged": Text(
        "It cannot be judged from this edition.", "本書の収録範囲では判定できない。"
    ),
    "sampling_clear": Text(
        "Yes: sampling error alone does not explain it.", "言える。標本誤差だけでは説明できない。"
    ),
    "sampling_within_error": Text(
        "No: it is within sampling error.", "言えない。標本誤差の範囲内である。"
    ),
    "sampling_not_applicable": Text("Does not arise here.", "該当しない。"),
    "no_answers_safe": Text("No, however they had answered.", "変わらない。"),
    "no_answers_only_among_answered": Text(
        "It agrees only among those who answered.", "回答企業に限れば一致する。"
    ),
    "no_answers_unsafe_in_worst_case": Text(
        "Yes, if they had all answered one way.", "すべてが一方に回答していれば変わり得る。"
    ),
    "no_answers_not_applicable": Text("Does not arise here.", "該当しない。"),
    "shows": Text("What the tables show", "表が示すこと"),
    "reply": Text("Reply of {agency}", "{agency}の回答"),
    "rests_on": Text("Numbers it rests on", "根拠となる数値"),
    "value": Text("Value", "値"),
    "number": Text("Number", "数値"),
    "judge_code": Text("The code that judges it", "判定のコード"),
    "judge_note": Text(
        "The statement is put to the tables of the data package as follows; Replay runs it in "
        "your browser.",
        "この記述は次のようにデータの表と照らし合わされる。「再計算」でブラウザの中で実行できる。",
    ),
    "in_ledger": Text("In the ledger", "台帳での掲載箇所"),
    "where_figure": Text("Its figure or table", "図表"),
    "embed": Text("Embed", "埋め込み"),
    "of_report_page": Text("{agency} report, p. {pages}", "{agency}報告書 {pages}ページ"),
    "of_report_pages": Text("{agency} report, pp. {pages}", "{agency}報告書 {pages}ページ"),
    "embed_see": Text("See it alone", "単独で表示"),
    "page_of": Text("Page", "ページ"),
    "not_found": Text("Page not found", "ページが見つかりません"),
    "not_found_lead": Text(
        "There is no page at this address. Addresses of figures, claims and their versions do not "
        "vanish: look them up in these lists.",
        "このアドレスにページはありません。図表、記述とその各版のアドレスはなくならないため、"
        "次の一覧から探してください。",
    ),
    "moved": Text("Moved from this page", "このページから移ったもの"),
    "full": Text("Figure, data and references", "図表・データ・文献表記"),
}


def say(key: str, language: Language, **values: object) -> str:
    """A text of these pages, with its blanks filled."""
    text = SAY[key][language]
    return text.format(**values) if values else text
