"""Words of the scripts that read and run a page, in both languages; see :mod:`.assets`.

Part of the one table of words (:data:`sme_book.base.editions.WORDS`).
"""

from __future__ import annotations

from sme_survey.survey.text import Text

MARKS: dict[str, Text] = {
    "marks_kind": Text("figure", "図"),
    "marks_hint": Text("Arrow keys read it row by row.", "矢印キーで1行ずつ読めます。"),
    "marks_points": Text("{value} points", "{value}ポイント"),
    "marks_range": Text("{low} to {high}", "{low}〜{high}"),
}

REPLAY: dict[str, Text] = {
    "replay_replay": Text("Replay", "再計算"),
    "replay_replay_cell": Text(
        "Replay cell {n}: run it again in this browser",
        "セル{n}をこのブラウザで再計算する",
    ),
    "replay_edit": Text("Edit", "編集"),
    "replay_edit_cell": Text("Edit the code of cell {n}", "セル{n}のコードを編集する"),
    "replay_replay_page": Text("Replay this page", "このページを再計算"),
    "replay_replay_page_hint": Text(
        "Runs every cell in your browser and compares the results with those printed here",
        "すべてのセルをブラウザで実行し、掲載された結果と照合します",
    ),
    "replay_cancel": Text("Cancel", "中止"),
    "replay_restore": Text("Restore stored output", "保存された出力に戻す"),
    "replay_restore_page": Text("Restore all stored outputs", "すべて保存された出力に戻す"),
    "replay_restored": Text("Stored output restored.", "保存された出力に戻しました。"),
    "replay_preparing": Text("Preparing …", "準備しています…"),
    "replay_download": Text(
        "Downloading Python: {loaded} of {total} MB",
        "Pythonをダウンロードしています：{total} MBのうち{loaded} MB",
    ),
    "replay_start": Text("Starting Python …", "Pythonを起動しています…"),
    "replay_packages": Text(
        "Loading packages from {host}: {loaded} of {total}",
        "{host}からパッケージを読み込んでいます：{total}個のうち{loaded}個",
    ),
    "replay_cell": Text("Running cell {k} of {n}", "{n}個のうち{k}番目のセルを実行しています"),
    "replay_draw": Text("Drawing the picture …", "図を描いています…"),
    "replay_cancelled": Text(
        "Cancelled. The stored output is shown; the next Replay starts from the first cell.",
        "中止しました。表示は保存された出力です。次の再計算は最初のセルから始まります。",
    ),
    "replay_same": Text("Same as stored", "保存された出力と一致"),
    "replay_same_data": Text("Data recomputed: same", "データを再計算：一致"),
    "replay_different": Text("Different from what is stored", "保存された出力と相違"),
    "replay_different_edit": Text("Your edit gives another result", "編集後の結果は異なります"),
    "replay_none": Text("Ran", "実行済み"),
    "replay_none_note": Text("it has no output to compare", "照合する出力はありません"),
    "replay_values": Text("{n} values", "値{n}個"),
    "replay_value": Text("1 value", "値1個"),
    "replay_texts": Text("{n} texts", "テキスト{n}件"),
    "replay_text": Text("1 text", "テキスト1件"),
    "replay_numbers": Text("{n} numbers of the text", "本文の数値{n}個"),
    "replay_number": Text("1 number of the text", "本文の数値1個"),
    "replay_pictures": Text(
        "a picture, which has no data to compare", "図は照合するデータがありません"
    ),
    "replay_differ_one": Text("1 differs", "相違1件"),
    "replay_differ": Text("{n} differ", "相違{n}件"),
    "replay_recomputed": Text(
        "recomputed at {time} with {versions}", "{time}に再計算（{versions}）"
    ),
    "replay_edited": Text("edited", "編集済み"),
    "replay_picture_agrees": Text("picture agrees with them", "図も数値と一致"),
    "replay_picture": Text("picture", "図"),
    "replay_picture_otherwise": Text("shows something else", "図の示す内容が数値と異なります"),
    "replay_picture_fresh": Text("see the row of the table", "表の該当行をご覧ください"),
    "replay_drawn_again": Text("picture drawn again", "図を描き直しました"),
    "replay_needs_picture": Text(
        "The picture is the stored one; drawing it again needs {names} from {host}, "
        "which then sees your address.",
        "図は保存されたものです。描き直すには{host}の{names}が必要で、接続元のアドレスが伝わります。",
    ),
    "replay_needs_picture_local": Text(
        "The picture is the stored one; drawing it again needs {names} from {host}.",
        "図は保存されたものです。描き直すには{host}の{names}が必要です。",
    ),
    "replay_needs_packages": Text(
        "This cell needs {names} from {host}, which then sees your address.",
        "このセルには{host}の{names}が必要で、接続元のアドレスが伝わります。",
    ),
    "replay_needs_packages_local": Text(
        "This cell needs {names} from {host}.",
        "このセルには{host}の{names}が必要です。",
    ),
    "replay_needs_local": Text("this site", "本サイト"),
    "replay_picture_stored": Text("The picture is the stored one.", "図は保存されたものです。"),
    "replay_draw_again": Text("Draw it again", "描き直す"),
    "replay_load": Text("Load and draw", "読み込んで描く"),
    "replay_load_run": Text("Load and run", "読み込んで実行"),
    "replay_widgets": Text(
        "These controls work in this page as they are; Python does not need to run for them.",
        "この操作部品はこのページでそのまま動くため、Pythonの実行は要りません。",
    ),
    "replay_widgets_needed": Text(
        "This cell makes controls (ipywidgets), which run in Jupyter; in this page they "
        "work as they are.",
        "このセルは操作部品（ipywidgets）を作ります。実行にはJupyterが必要ですが、ページ上の部品はそのまま動きます。",
    ),
    "replay_not_here": Text(
        "The package {names} is not available in the browser. The other cells can run.",
        "パッケージ{names}はブラウザでは使えません。ほかのセルは実行できます。",
    ),
    "replay_error": Text("The cell stopped with an error", "エラーで停止しました"),
    "replay_stopped": Text(
        "Cell {n} stopped with an error, so the cells after it did not run.",
        "セル{n}がエラーで停止したため、以降のセルは実行していません。",
    ),
    "replay_file_protocol": Text(
        "Replay needs this page to come from a web server; a page opened as a file may "
        "not start Python. In the folder of the site run “python3 -m http.server 8000”, "
        "then open http://localhost:8000/",
        "再計算には、Webサーバーから開いたページが必要です。サイトのフォルダーで「python3 -m http"
        ".server 8000」を実行し、http://localhost:8000/ を開いてください。",
    ),
    "replay_old_browser": Text(
        "This browser cannot run Python. Please use a current Firefox, Chrome, Edge or Safari.",
        "このブラウザではPythonを実行できません。最新のFirefox、Chrome、Edge、Safariのいずれかをお使いください。",
    ),
    "replay_fail_download": Text(
        "A file could not be downloaded. Check your connection, then press Replay again. "
        "Nothing on the page has changed.",
        "ファイルをダウンロードできませんでした。接続を確かめて、もう一度「再計算」を押してください。ページの内容は変わっていません。",
    ),
    "replay_fail_packages": Text(
        "The packages could not be loaded from {host}. You may be offline, or a filter "
        "may block that address. Check this, then try again; the data were compared all "
        "the same.",
        "{host}からパッケージを読み込めませんでした。オフラインであるか、このアドレスが遮断されているかもしれません。確かめてから、もう一度お試しください。データの"
        "照合は済んでいます。",
    ),
    "replay_fail_start": Text(
        "Python did not start in this browser. Close other pages to free memory, or try "
        "another browser; “Download this notebook” runs in Jupyter.",
        "このブラウザでPythonを起動できませんでした。ほかのページを閉じてメモリを空けるか、別のブラウザをお試しください。「ノートブックをダウンロード」すればJup"
        "yterで実行できます。",
    ),
    "replay_fail_renewed": Text(
        "The book was renewed after you opened this page. Reload the page, then press Replay "
        "again.",
        "このページを開いた後に、本書が更新されました。ページを再読み込みしてから、もう一度「再計算」を押してください。",
    ),
    "replay_fail_run": Text(
        "Python stopped unexpectedly. Press Replay to begin again.",
        "Pythonが予期せず停止しました。「再計算」を押すと最初からやり直します。",
    ),
    "replay_details": Text("Details", "詳細"),
    "replay_what_differs": Text("What differs", "相違の内容"),
    "replay_where": Text("Where", "箇所"),
    "replay_was": Text("Stored", "保存された値"),
    "replay_now": Text("Recomputed", "再計算した値"),
    "replay_shown_first": Text(
        "The first {n} of {total} differences.", "相違{total}件のうち最初の{n}件です。"
    ),
    "replay_what_page": Text("printed on this page", "このページの表示"),
    "replay_what_cards": Text("number of figures and tables", "図表の数"),
    "replay_what_tables": Text("number of tables", "表の数"),
    "replay_what_outputs": Text("number of outputs", "出力の数"),
    "replay_what_errors": Text("number of errors", "エラーの数"),
    "replay_what_cells": Text("number of cells of the table", "表のセルの数"),
    "replay_what_rows": Text("number of rows", "行の数"),
    "replay_what_columns": Text("columns", "列"),
    "replay_what_label": Text("name of the figure or table", "図表の名前"),
    "replay_what_title": Text("title", "表題"),
    "replay_what_caption": Text("caption", "説明"),
    "replay_what_alt": Text("alternative text", "代替テキスト"),
    "replay_what_n": Text("n", "n（集計対象）"),
    "replay_what_text": Text("text", "テキスト"),
    "replay_what_number": Text("number in the text", "本文の数値"),
    "replay_what_table": Text("cell of the table", "表のセル"),
    "replay_nothing": Text("(nothing)", "（なし）"),
    "replay_editor": Text("Code of cell {n}", "セル{n}のコード"),
    "replay_editor_hint": Text(
        "Tab indents; Escape, then Tab leaves the editor. Shift+Enter runs the cell.",
        "Tabで字下げします。Escapeの後にTabを押すとエディタを出ます。Shift+Enterで実行します。",
    ),
    "replay_run_edit": Text("Run", "実行"),
    "replay_reset": Text("Reset", "元に戻す"),
    "replay_plain_editor": Text(
        "The editor could not be loaded; a plain text field takes its place.",
        "エディタを読み込めなかったため、通常の入力欄を使います。",
    ),
    "replay_summary": Text(
        "{ran} of {cells} cells ran: {parts}.",
        "{cells}個のうち{ran}個のセルを実行：{parts}。",
    ),
    "replay_sum_same": Text("{n} same as stored", "一致{n}"),
    "replay_sum_different": Text("{n} different", "相違{n}"),
    "replay_sum_none": Text("{n} without output", "出力なし{n}"),
    "replay_sum_needs_one": Text("1 needs packages", "パッケージが必要1"),
    "replay_sum_needs": Text("{n} need packages", "パッケージが必要{n}"),
    "replay_sum_error": Text("{n} with an error", "エラー{n}"),
    "replay_prose_one": Text(
        "1 number in the text: {same} same, {different} different.",
        "本文の数値1個：一致{same}、相違{different}。",
    ),
    "replay_prose": Text(
        "{n} numbers in the text: {same} same, {different} different.",
        "本文の数値{n}個：一致{same}、相違{different}。",
    ),
    "replay_prose_same": Text("recomputed: same", "再計算：一致"),
    "replay_prose_different": Text("recomputed: {value}", "再計算：{value}"),
    "replay_picture_hidden": Text(
        "The stored picture does not show these data; it is hidden. The table holds the new data.",
        "保存された図はこのデータを表していないため、隠しています。新しいデータは表にあります。",
    ),
}

WIDGETS: dict[str, Text] = {
    "widgets_coming": Text("Loading …", "読み込んでいます…"),
    "widgets_failed": Text(
        "This view could not be loaded. Reload the page, or look at the chapters.",
        "この表を読み込めませんでした。ページを再読み込みするか、各章をご覧ください。",
    ),
    "firm_print": Text("Print this page", "このページを印刷"),
    "firm_kept_nowhere": Text(
        "Nothing of it is sent or kept.", "内容は送信されず、どこにも保存されません。"
    ),
    "explorer_csv": Text("Rows of this view (CSV)", "表示中の数値（CSV）"),
    "explorer_unknown": Text(
        "The address names a view that this version does not have; the first one is shown.",
        "アドレスに示された表はこの版にありません。最初の表を表示しています。",
    ),
}
