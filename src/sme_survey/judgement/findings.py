"""The main findings: one sentence each, with its numbers, and whether the data bear it.

A finding is chosen for what it means to a firm, to those who make policy, or to research. Its
sentence holds every number it states, computed; ``holds`` asks whether the printed numbers say so,
and a sentence that they no longer bear cannot be said (:class:`NotBorne`). How firm it is, is
computed beside it: sampling error, and what the firms that gave no answer could change.

Surveys are set side by side; a difference between them is not called a change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sme_survey.judgement.comparisons import (
    Share,
    answer_bounds,
    group_difference,
    group_trend,
    lead,
    no_answer,
    ranked,
    share,
    sum_of,
    wave_changes,
)
from sme_survey.judgement.response import any_incident
from sme_survey.numbers.intervals import Bounds, bounds_no_answer
from sme_survey.survey.model import Answer, Role, Survey, UnknownName
from sme_survey.survey.sources import Origins, origins
from sme_survey.survey.text import Text

SIZES = ("small", "sme_100", "sme_101")


class NotBorne(ValueError):
    """A finding whose sentence the data do not bear."""


@dataclass(frozen=True)
class Row:
    """One bar of a finding's picture; ``share`` is None where the base is not held here."""

    label: Text
    percent: float
    share: Share | None = None
    role: Role = "substantive"


@dataclass(frozen=True)
class MainFinding:
    """A finding: its sentence, whether the printed numbers bear it, and how firm it is.

    ``base`` says what its shares are of. ``title`` heads its picture, whose bars are ``rows``;
    ``answers`` are those whose question, wave, group and base the picture states, ``origins``
    where the rows are published if there are none of them.
    """

    id: str
    sentence: Text
    base: Text
    holds: bool
    firm: Text
    title: Text
    rows: tuple[Row, ...]
    answers: tuple[Answer, ...] = ()
    origins: Origins = ()

    @property
    def said(self) -> Text:
        """The sentence.

        Raises
        ------
        NotBorne
            If the printed numbers do not say so.
        """
        if not self.holds:
            raise NotBorne(f"finding {self.id}: the data do not bear it: {self.sentence.en}")
        return self.sentence


# ---- how firm --------------------------------------------------------------------------------


def _verdict(what: Text, clear: bool, safe: bool | None) -> Text:
    """Whether ``what`` is beyond sampling error and safe from the no-answers (None: all said)."""
    if not clear:
        return Text(
            f"That {what.en} lies within sampling error.",
            f"{what.ja}ことは、標本誤差の範囲を出ない。",
        )
    if safe is None:
        return Text(
            f"That {what.en} is beyond sampling error.",
            f"{what.ja}ことは、標本誤差の範囲を超えている。",
        )
    if not safe:
        return Text(
            f"That {what.en} is beyond sampling error; the firms without an answer could undo it.",
            f"{what.ja}ことは標本誤差の範囲を超えているが、無回答の企業の答え次第では変わり得る。",
        )
    return Text(
        f"That {what.en} is beyond sampling error, whatever the firms without an answer would "
        "have said.",
        f"{what.ja}ことは、標本誤差を見込んでも、無回答の企業がどう答えていても変わらない。",
    )


def _base(survey: Survey, answer: Answer) -> Text:
    """Whom a share is of, and how many they are."""
    base = survey.question(answer.question_id).base
    return Text(f"{base.en} (n = {answer.n:,})", f"{base.ja}（n={answer.n:,}）")


def _range(ends: Bounds) -> Text:
    low, high = f"{100 * ends.low:.1f}", f"{100 * ends.high:.1f}"
    return Text(f"{low} to {high}%", f"{low}〜{high}%")


