"""The command line: ``python -m sme_survey COMMAND``.

Exit codes: 0, nothing amiss; 1, something was found (data that do not validate, a consistency check
that failed, a verdict that is not the recorded one, a sentence of the report that is unaccounted
for, a notebook that gives another result); 2, the command could not be carried out (wrong
arguments, no data).

A command is a function that adds its parser to the subparsers and names what it runs with
``set_defaults(run=...)``; it is listed in ``COMMANDS``. Standard library only.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

import sme_survey
from sme_survey.judgement import audits, claims, consistency, consistency_text, guard
from sme_survey.judgement.verdicts import VERDICTS
from sme_survey.numbers.counts import ROUNDINGS
from sme_survey.survey import exporting, pasted
from sme_survey.survey.loading import DataError, data_dir, load
from sme_survey.survey.model import Survey, UnknownName
from sme_survey.survey.text import LANGUAGES, Language, edition

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    Subparsers = Any

OK, FOUND, FAILED = 0, 1, 2


def command(subparsers: Subparsers, name: str, summary: str) -> argparse.ArgumentParser:
    """A parser for one command, with the options that every command has."""
    parser = subparsers.add_parser(name, help=summary, description=summary)
    parser.add_argument(
        "--data", metavar="DIR", help="folder with the data (default: SME_SURVEY_DATA or packaged)"
    )
    parser.add_argument(
        "--lang", choices=LANGUAGES, help="language of the texts (default: SME_SURVEY_LANG or en)"
    )
    return parser


def add_format(parser: argparse.ArgumentParser) -> None:
    """The option --format text|json."""
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for machines"
    )


def language(options: argparse.Namespace) -> Language:
    """The language asked for, else that of the edition."""
    chosen: Language | None = options.lang
    return chosen or edition()


def print_json(content: Any) -> None:
    """Readable JSON on standard output."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def add_check(subparsers: Subparsers) -> None:
    """``check``: hold the data against everything they can be held against."""
    parser = command(
        subparsers,
        "check",
        "hold the data against everything they can be held against; name every wrong cell",
    )
    add_format(parser)
    parser.add_argument(
        "--verbose", action="store_true", help="also list every follower, and what nothing guards"
    )
    parser.set_defaults(run=run_check)


MOST_SHOWN = 20


def run_check(options: argparse.Namespace) -> int:
    """Print every problem, first causes first, or what was held against what."""
    report = guard.inspect(data_dir(options.data))
    if options.format == "json":
        print_json(guard.as_json(report))
    elif report.causes:
        _print_problems(report, options.verbose)
    else:
        _print_nothing_wrong(report)
    if options.verbose and options.format == "text" and report.survey:
        _print_unguarded(report)
    return FOUND if report.causes else OK


def _print_problems(report: guard.Report, verbose: bool) -> None:
    lines = list(guard.summary(report.causes))
    shown = len(lines) if verbose else MOST_SHOWN
    print("\n".join(lines[:shown]))
    if len(lines) > shown:
        print(f"... and {len(lines) - shown} more; --verbose shows them")
    followers = report.followers
    if followers:
        listed = ", ".join(
            f"{len(found)} in {guard.CHECKS[name]}" for name, found in followers.items()
        )
        print(f"These may follow from it: {listed}.")
    if verbose:
        for found in followers.values():
            print("\n".join(f"  {line}" for line in guard.summary(found)))
    if report.skipped:
        print(
            f"Not checked until then: {', '.join(guard.CHECKS[name] for name in report.skipped)}."
        )
    print(f"{len(report.causes)} problem(s) found", file=sys.stderr)


def _print_nothing_wrong(report: guard.Report) -> None:
    survey = report.survey
    assert survey is not None
    published = sum(question.published for question in survey.questions)
    twice = len(report.comparison.read) if report.comparison else 0
    print(
        f"{len(survey.tables)} tables, {published} questions with published numbers, "
        f"{len(survey.all_answers)} percentages, {twice} numbers read twice, "
        f"{len(report.judged)} claims: nothing wrong"
    )


def _print_unguarded(report: guard.Report) -> None:
    for group, columns in guard.unguarded(report).items():
        print(f"\nNot guarded, {group}: {sum(columns.values())} cells")
        for column, cells in columns.items():
            print(f"{cells:6}  {column}")


