"""DDI-Codebook 2.5 (DDI Alliance, 2012) of the survey and its tables, in both languages.

The study, every file, every column, and every question with its options and published percentages.
What respondents answered one by one is not published, so a question has no file of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from sme_book.base import publication
from sme_survey.survey.loading import load
from sme_survey.survey.model import Question, Survey, Wave
from sme_survey.survey.text import Text

NAMESPACE = "ddi:codebook:2_5"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
KIND = Text("Aggregated survey results: published percentages", "集計された調査結果（公表割合）")
CONDITIONS = Text(
    "No licence is claimed or granted over the agency's numbers; our labels, descriptions and "
    "structure are under CC BY 4.0.",
    "実施機関の数値には何らの権利も主張せず、許諾も与えない。本書が付した名称、説明、構成はCC BY "
    "4.0による。",
)


class Writer:
    """Writes elements under a parent."""

    def __init__(self, parent: Any) -> None:
        self.element = parent

    def add(self, element: str, text: object = "", /, **attributes: object) -> Writer:
        """Put an element at the end; return a writer for what it holds."""
        given = {key.rstrip("_"): str(value) for key, value in attributes.items()}
        child = etree.SubElement(self.element, f"{{{NAMESPACE}}}{element}", given)
        if text != "":
            child.text = str(text)
        return Writer(child)

    def both(self, element: str, text: Text, /, **attributes: object) -> None:
        """Put an element for each language."""
        for language in ("en", "ja"):
            child = self.add(element, text.en if language == "en" else text.ja, **attributes)
            child.element.set(LANG, language)


def said(item: Mapping[str, Any], key: str) -> Text:
    """A text of the data package."""
    return Text(str(item.get(key) or ""), str(item.get(f"{key}_ja") or item.get(key) or ""))


def identify(parent: Writer, book: publication.Book, title: Text) -> Writer:
    """Citation of the codebook or the study: title, author, producer, version."""
    citation = parent.add("citation")
    statement = citation.add("titlStmt")
    statement.add("titl", title.en)
    other = statement.add("parTitl", title.ja)
    other.element.set(LANG, "ja")
    statement.add("IDNo", publication.package()["name"])
    return citation


def responsibility(citation: Writer, names: Iterable[str], book: publication.Book) -> None:
    """Who wrote and who made it."""
    stated = citation.add("rspStmt")
    for name in names:
        stated.add("AuthEnty", name)
    produced = citation.add("prodStmt")
    for name in book.authors:
        produced.add("producer", name)
    produced.add("prodDate", book.released, date=book.released)
    version = citation.add("verStmt")
    version.add("version", book.version, date=book.released)


def document_part(root: Writer, book: publication.Book) -> None:
    """About this file."""
    part = root.add("docDscr")
    title = Text(
        f"Codebook: {publication.data_title('en')}", f"{publication.data_title('ja')}の符号表"
    )
    responsibility(identify(part, book, title), book.authors, book)


def cycle(wave: Wave) -> str:
    """Name of a wave in attributes: ``W2021``."""
    return f"W{wave.year}"


def response_rate(survey: Survey) -> str:
    """Valid responses over questionnaires sent, where both are published."""
    sent = next(
        (int(item.value) for item in survey.singles if item.id == "questionnaires_sent"), None
    )
    valid = survey.main.valid
    return f"{valid:,} / {sent:,} = {100 * valid / sent:.1f}%" if sent and valid else ""


def study_part(root: Writer, book: publication.Book, survey: Survey) -> None:
    """About the survey: subject, universe, sampling, fieldwork, response, terms."""
    part = root.add("stdyDscr")
    package = publication.package()
    citation = identify(part, book, said(package, "title"))
    responsibility(citation, [survey.names["agency"].en], book)
    info = part.add("stdyInfo")
    subject = info.add("subject")
    for keyword in book.keywords:
        subject.add("keyword", keyword.en)
    info.both("abstract", said(package, "description"))
    names, summary = survey.names, info.add("sumDscr")
    for wave in survey.waves:
        summary.add("timePrd", wave.year, ID=cycle(wave), date=wave.year, event="single")
    for wave in survey.waves:
        for date, event in ((wave.start, "start"), (wave.end, "end")):
            if date:
                summary.add("collDate", date, date=date, event=event, cycle=wave.year)
    summary.add("nation", names["nation"].en, abbr=names.value("nation"))
    summary.both("geogCover", names["coverage"])
    summary.both("anlyUnit", Text(names["unit"].en.capitalize(), names["unit"].ja))
    summary.both("universe", names["universe"])
    summary.both("dataKind", KIND)
    method = part.add("method")
    collected = method.add("dataColl")
    collected.both("timeMeth", Text("Cross-section, repeated", "横断調査（反復）"))
    collected.both("sampProc", names["sampling"])
    for wave in survey.waves:
        collected.both("sampProc", Text(f"{wave.label.en}: {wave.frame.en}",
                                        f"{wave.label.ja}：{wave.frame.ja}"))  # fmt: skip
    collected.both("collMode", names["mode"])
    for wave in survey.waves:
        collected.both("collMode", Text(f"{wave.label.en}: {wave.mode.en}",
                                        f"{wave.label.ja}：{wave.mode.ja}"))  # fmt: skip
    if rate := response_rate(survey):
        method.add("anlyInfo").add("respRate", rate)
    use = part.add("dataAccs").add("useStmt")
    use.both("citReq", book.credit)
    use.both("conditions", CONDITIONS)
    material = part.add("othrStdyMat")
    material.both("relMat", publication.report().title)


def name_of(resource: Mapping[str, Any]) -> str:
    """Name of a file in the codebook."""
    return f"F_{resource['name']}"


def file_part(root: Writer, resource: Mapping[str, Any], rows: int) -> None:
    """One file."""
    text = root.add("fileDscr", ID=name_of(resource)).add("fileTxt")
    text.add("fileName", resource["path"])
    text.both("fileCont", said(resource, "description"))
    size = text.add("dimensns")
    size.add("caseQnty", rows)
    size.add("varQnty", len(resource["schema"]["fields"]))
    text.add("fileType", "CSV (RFC 4180), UTF-8")


def column_part(root: Writer, resource: Mapping[str, Any], field: Mapping[str, Any]) -> None:
    """One column of a file."""
    rules = field.get("constraints", {})
    number = field["type"] in ("integer", "number", "year")
    label = said(field, "title")
    whole = {"intrvl": "discrete" if field["type"] != "number" else "contin"} if number else {}
    part = root.add(
        "var",
        ID=f"V_{resource['name']}_{field['name']}",
        name=field["name"],
        files=name_of(resource),
        **whole,
    )
    part.both("labl", label)
    if number and ("minimum" in rules or "maximum" in rules):
        ends = {"min": rules.get("minimum"), "max": rules.get("maximum")}
        limits = {name: value for name, value in ends.items() if value is not None}
        part.add("valrng").add("range", **limits)
    part.both("txt", said(field, "description"))
    for value in rules.get("enum", ()):
        part.add("catgry").add("catValu", value)
    part.add("varFormat", type="numeric" if number else "character", schema="other")


def question_part(root: Writer, survey: Survey, question: Question, wave: Wave | None) -> None:
    """One question in one wave: wording, universe, base, options with the percentages of all.

    Questions without published numbers have no wave.
    """
    answers = survey.answers(question.id, wave.year) if wave else ()
    name = name_in(survey, question, wave)
    when = {"sdatrefs": cycle(wave)} if wave else {}
    part = root.add("var", ID=f"Q_{name}", name=name, **when)
    title = question.title
    if wave:
        title = Text(f"{title.en} ({wave.short.en})", f"{title.ja}（{wave.short.ja}）")
    part.both("labl", title)
    asked = part.add("qstn", responseDomainType="category")
    literal = asked.add("qstnLit", question.wording)
    literal.element.set(LANG, "ja")
    part.both("universe", question.base)
    if answers:
        part.add("sumStat", answers[0].n, type="vald")
    several = question.answer_type == "multiple"
    kind = Text("Multiple answers", "複数回答") if several else Text("Single answer", "単一回答")
    part.both("txt", kind)
    percents = {item.option.id: item.percent for item in answers}
    for option in question.options:
        entry = part.add("catgry", missing="Y" if option.role == "no_answer" else "N")
        entry.add("catValu", option.id)
        entry.both("labl", option.label)
        if option.id in percents:
            entry.add("catStat", percents[option.id], type="percent")
    part.add("concept", survey.names.sections[question.section].en)
    page = Text(f"Report, p. {question.page}", f"報告書{question.page}ページ")
    if not question.published:
        page = Text(
            f"{page.en}; the chart is a picture, its numbers are not published",
            f"{page.ja}。図は画像であり、数値は公表されていない",
        )
    part.both("notes", page)


def asked(survey: Survey, question: Question) -> list[Wave | None]:
    """The waves of a question, newest first; one without a name where none has numbers."""
    return [survey.wave(year) for year in reversed(survey.years(question.id))] or [None]


def name_in(survey: Survey, question: Question, wave: Wave | None) -> str:
    """Name of a question in a wave: its own in the newest, with the year in the others."""
    newest = asked(survey, question)[0]
    return question.id if wave is newest or wave is None else f"{question.id}_{wave.year}"


def data_part(root: Writer, survey: Survey) -> None:
    """Groups of questions, the questions, and the columns of the files."""
    part = root.add("dataDscr")
    for section, label in survey.names.sections.items():
        members = [
            f"Q_{name_in(survey, item, wave)}"
            for item in survey.questions
            if item.section == section
            for wave in asked(survey, item)
        ]
        group = part.add("varGrp", ID=f"G_{section}", type="subject", var=" ".join(members))
        group.both("labl", label)
    for question in survey.questions:
        for wave in asked(survey, question):
            question_part(part, survey, question, wave)
    for resource in publication.tables():
        for field in resource["schema"]["fields"]:
            column_part(part, resource, field)


def document() -> str:
    """The codebook as XML text."""
    book, survey = publication.book(), load()
    tree = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE})
    tree.set("version", "2.5")
    tree.set(LANG, "en")
    root = Writer(tree)
    document_part(root, book)
    study_part(root, book, survey)
    for resource in publication.tables():
        file_part(root, resource, len(survey.tables[str(resource["name"])].rows))
    data_part(root, survey)
    written: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written.decode()