def _of_share(
    what: Text,
    found: Share,
    silent: Answer | None,
    possible: Bounds,
    holds: Callable[[float], bool],
) -> Text:
    """Interval of a share, what the no-answers leave open, and whether ``holds`` at all ends."""
    ends, reach = _range(found.interval), _range(possible)
    clear = holds(found.interval.low) and holds(found.interval.high)
    interval = Text(f"95% interval {ends.en}.", f"95%信頼区間は{ends.ja}。")
    if silent is None or not silent.percent:
        verdict = _verdict(what, clear, None)
        return Text(f"{interval.en} {verdict.en}", interval.ja + verdict.ja)
    verdict = _verdict(what, clear, holds(possible.low) and holds(possible.high))
    return Text(
        f"{interval.en} {silent.percent}% gave no answer; whatever they would have said, the share "
        f"lies between {reach.en.replace(' to ', ' and ')}. {verdict.en}",
        f"{interval.ja}無回答は{silent.percent}%で、その企業がどう答えていても割合は{reach.ja}に"
        f"収まる。{verdict.ja}",
    )


def _answer_firm(
    what: Text, answer: Answer, rows: Sequence[Answer], holds: Callable[[float], bool]
) -> Text:
    found = share(answer.counts, answer.n)
    return _of_share(what, found, no_answer(rows), answer_bounds(answer, rows), holds)


def _rows(answers: Sequence[Answer]) -> tuple[Row, ...]:
    return tuple(
        Row(item.option.label, float(item.percent), share(item.counts, item.n), item.option.role)
        for item in answers
    )


def _group_rows(survey: Survey, answers: Sequence[Answer]) -> tuple[Row, ...]:
    """One option in several groups, the groups named."""
    return tuple(
        Row(survey.group(item.group).label, float(item.percent), share(item.counts, item.n))
        for item in answers
    )


# ---- for a firm ------------------------------------------------------------------------------


def _measures(survey: Survey) -> MainFinding:
    rows = survey.answers("measures")
    backup, none = (survey.answer("measures", name) for name in ("backup", "none"))
    named = ranked(rows, "substantive")
    half = Text("none reaches half", "半数に届く対策がない")
    return MainFinding(
        "measures",
        Text(
            f"No security measure is named by half of the firms: backups, the most common, by "
            f"{backup.percent}%. {none.percent}% take none in particular.",
            f"半数以上の企業が実施していると答えた対策はない。最も多いバックアップでも{backup.percent}%であり、"
            f"「特に実施していない」企業が{none.percent}%を占める。",
        ),
        _base(survey, backup),
        named[0] == backup and backup.percent < 50,
        _answer_firm(half, backup, rows, lambda value: value < 0.5),
        Text(
            f"Measures named most often by Japanese SMEs, FY{survey.main.short.en}",
            f"日本の中小企業が実施している対策の上位（{survey.main.short.ja}）",
        ),
        _rows(ranked(rows)[:5]),
        (backup,),
    )


def _advice(survey: Survey) -> MainFinding:
    rows = survey.answers("advice")
    none, vendor, riss = (survey.answer("advice", name) for name in ("none", "it_vendor", "riss"))
    return MainFinding(
        "advice",
        Text(
            f"More than a fifth of the firms ({none.percent}%) have nobody in particular to ask "
            f"when there is a security problem. {vendor.percent}% ask an outside IT vendor, "
            f"{riss.percent}% a Registered Information Security Specialist.",
            f"困ったときの相談先が特にない企業は{none.percent}%と、2割を超える。社外のIT関連業者に"
            f"相談する企業は{vendor.percent}%、情報処理安全確保支援士（登録セキスペ）に相談する企業は"
            f"{riss.percent}%である。",
        ),
        _base(survey, none),
        none.percent > 20 and ranked(rows)[0] == vendor,
        _answer_firm(
            Text("it is more than a fifth", "2割を超える"), none, rows, lambda value: value > 0.2
        ),
        Text(
            f"Whom Japanese SMEs ask about security problems, FY{survey.main.short.en}",
            f"日本の中小企業がセキュリティで困ったときの相談先（{survey.main.short.ja}）",
        ),
        _rows([vendor, survey.answer("advice", "internal_staff"), none, riss]),
        (none,),
    )