def add_claims(subparsers: Subparsers) -> None:
    """``claims``: the ledger of the report's claims with their verdicts."""
    parser = command(
        subparsers,
        "claims",
        "print every claim of the report with its verdict; exit 1 if a verdict is not the one "
        "recorded at the last release",
    )
    add_format(parser)
    parser.add_argument("--verdict", choices=tuple(VERDICTS), help="only claims with this verdict")
    parser.add_argument("--theme", help="only claims of this theme, for example incidents")
    parser.add_argument(
        "--coverage",
        action="store_true",
        help="print how many sentences of the report are judged or left out, and why; exit 1 if "
        "one is unaccounted for",
    )
    parser.add_argument(
        "--record", metavar="VERSION", help="record the verdicts as those of a version, and stop"
    )
    parser.set_defaults(run=run_claims)


def run_claims(options: argparse.Namespace) -> int:
    """Print the ledger and hold it against the verdicts recorded."""
    survey = load(options.data)
    if options.theme is not None and options.theme not in survey.names.themes:
        raise UnknownName("theme", options.theme, survey.names.themes)
    judged = claims.ledger(survey)
    if options.record:
        file = data_dir(options.data) / "recorded_verdicts.csv"
        file.write_text(claims.recorded_csv(survey, judged, options.record), encoding="utf-8")
        print(f"{file.name}: {len(judged)} verdicts recorded for {options.record}")
        return OK
    if options.coverage:
        return _coverage(claims.coverage(survey, judged), options.format, language(options))
    changed = claims.differences(survey, judged)
    shown = [
        item
        for item in judged
        if options.verdict in {None, item.verdict} and options.theme in {None, item.claim.theme}
    ]
    if options.format == "json":
        print_json(
            {
                "claims": [item.as_json(options.lang) for item in shown],
                "totals": claims.totals(shown),
                "answers": claims.answers(shown),
                "coverage": _covered(claims.coverage(survey, judged)),
                "differs_from_recorded": [
                    {"claim_id": item.claim_id, "recorded": item.recorded, "now": item.computed}
                    for item in changed
                ],
            }
        )
    else:
        _print_ledger(shown, language(options))
    for difference in changed:
        print(f"verdict differs from the recorded one: {difference}", file=sys.stderr)
    return FOUND if changed else OK


def _covered(found: claims.Coverage) -> dict[str, Any]:
    return {
        "sentences": found.sentences,
        "judged": found.judged,
        "left_out": dict(found.left_out),
        "unaccounted": [list(place) for place in found.unaccounted],
        "accounted_twice": [list(place) for place in found.twice],
        "numbers": found.numbers,
        "numbers_not_covered": [list(place) for place in found.missing],
    }


def _coverage(found: claims.Coverage, form: str, lang: Language) -> int:
    if form == "json":
        print_json(_covered(found))
    else:
        print(f"{found.sentences:4}  sentences")
        print(f"{found.judged:4}  judged")
        print(f"{sum(found.left_out.values()):4}  left out")
        for reason, count in found.left_out.items():
            print(f"      {count:4}  {claims.REASONS[reason][lang]}")
        print(f"{len(found.unaccounted):4}  unaccounted")
        print(f"{found.numbers:4}  numbers in them, {len(found.missing)} not covered by a claim")
    for page, position in found.unaccounted:
        print(f"unaccounted: p. {page}, sentence {position}", file=sys.stderr)
    for page, position in found.twice:
        print(f"judged and left out, or not there: p. {page}, {position}", file=sys.stderr)
    for page, block, value in found.missing:
        print(f"no claim covers {value} (p. {page}, {block})", file=sys.stderr)
    return OK if found.complete else FOUND


def _print_ledger(judged: Sequence[claims.Judged], lang: Language) -> None:
    for items in claims.by_theme(judged).values():
        title = items[0].claim.topic[lang]
        print(f"{title}\n{'=' * len(title)}")
        for item in items:
            print(f"\n[{item.verdict_text[lang]}] {item.claim.id} ({item.claim.where[lang]})")
            print(f"  {item.claim.statement[lang]}")
            print(f"  {item.evidence[lang]}")
            if item.claim.reply:
                print(f"  {claims.REPLY[lang]}{item.claim.reply[lang]}")
        print()
    for verdict, count in claims.totals(judged).items():
        print(f"{count:4}  {VERDICTS[verdict][lang]}")


