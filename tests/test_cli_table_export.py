"""`table` and `export` of the command line, and the package installed from its wheel."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sme_book.base.project import EPOCH, ROOT
from sme_survey import load
from sme_survey.cli import main
from sme_survey.survey import exporting


def printed(capsys, *arguments: str) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_table_prints_what_is_published(capsys):
    text = printed(capsys, "table", "education")
    assert "n = 4,074" in text
    assert "55.1" in text
    assert "53.5–56.7" in text
    assert "p. 18" in text


def test_table_speaks_both_languages_and_keeps_its_columns(capsys):
    text = printed(capsys, "table", "education", "--lang", "ja")
    assert "特に実施していない" in text
    rows = text.splitlines()[4:]
    assert len({exporting.columns_wide(row) for row in rows}) == 1


def test_table_as_csv_and_json_holds_the_same(capsys):
    arguments = ("table", "contract_duties", "--group", "all", "--wave", "2021")
    rows = list(csv.DictReader(io.StringIO(printed(capsys, *arguments, "--format", "csv"))))
    objects = json.loads(printed(capsys, *arguments, "--format", "json"))
    assert [row["percent"] for row in rows] == [str(item["percent"]) for item in objects]
    assert list(rows[0]) == list(exporting.COLUMNS)
    assert {row["group"] for row in rows} >= {"total", "prime", "tier2", "tier3"}


def test_table_takes_all_waves(capsys):
    objects = json.loads(printed(capsys, "table", "education", "--wave", "all", "--format", "json"))
    assert {item["wave"] for item in objects} == {2016, 2021}


def test_table_without_a_question_lists_them(capsys):
    text = printed(capsys, "table")
    assert [line.split()[0] for line in text.splitlines()] == [q.id for q in load().questions]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["table", "measure"], "did you mean measures?"),
        (["table", "products"], "the chart is a picture"),
        (["table", "measures", "--wave", "2010"], "no published numbers of measures"),
        (["table", "measures", "--wave", "last"], "expected a year or all"),
        (["table", "measures", "--group", "sme"], "no group 'sme'"),
        (["table", "measures", "--group", "tier2", "--wave", "all"], "no published numbers"),
        (["export", "--format", "sqlite"], "needs --to PATH"),
    ],
)
def test_errors_are_said_in_one_line_and_end_with_2(arguments, message, capsys):
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in shown.err
    assert shown.err.startswith("error: ")
    assert shown.err.count("\n") == 1


def test_every_command_explains_itself(capsys):
    for command in ("table", "export"):
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0
        shown = capsys.readouterr().out
        assert "--format" in shown
        assert "--data" in shown
    with pytest.raises(SystemExit) as stopped:
        main(["export", "--format", "excel"])
    assert stopped.value.code == 2


def test_export_holds_every_percentage_once(capsys, tmp_path):
    text = printed(capsys, "export")
    rows = list(csv.DictReader(io.StringIO(text)))
    survey = load()
    keys = [(r["question_id"], r["wave"], r["group"], r["option_id"]) for r in rows]
    assert len(set(keys)) == len(keys) == len(survey.all_answers)
    published = {
        (a.question_id, str(a.wave), a.group, a.option.id): str(a.percent)
        for a in survey.all_answers
    }
    assert {key: row["percent"] for key, row in zip(keys, rows, strict=True)} == published
    target = tmp_path / "out" / "all.json"
    assert main(["export", "--format", "json", "--to", str(target)]) == 0
    assert len(json.loads(target.read_text(encoding="utf-8"))) == len(rows)
    assert "written" in capsys.readouterr().err


def test_export_writes_a_database_of_every_table(tmp_path, capsys):
    target = tmp_path / "survey.db"
    assert main(["export", "--format", "sqlite", "--to", str(target)]) == 0
    connection = sqlite3.connect(target)
    try:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        assert names == {*load().tables, "percentages"}
        for name, table in load().tables.items():
            assert connection.execute(f'SELECT count(*) FROM "{name}"').fetchone() == (
                len(table.rows),
            )
        query = "SELECT percent FROM percentages WHERE question_id = ? AND option_id = ? "
        query += "AND wave = 2021 AND \"group\" = 'total'"
        assert connection.execute(query, ("education", "none")).fetchone() == (55.1,)
    finally:
        connection.close()


def test_export_does_not_write_over_what_is_there(tmp_path, capsys):
    target = tmp_path / "all.csv"
    target.write_text("mine", encoding="utf-8")
    assert main(["export", "--to", str(target)]) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_text(encoding="utf-8") == "mine"
    assert main(["export", "--to", str(target), "--force"]) == 0
    assert target.read_text(encoding="utf-8") != "mine"


def test_an_exported_package_can_be_read_again(tmp_path, capsys):
    target = tmp_path / "package"
    assert main(["export", "--format", "datapackage", "--to", str(target)]) == 0
    assert load(target).all_answers == load().all_answers
    capsys.readouterr()
    assert main(["table", "education", "--data", str(target)]) == 0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built from the checkout without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH},
    )
    [path] = folder.glob("*.whl")
    return path


def test_the_wheel_brings_its_data_and_runs_alone(wheel, tmp_path):
    target = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    # nothing that would reach into another book which is built where the package is installed
    assert "myst_nb" not in next(target.glob("*.dist-info/entry_points.txt")).read_text()
    assert not (target / "sme_book").exists()
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "SME_SURVEY"))
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        # -S: no installed packages, so nothing but this wheel and the standard library
        return subprocess.run(
            [sys.executable, "-S", "-E", "-B", *arguments],
            cwd=tmp_path,
            env=environment | {"PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    program = (
        f"import sys; sys.path.insert(0, {str(target)!r})\n"
        "import sme_survey; from sme_survey.survey.loading import data_dir\n"
        "print(data_dir()); print(len(sme_survey.load().all_answers), sme_survey.__version__)\n"
        "from sme_survey.cli import main; sys.exit(main(['table', 'education']))"
    )
    result = run("-c", program)
    assert result.returncode == 0, result.stderr
    where, counted, *table = result.stdout.splitlines()
    assert Path(where) == target / "sme_survey" / "_data"
    assert counted.startswith(f"{len(load().all_answers)} ")
    assert any("55.1" in line for line in table)


def test_pip_installs_the_wheel_into_an_environment_of_its_own(wheel, tmp_path):
    target = tmp_path / "installed"
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index",
        "--disable-pip-version-check", "--target", str(target), str(wheel),
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert (target / "sme_survey/_data/answers.csv").is_file()
    assert (target / "sme_survey/_data/ddi-codebook.xml").is_file()
    check = subprocess.run(
        [sys.executable, "-S", "-m", "sme_survey", "check"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(target), "PYTHONUTF8": "1", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stderr
    assert "nothing wrong" in check.stdout