def _education(survey: Survey) -> MainFinding:
    rows = survey.answers("education")
    none = next(item for item in wave_changes(survey, "education") if item.option.id == "none")
    now, was = none.after, none.before
    worst = f"{-100 * none.bounds.high:.1f}"
    aside = Text(
        f" In the worst case for no-answers it is still {worst} points below the earlier survey.",
        f"前回調査との差は、無回答について最も不利に見積もっても{worst}ポイント残る。",
    )
    between = aside if none.bounds.high < 0 else Text("", "")
    half = Text("it is more than half", "半数を超える")
    firm = _answer_firm(half, now, rows, lambda value: value > 0.5)
    return MainFinding(
        "education",
        Text(
            f"More than half of the firms, {now.percent}%, give their employees no security "
            f"education; in the survey of fiscal {survey.wave(was.wave).short.en}, set beside "
            f"it, {was.percent}% gave none.",
            f"従業員にセキュリティ教育を特に実施していない企業は{now.percent}%と、半数を超える。"
            f"{survey.wave(was.wave).short.ja}の調査では{was.percent}%であった。",
        ),
        _base(survey, now),
        now.percent > 50 and now.percent < was.percent,
        Text(firm.en + between.en, firm.ja + between.ja),
        Text(
            f"Security education at Japanese SMEs, FY{survey.main.short.en}",
            f"日本の中小企業における従業員へのセキュリティ教育（{survey.main.short.ja}）",
        ),
        _rows(ranked(rows)),
        (now,),
    )


def _email(survey: Survey) -> MainFinding:
    rows = survey.answers("infection_routes")
    mail, web = (survey.answer("infection_routes", name) for name in ("email", "web_browsing"))
    gap = lead(mail, web, exclusive=False)
    half = Text("most presume it", "半数を超える")
    firm = _answer_firm(half, mail, rows, lambda value: value > 0.5)
    order = _verdict(Text("email leads the web", "電子メールが首位である"), gap.low > 0, None)
    return MainFinding(
        "email",
        Text(
            f"Most of the firms that a virus reached presume that it came by email: "
            f"{mail.percent}% of {mail.n}. {web.percent}% name the web.",
            f"ウイルスに感染した{mail.n}社のうち、想定される侵入経路に電子メールを挙げた企業は"
            f"{mail.percent}%と、半数を超える。インターネット接続（ホームページ閲覧など）は"
            f"{web.percent}%である。",
        ),
        _base(survey, mail),
        mail.percent > 50 and ranked(rows)[:2] == (mail, web),
        Text(f"{firm.en} {order.en}", firm.ja + order.ja),
        Text(
            "Presumed routes of virus infection, Japanese SMEs, FY2020",
            "日本の中小企業におけるウイルスの想定侵入経路（2020年度）",
        ),
        _rows(ranked(rows)[:4]),
        (mail,),
    )


# ---- for those who make policy ---------------------------------------------------------------


def _investment(survey: Survey) -> MainFinding:
    rows = survey.answers("security_investment")
    none, under = (survey.answer("security_investment", i) for i in ("none_invested", "under_1m"))
    silent = no_answer(rows)
    low = sum_of([none, under])
    both = share(low, none.n)
    reach = bounds_no_answer(low, silent.counts if silent else 0, none.n)
    return MainFinding(
        "investment",
        Text(
            f"{none.percent}% of the firms that use IT put no money into security in three fiscal "
            f"periods; with those that spent less than one million yen, {both.percent:.1f}%, more "
            "than eight in ten.",
            f"ITを利用する企業のうち、直近過去3期に情報セキュリティ対策へ投資していない企業は"
            f"{none.percent}%である。100万円未満の企業を合わせると{both.percent:.1f}%と、8割を超える。",
        ),
        _base(survey, none),
        both.proportion > 0.8 and ranked(rows)[:2] == (under, none),
        _of_share(
            Text("it is more than eight in ten", "8割を超える"),
            both,
            silent,
            reach,
            lambda value: value > 0.8,
        ),
        Text(
            f"Security investment in three fiscal periods, Japanese SMEs that use IT, "
            f"FY{survey.main.short.en}",
            f"日本の中小企業の情報セキュリティ対策投資額（直近過去3期、{survey.main.label.ja}）",
        ),
        _rows([item for item in rows if item.percent >= 1 and item.option.role == "substantive"]),
        (none,),
    )