def add_check_tables(subparsers: Subparsers) -> None:
    """``check-tables``: whether the published tables, or those of a file, fit together."""
    parser = command(
        subparsers,
        "check-tables",
        "consistency checks of percentages: of the published tables, or of a table of your own "
        "(CSV, TSV, Markdown); exit 1 if something is not attainable or a cell was refused",
    )
    parser.add_argument("file", nargs="?", help="a table of your own; - reads standard input")
    parser.add_argument("--template", action="store_true", help="print an empty table to fill in")
    parser.add_argument(
        "--format", choices=("text", "json", "csv"), default="text", help="csv: for a file only"
    )
    own = parser.add_argument_group("of a file")
    own.add_argument("--type", choices=("single", "multiple"), help="answer type of every question")
    own.add_argument("--decimals", help="0 to 2 (default: as many as the cells show)")
    own.add_argument("--rounding", choices=ROUNDINGS, default="nearest", help="default: nearest")
    own.add_argument("--n", help="base of the percentages that have none")
    own.add_argument("--weighted", action="store_true", help="percentages of weighted answers")
    own.add_argument(
        "--exclusive", action="append", metavar="LABEL", help="answer that excludes all others"
    )
    own.add_argument("--total", metavar="GROUP", help="group that holds all respondents")
    own.add_argument(
        "--parent", nargs=2, metavar=("PERCENT", "N"), help="the answer that led to the question"
    )
    parser.set_defaults(run=run_check_tables)


TEMPLATE = """question,type,group,option,percent,n,count,parent
use,single,total,Yes,62.5,40,25,
use,single,total,No,37.5,40,15,
services,multiple,total,E-mail,80.0,25,20,use/Yes
services,multiple,total,Website,48.0,25,12,use/Yes
"""


def run_own_table(options: argparse.Namespace) -> int:
    """Check the table of a file."""
    lang = language(options)
    content = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    percent, n = options.parent or (None, None)
    try:
        text, encoding = pasted.decode(content)
        choices = pasted.as_choices(
            {
                "kind": options.type,
                "decimals": options.decimals,
                "rounding": options.rounding,
                "n": options.n,
                "weighted": options.weighted,
                "exclusive": options.exclusive,
                "total": options.total,
                "parent_percent": percent,
                "parent_n": n,
            }
        )
        report = consistency.inspect(pasted.read(text, choices, encoding))
    except pasted.PastedError as error:
        raise ValueError(f"{options.file}: {error.said[lang]}") from None
    version = sme_survey.__version__
    if options.format == "json":
        print_json(consistency_text.as_json(report, lang, version))
    elif options.format == "csv":
        print(consistency_text.as_csv(report, lang, version), end="")
    else:
        print(consistency_text.as_text(report, lang, version), end="")
    return FOUND if report.findings or report.reading.refused else OK


def run_check_tables(options: argparse.Namespace) -> int:
    """Print every consistency check with its result."""
    if options.template:
        print(TEMPLATE, end="")
        return OK
    if options.file is not None:
        return run_own_table(options)
    if options.format == "csv":
        raise ValueError("--format csv needs a file; of this survey, export has the numbers")
    results = audits.audits(load(options.data))
    lang = language(options)
    if options.format == "json":
        print_json(
            [
                {
                    "check": item.id,
                    "title": item.title[lang],
                    "tested": item.tested[lang],
                    "tests": item.tests,
                    "passed": item.passed,
                    "found": [found[lang] for found in item.found],
                    "result": item.result[lang],
                    "blind": item.blind[lang],
                }
                for item in results
            ]
        )
    else:
        for item in results:
            print(f"{'ok  ' if item.passed else 'FAIL'} {item.tests:4}  {item.title[lang]}")
            print(f"           {item.result[lang]}")
            for found in item.found:
                print(f"           ! {found[lang]}")
        print(f"     {sum(item.tests for item in results):4}  tests in {len(results)} checks")
    return OK if all(item.passed for item in results) else FOUND


def add_table(subparsers: Subparsers) -> None:
    """``table QUESTION``: the published answers to a question."""
    parser = command(
        subparsers,
        "table",
        "print the published answers to a question with intervals and counts; without a question, "
        "list the questions",
    )
    parser.add_argument("question", nargs="?", help="its name, for example measures")
    parser.add_argument(
        "--wave", help="a year, or all (default: the newest in which the question was asked)"
    )
    parser.add_argument(
        "--group", default="total", help="total (default), a group such as sme_101, or all"
    )
    parser.add_argument(
        "--format", choices=("text", "csv", "json"), default="text", help="how to print them"
    )
    parser.set_defaults(run=run_table)


def run_table(options: argparse.Namespace) -> int:
    """Print the answers, or the list of questions."""
    survey, lang = load(options.data), language(options)
    if options.question is None:
        return _list_questions(survey, options.format, lang)
    wave: int | Literal["newest"] | None = "newest"
    if options.wave is not None:
        if options.wave != "all" and not options.wave.isdecimal():
            raise ValueError(f"--wave is {options.wave!r}; expected a year or all")
        wave = None if options.wave == "all" else int(options.wave)
    group = None if options.group == "all" else survey.group(options.group).id
    answers = exporting.select(survey, options.question, wave, group)
    if options.format == "text":
        print(exporting.as_text(survey, answers, lang), end="")
    else:
        records = [exporting.record(survey, answer) for answer in answers]
        print(exporting.TEXTS[options.format](records), end="")
    return OK


