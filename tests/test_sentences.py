"""The program that finds the sentences of the report, on a text made for the purpose."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from sme_book.base.project import ROOT

TEXT = """ 1．前の頁

▪ 一つ目の文で
ある。割合は４割で、さらに続く。

【図の見出し】

• 図の中の項目。
50.0%

➢ 見出しの後の文。図のラベル
26

▪ 見出しのみ

➢ 次の頁の文。
（小見出し）
• 項目の文。
• 句点のない項目
（次の小見出し）
• もう一つ。それから。
"""


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sentences", ROOT / "tools/sentences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_sentences_are_found_in_their_places(tool):
    found = tool.sentences(TEXT)
    assert [(item.page, item.position, item.text) for item in found] == [
        (25, 1, "一つ目の文である。"),
        (25, 2, "割合は4割で、さらに続く。"),
        (25, 3, "見出しの後の文。"),
        (26, 1, "次の頁の文。"),
        (26, 2, "項目の文。"),
        (26, 3, "句点のない項目"),
        (26, 4, "もう一つ。"),
        (26, 5, "それから。"),
    ]
    assert [item.digits for item in found[:3]] == [False, True, False]
    assert {item.block for item in found[:2]} == {"sentence-1"}
    assert found[2].block == ""


def test_the_table_holds_no_text(tool):
    table = tool.as_csv(tool.sentences(TEXT))
    assert table.isascii()
    assert table.splitlines()[:2] == ["page,position,length,digits,block", "25,1,9,no,sentence-1"]


def test_another_text_is_refused(tool, tmp_path, capsys):
    other = tmp_path / "other.txt"
    other.write_text(TEXT, encoding="utf-8")
    assert tool.main([str(other)]) == 2
    assert "is not the expected text" in capsys.readouterr().err