def _reasons(survey: Survey) -> MainFinding:
    rows = survey.answers("no_investment_reasons")
    first, second = ranked(rows)[:2]
    need = survey.answer("no_investment_reasons", "no_need")
    gap = lead(first, second, exclusive=False)
    largest = [survey.answer("no_investment_reasons", "no_need", group=name) for name in SIZES]
    trend = group_trend(survey, "no_investment_reasons", "no_need", SIZES)
    silent = no_answer(rows)
    safe = 100 * gap.estimate > (silent.percent if silent else 0)
    leads = Text("“no need” leads", "「必要性を感じていない」が最も多い")
    verdict = _verdict(leads, gap.low > 0, bool(safe))
    few = largest[-1].n
    return MainFinding(
        "reasons",
        Text(
            f"Of the {need.n:,} firms that did not invest in security, {need.percent}% see no "
            f"need, more than give any other reason; {largest[0].percent}% among small firms, "
            f"{largest[1].percent}% among firms with up to 100 employees.",
            f"情報セキュリティ対策に投資しなかった{need.n:,}社のうち、理由として最も多いのは"
            f"「必要性を感じていない」（{need.percent}%）である。小規模企業者では"
            f"{largest[0].percent}%、中小企業（100人以下）では{largest[1].percent}%を占める。",
        ),
        _base(survey, need),
        first == need
        and largest[0].percent > largest[1].percent
        and trend.z < 0
        and trend.p < 0.05,
        Text(
            f"Its lead over the next reason has a 95% interval of {100 * gap.low:.1f} to "
            f"{100 * gap.high:.1f} points, and the share falls with size (trend test, z = "
            f"{trend.z:.1f}). Only {few} of these firms have 101 employees or more. "
            f"{verdict.en}".replace("-", "−"),
            f"次に多い理由との差の95%信頼区間は{100 * gap.low:.1f}〜{100 * gap.high:.1f}ポイント"
            f"で、割合は規模が大きいほど低い（傾向検定、z={trend.z:.1f}）。101人以上の企業は{few}社に"
            f"とどまる。{verdict.ja}".replace("-", "−"),
        ),
        Text(
            f"“No need” as reason for not investing, by size, Japanese SMEs, "
            f"FY{survey.main.short.en}",
            f"対策に投資しない理由「必要性を感じていない」（規模別、日本の中小企業、{survey.main.short.ja}）",
        ),
        _group_rows(survey, (need, *largest)),
        (need, *largest),
    )


def _organisation(survey: Survey) -> MainFinding:
    found = [survey.single(f"organisation_{name}") for name in SIZES]
    small, middle, large = (item.value for item in found)
    return MainFinding(
        "organisation",
        Text(
            f"Somebody is in charge of security, in a department or as an appointed officer, at "
            f"{small}% of small enterprises, {middle}% of SMEs with up to 100 employees and "
            f"{large}% of larger ones.",
            f"専門部署または担当者（兼務を含む）を置く企業は、小規模企業者で{small}%、中小企業"
            f"（100人以下）で{middle}%、中小企業（101人以上）で{large}%である。",
        ),
        Text(
            "Firms of each size; how many they are is not held here",
            "各規模の有効回答企業（nは未収録）",
        ),
        small < middle < large,
        Text(
            "How firm this is cannot be told. The chart is an image in the report; its text gives "
            "these sums, but not the number of firms behind them, so there is no interval.",
            "判定できない。報告書の図は画像であり、本文に示されたのはこの合計のみで、集計対象の"
            "企業数を本書では収録していないため、信頼区間を求められない。",
        ),
        Text(
            f"SMEs in Japan with a department or officer for security, by size, "
            f"FY{survey.main.short.en}",
            f"セキュリティの専門部署または担当者を置く日本の中小企業（規模別、{survey.main.short.ja}）",
        ),
        tuple(
            Row(survey.group(name).label, float(item.value))
            for name, item in zip(SIZES, found, strict=True)
        ),
        origins=origins(found),
    )


