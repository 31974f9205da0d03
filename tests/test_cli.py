"""The command line: what it prints, its exit codes, and that the standard library is enough."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sme_book.base.project import ROOT
from sme_survey import __version__
from sme_survey.cli import COMMANDS, main
from sme_survey.survey.loading import data_dir, load

SOURCE = ROOT / "src"


def copied(folder: Path, file: str, before: str, after: str) -> str:
    data = Path(shutil.copytree(data_dir(), folder / "data"))
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    return str(data)


def test_check_says_what_was_read(capsys):
    assert main(["check"]) == 0
    assert f"{len(load().all_answers)} percentages" in capsys.readouterr().out


def test_check_names_every_wrong_cell(tmp_path, capsys):
    data = copied(tmp_path, "answers.csv", ",using,93.3", ",using,93,3")
    assert main(["check", "--data", data]) == 1
    shown = capsys.readouterr()
    assert "answers.csv, row" in shown.out
    assert "problem(s) found" in shown.err


def test_check_names_a_claim_that_cannot_be_tested(tmp_path, capsys):
    data = copied(
        tmp_path, "claims.csv", '""question"": ""device_use""', '""question"": ""devices""'
    )
    assert main(["check", "--data", data]) == 1
    assert "claims.csv, row" in capsys.readouterr().out


def test_no_data_is_exit_code_2(tmp_path, capsys):
    for command in ("claims", "check-tables"):
        assert main([command, "--data", str(tmp_path)]) == 2
        assert "datapackage.json: found no file" in capsys.readouterr().err


def test_check_of_an_empty_folder_finds_no_description(tmp_path, capsys):
    assert main(["check", "--data", str(tmp_path)]) == 1
    assert "datapackage.json: found no file" in capsys.readouterr().out


def test_claims_prints_the_ledger_and_a_count_per_verdict(capsys):
    assert main(["claims"]) == 0
    shown = capsys.readouterr()
    label = "[differs from the tables; within sampling error]"
    assert f"{label} reasons-top-every-size (p. 11, sentence 1)" in shown.out
    assert shown.out.endswith("cannot be judged from this edition\n")
    assert shown.err == ""


def test_claims_speaks_japanese(capsys):
    assert main(["claims", "--lang", "ja"]) == 0
    assert "表と相違（標本誤差の範囲内）" in capsys.readouterr().out


def test_claims_for_machines(capsys):
    assert main(["claims", "--format", "json", "--verdict", "not_judged"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["differs_from_recorded"] == []
    assert content["claims"]
    assert {item["verdict"] for item in content["claims"]} == {"not_judged"}
    assert content["claims"][0]["statement_en"]
    assert main(["claims", "--format", "json", "--lang", "ja", "--theme", "it"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert {item["theme"] for item in content["claims"]} == {"it"}
    assert "statement_en" not in content["claims"][0]


def test_coverage_accounts_for_every_sentence(tmp_path, capsys):
    assert main(["claims", "--coverage"]) == 0
    assert "\n   0  unaccounted\n" in capsys.readouterr().out
    data = copied(tmp_path, "claims_left_out.csv", "30,9,example\n", "")
    assert main(["claims", "--coverage", "--data", data]) == 1
    assert "unaccounted: p. 30, sentence 9" in capsys.readouterr().err


def test_a_version_has_its_form(capsys):
    assert main(["claims", "--record", "next"]) == 2
    assert "expected the form 1.2.3" in capsys.readouterr().err


RECORDED = f"{__version__},devices-use"  # a verdict of the version that the book bears


def test_a_verdict_that_differs_is_exit_code_1(tmp_path, capsys):
    data = copied(tmp_path, "recorded_verdicts.csv", f"{RECORDED},agrees", f"{RECORDED},x")
    assert main(["claims", "--data", data]) == 1
    assert "devices-use: x -> agrees" in capsys.readouterr().err


def test_verdicts_are_recorded_for_a_release(tmp_path, capsys):
    data = copied(tmp_path, "recorded_verdicts.csv", f"{RECORDED},agrees", f"{RECORDED},x")
    assert main(["claims", "--data", data, "--record", __version__]) == 0
    assert f"verdicts recorded for {__version__}" in capsys.readouterr().out
    recorded = (Path(data) / "recorded_verdicts.csv").read_bytes()
    assert recorded == (data_dir() / "recorded_verdicts.csv").read_bytes()


def test_a_change_of_data_changes_a_verdict(tmp_path, capsys):
    data = copied(
        tmp_path,
        "answers.csv",
        ",2021,total,3802,email_free,50.0",
        ",2021,total,3802,email_free,61.0",
    )
    assert main(["claims", "--data", data]) == 1
    assert "discussion-services-only: agrees -> disagrees" in capsys.readouterr().err


def test_check_tables_prints_every_check(capsys):
    assert main(["check-tables"]) == 0
    assert "tests in 12 checks" in capsys.readouterr().out
    assert main(["check-tables", "--format", "json", "--lang", "ja"]) == 0
    assert all(item["passed"] for item in json.loads(capsys.readouterr().out))


def test_check_tables_fails_where_the_entries_differ(tmp_path, capsys):
    data = copied(tmp_path, "answers.csv", ",crm,22.9", ",crm,22.8")
    assert main(["check-tables", "--data", data]) == 1
    assert "FAIL" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["claim"], ["claims", "--format", "xml"]])
def test_wrong_arguments_are_exit_code_2(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert len(COMMANDS) >= 3
    for command in ("check", "claims", "check-tables"):
        assert command in shown
    assert "Exit codes" in shown


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert __version__ in capsys.readouterr().out


def test_the_standard_library_is_enough():
    """-S leaves out the installed packages, -I everything of the user's."""
    code = f"import sys; sys.path.insert(0, {str(SOURCE)!r}); from sme_survey.cli import main; "
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code + "sys.exit(main(['claims']))"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == 0, result.stderr
    assert "differs from the tables" in result.stdout


def test_the_module_can_be_run():
    result = subprocess.run(
        [sys.executable, "-m", "sme_survey", "check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )
    assert result.returncode == 0, result.stderr