def _list_questions(survey: Survey, form: str, lang: Language) -> int:
    records = [
        {
            "question_id": item.id,
            "title": item.title[lang],
            "answer_type": item.answer_type,
            "page": item.page,
            "published": "numbers" if item.published else "picture",
        }
        for item in survey.questions
    ]
    if form == "text":
        width = max(len(item.id) for item in survey.questions)
        for row in records:
            print(f"{row['question_id']:{width}}  p. {row['page']}  {row['title']}")
    else:
        print(exporting.TEXTS[form](records), end="")
    return OK


def add_export(subparsers: Subparsers) -> None:
    """``export``: all data in one file or folder."""
    parser = command(
        subparsers,
        "export",
        "write all data: every published percentage as csv or json, every table as an SQLite "
        "database, or the Data Package itself",
    )
    parser.add_argument(
        "--format",
        choices=("csv", "json", "sqlite", "datapackage"),
        default="csv",
        help="what to write (default: csv)",
    )
    parser.add_argument(
        "--to", metavar="PATH", help="file or folder to write (csv and json: default is stdout)"
    )
    parser.add_argument("--force", action="store_true", help="write over what is there")
    parser.set_defaults(run=run_export)


def run_export(options: argparse.Namespace) -> int:
    """Write the export; say where it went on standard error."""
    survey = load(options.data)
    if options.to is None:
        if options.format not in exporting.TEXTS:
            raise ValueError(f"--format {options.format} needs --to PATH")
        print(exporting.TEXTS[options.format](exporting.all_records(survey)), end="")
        return OK
    target = Path(options.to)
    exporting.refuse(target, options.force)
    target.parent.mkdir(parents=True, exist_ok=True)
    if options.format == "datapackage":
        exporting.copy_package(data_dir(options.data), target, options.force)
    elif options.format == "sqlite":
        exporting.write_sqlite(survey, target)
    else:
        text = exporting.TEXTS[options.format](exporting.all_records(survey))
        target.write_text(text, encoding="utf-8", newline="")
    print(f"{target}: written", file=sys.stderr)
    return OK


def add_verify(subparsers: Subparsers) -> None:
    """``verify``: run notebooks again and compare."""
    parser = command(
        subparsers,
        "verify",
        "run notebooks again in this Python and say of each cell and figure whether it gives what "
        "is stored; exit code 1 where something differs",
    )
    parser.add_argument("folder", metavar="FOLDER", help="notebooks: a folder of them, or one")
    parser.set_defaults(run=run_verify)


def run_verify(options: argparse.Namespace) -> int:
    """Run the notebooks; print a line for each cell and figure, and a verdict at the end."""
    from sme_survey.presentation import verifying

    lang = language(options)
    if options.data:
        os.environ["SME_SURVEY_DATA"] = options.data
    paths = verifying.notebooks(Path(options.folder))
    width = max(len(verifying.SAYS[verdict][lang]) for verdict in ("same", "different", "apart"))
    found = []

    def say(finding: verifying.Finding) -> None:
        shown = verifying.SAYS[finding.verdict][lang]
        print(f"  {shown:{width}}  {finding.what}  ({finding.reason})", flush=True)

    for number, path in enumerate(paths, start=1):
        print(f"[{number}/{len(paths)}] {path}", flush=True)
        found += verifying.verify(path, say, lang)
    print(verifying.verdict(found, lang))
    return FOUND if any(item.verdict == "different" for item in found) else OK


COMMANDS: list[Callable[[Subparsers], None]] = [
    add_check,
    add_claims,
    add_check_tables,
    add_table,
    add_export,
    add_verify,
]


def parser() -> argparse.ArgumentParser:
    """The parser with every command."""
    top = argparse.ArgumentParser(
        prog="python -m sme_survey",
        description="Read, check and judge the published numbers of the survey.",
        epilog="Exit codes: 0 nothing amiss, 1 something was found, 2 could not be carried out.",
    )
    top.add_argument("--version", action="version", version=sme_survey.__version__)
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(subparsers)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
        sys.stdout.flush()
    except DataError as error:
        return _failed(f"the data cannot be used:\n{error}")
    except (UnknownName, ValueError, OSError) as error:
        if isinstance(error, BrokenPipeError):  # the reader of a pipe has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return OK
        return _failed(str(error))
    return code


def _failed(message: str, stream: TextIO | None = None) -> int:
    print(f"error: {message}", file=stream or sys.stderr)
    return FAILED