def _duties(survey: Survey) -> MainFinding:
    everyone = survey.answer("contract_duties", "yes")
    tiers = [
        survey.answer("contract_duties", "yes", group=name) for name in ("prime", "tier2", "tier3")
    ]
    first, second, third = tiers
    tables = [survey.answers("contract_duties", group=item.group) for item in tiers]
    step, last = group_difference(first, second), group_difference(second, third)
    highest = answer_bounds(first, tables[0]).high
    more = Text("the second tier has them more often", "二次請けの方が多い")
    verdict = _verdict(more, step.low > 0, answer_bounds(second, tables[1]).low > highest)
    beyond = Text("", "")
    if last.low <= 0:
        ends = f"{100 * last.low:.1f}", f"{100 * last.high:.1f}"
        beyond = Text(
            f" Whether the third tier ({third.n} firms) has them more often still, the sample "
            f"cannot tell ({' to '.join(ends)} points).".replace("-", "−"),
            f"三次請け以降（{third.n}社）がさらに多いかどうかは、この標本からは分からない"
            f"（{'〜'.join(ends)}ポイント）。".replace("-", "−"),
        )
    return MainFinding(
        "duties",
        Text(
            f"{everyone.percent}% of the firms have security clauses, duties or requests from "
            f"trading partners: {first.percent}% of prime and first-tier contractors, "
            f"{second.percent}% of second-tier subcontractors.",
            f"取引先から情報セキュリティに関する義務・要請がある企業は{everyone.percent}%である。元請・"
            f"一次請けでは{first.percent}%、二次請けでは{second.percent}%である。",
        ),
        _base(survey, everyone),
        second.percent > first.percent,
        Text(
            f"The step from first to second tier has a 95% interval of {100 * step.low:.1f} to "
            f"{100 * step.high:.1f} points. {verdict.en}{beyond.en}",
            f"一次請けから二次請けへの差の95%信頼区間は{100 * step.low:.1f}〜{100 * step.high:.1f}"
            f"ポイントである。{verdict.ja}{beyond.ja}",
        ),
        Text(
            f"Security duties or requests from partners, Japanese SMEs by position, "
            f"FY{survey.main.short.en}",
            f"取引先からの義務・要請がある日本の中小企業（取引上の立場別、{survey.main.short.ja}）",
        ),
        _group_rows(survey, (everyone, *tiers)),
        (everyone, *tiers),
    )


def _cost(survey: Survey) -> MainFinding:
    rows = survey.answers("cost_sharing")
    own, part, whole = (
        survey.answer("cost_sharing", name) for name in ("all_own", "part_customer", "all_customer")
    )
    passed_on = share(sum_of([part, whole]), own.n)
    silent = no_answer(rows)
    reach = bounds_no_answer(passed_on.count, silent.counts if silent else 0, own.n)
    mine = share(own.counts, own.n)
    more = Text("more bear it all than pass any on", "全額自社で負担する企業の方が多い")
    verdict = _verdict(
        more,
        mine.interval.low > passed_on.interval.high,
        answer_bounds(own, rows).low > reach.high,
    )
    return MainFinding(
        "cost",
        Text(
            f"When customers ask for security, {own.percent}% of the firms bear the whole cost of "
            f"it themselves; {passed_on.percent:.1f}% ask the customer for part or all of it.",
            f"販売先からの要請に対応する費用を全額自社で負担する企業は{own.percent}%であるのに対し、"
            f"一部または全額の負担を販売先に依頼する企業は{passed_on.percent:.1f}%である。",
        ),
        _base(survey, own),
        ranked(rows)[0] == own and own.proportion > passed_on.proportion,
        Text(
            f"95% intervals {_range(mine.interval).en} and {_range(passed_on.interval).en}. "
            f"{verdict.en}",
            f"95%信頼区間はそれぞれ{_range(mine.interval).ja}、{_range(passed_on.interval).ja}。"
            f"{verdict.ja}",
        ),
        Text(
            f"Who bears the cost of customers' security requests, Japanese SMEs, "
            f"FY{survey.main.short.en}",
            f"販売先からの要請に対応する費用の負担（日本の中小企業、{survey.main.short.ja}）",
        ),
        _rows([item for item in ranked(rows) if item.option.role == "substantive"]),
        (own,),
    )


# ---- for research ----------------------------------------------------------------------------


def _incidents(survey: Survey) -> MainFinding:
    rows = survey.answers("incidents")
    found = any_incident(survey)
    silent, none = no_answer(rows), survey.answer("incidents", "none")
    missing = silent.percent if silent else Decimal(0)
    fewest, most = 100 * found.counts.low / found.n, 100 * found.counts.high / found.n
    return MainFinding(
        "incidents",
        Text(
            f"{fewest:.1f} to {most:.1f}% of the firms report at least one security incident in "
            f"fiscal 2020. About twice as many, {missing}%, left the question unanswered; "
            f"{none.percent}% report none.",
            f"2020年度に何らかの情報セキュリティ被害にあったと答えた企業は{fewest:.1f}〜{most:.1f}%で"
            f"ある。無回答はその約2倍の{missing}%、「被害にあっていない」は{none.percent}%であった。",
        ),
        _base(survey, none),
        round(float(missing) / ((fewest + most) / 2)) == 2,
        Text(
            f"95% interval {_range(found.of_all.interval).en}. The chart prints rounded shares, "
            "hence a range. Had none of the firms without an answer had an incident, or all of "
            f"them, the share would be {_range(found.bounds).en.replace(' to ', ' or ')}.",
            f"95%信頼区間は{_range(found.of_all.interval).ja}。図の値が丸められているため、割合は"
            "幅でしか分からない。無回答の企業がまったく被害にあっていなかった場合から、すべて被害に"
            f"あっていた場合までを考えると、割合は{_range(found.bounds).ja}となる。",
        ),
        Text(
            "Security incidents that Japanese SMEs report, FY2020",
            "日本の中小企業が回答した情報セキュリティ被害（2020年度）",
        ),
        (
            Row(Text("Any incident", "何らかの被害"), found.of_all.percent, found.of_all),
            *_rows([*ranked(rows, "substantive"), *([silent] if silent else [])]),
        ),
        (none,),
    )


def _threats(survey: Survey) -> MainFinding:
    names = ("threat_virus", "threat_unauthorised_access", "threat_targeted", "threat_dos")
    tables = [survey.answers(name) for name in names]
    sums = [share(sum_of(rows[:2]), rows[0].n) for rows in tables]
    dos, virus = (survey.answer(name, "dont_know") for name in (names[3], names[0]))
    silent = no_answer(tables[0])
    reach = bounds_no_answer(sums[0].count, silent.counts if silent else 0, sums[0].n)
    return MainFinding(
        "threats",
        Text(
            f"More than eight in ten firms ({sums[0].percent:.1f}%) see viruses as a threat. Of "
            f"denial-of-service attacks {dos.percent}% cannot tell how large the threat is, of "
            f"viruses {virus.percent}%.",
            f"コンピュータウイルスを脅威と捉える企業は{sums[0].percent:.1f}%と、8割を超える。脅威の"
            f"度合いが分からない企業は、ウイルスでは{virus.percent}%であるのに対し、DoS・DDoS攻撃では"
            f"{dos.percent}%である。",
        ),
        _base(survey, dos),
        sums[0].proportion > 0.8 and dos.percent > virus.percent,
        _of_share(
            Text("it is more than eight in ten", "8割を超える"),
            sums[0],
            silent,
            reach,
            lambda value: value > 0.8,
        ),
        Text(
            f"SMEs in Japan that see a threat, by kind of attack, FY{survey.main.short.en}",
            f"脅威と捉える日本の中小企業の割合（攻撃の種類別、{survey.main.short.ja}）",
        ),
        tuple(
            Row(survey.question(name).title, found.percent, found)
            for name, found in zip(names, sums, strict=True)
        ),
        tuple(rows[0] for rows in tables),
    )


def _surveys(survey: Survey) -> MainFinding:
    items = [item for item in wave_changes(survey, "measures") if item.option.role == "substantive"]
    higher = [item for item in items if item.points > 0]
    clear = [item for item in higher if item.beyond_chance]
    certain = [item for item in higher if item.bounds.low > 0]
    review = max(items, key=lambda item: item.points)
    was, now = review.before, review.after
    first, last = survey.wave(was.wave).short, survey.wave(now.wave).short
    return MainFinding(
        "surveys",
        Text(
            f"Set beside the survey of fiscal {first.en}, {len(higher)} of {len(items)} measures "
            f"are named by a larger share, {len(clear)} of them beyond sampling error. Regular "
            f"review differs most: {was.percent}% and {now.percent}%.",
            f"{first.ja}の調査と並べると、{len(items)}項目の対策のうち{len(higher)}項目で割合が高く、"
            f"うち{len(clear)}項目では差が有意である（Holm法、5%）。差が最も大きいのは対策の定期的な"
            f"見直しで、{was.percent}%に対し{now.percent}%である。",
        ),
        Text(
            f"All responding firms of each survey (n = {was.n:,} and {now.n:,})",
            f"各調査の有効回答企業（n={was.n:,}、{now.n:,}）",
        ),
        2 * len(higher) > len(items) and review.option.id == "review" and bool(clear),
        Text(
            "The test is corrected for all options of the chart (Holm, 5%). In the worst case for "
            f"no-answers, {len(certain)} of the {len(higher)} are certain. The two surveys reached "
            "firms in different ways, so a difference is not by itself a change.",
            f"検定は図の全選択肢について調整した（Holm法、5%）。無回答について最も不利に見積もると、"
            f"確実に高いといえるのは{len(higher)}項目中{len(certain)}項目である。2回の調査は企業の"
            "集め方が異なるため、差はそのまま変化を表さない。",
        ),
        Text(
            f"Regular review of security measures, Japanese SMEs, FY{first.en} and FY{last.en}",
            f"情報セキュリティ対策の定期的な見直し（日本の中小企業、{first.ja}と{last.ja}）",
        ),
        tuple(
            Row(
                survey.wave(item.wave).label,
                float(item.percent),
                share(item.counts, item.n),
            )
            for item in (was, now)
        ),
        (was, now),
    )


_MADE: tuple[Callable[[Survey], MainFinding], ...] = (
    _measures, _advice, _education, _email,
    _investment, _reasons, _organisation, _duties, _cost,
    _incidents, _threats, _surveys,
)  # fmt: skip
FRONT = ("measures", "investment", "incidents")
"""The findings of the front pages: one for a firm, one for policy, one for research."""


def main_findings(survey: Survey) -> dict[str, MainFinding]:
    """The main findings by name, in the order of the chapter."""
    return {item.id: item for item in (make(survey) for make in _MADE)}


def main_finding(survey: Survey, name: str) -> MainFinding:
    """One of them; ``UnknownName`` if there is none of that name."""
    found = main_findings(survey)
    if name not in found:
        raise UnknownName("finding", name, found)
    return found[name]
