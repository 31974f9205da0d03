"""The heads of pages: links and descriptions for machines that cite, index or preview."""

from __future__ import annotations

import html

from sme_book.base import publication
from sme_book.base.editions import other
from sme_book.standards.signposting import DESCRIBED_BY, Signposts, head_links
from sme_survey.survey.text import LANGUAGES, Language


def tag(element: str, /, **attributes: str) -> str:
    """An element of the head."""
    pairs = " ".join(f'{name}="{html.escape(value)}"' for name, value in attributes.items())
    return f"<{element} {pairs}>"


def picture(book: publication.Book, language: Language) -> dict[str, str]:
    """The picture of a preview, where the site has an address: Open Graph knows no relative one."""
    if not book.address:
        return {}
    return {
        "og:image": book.url(f"images/preview-{language}.png"),
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": book.title[language],
    }


def open_graph(graph: dict[str, str]) -> list[str]:
    """What a preview of a link shows."""
    card = "summary_large_image" if "og:image" in graph else "summary"
    return [
        *(tag("meta", property=name, content=value) for name, value in graph.items()),
        tag("meta", name="twitter:card", content=card),
    ]


def head(
    book: publication.Book,
    language: Language,
    page: str,
    title: str,
    description: str,
    posts: Signposts,
) -> list[str]:
    """Links and descriptions in the head of a page, for machines that cite, index or preview."""
    path = f"{language}/{page}.html"
    here = book.url(path)
    home = page == "book/index"
    shown = book.title[language] if home else title
    tags = [
        *(tag("link", **attributes) for attributes in head_links(book, posts)),
        tag("meta", name="citation_title", content=shown),
        *(tag("meta", name="citation_author", content=name) for name in book.authors),
        tag("meta", name="citation_publication_date", content=book.released.replace("-", "/")),
        tag("meta", name="citation_language", content=language),
    ]  # fmt: skip
    if not home:
        tags.append(tag("meta", name="citation_inbook_title", content=book.title[language]))
    locales = {"en": "en_GB", "ja": "ja_JP"}
    graph = {
        "og:type": "book" if home else "article",
        "og:title": shown,
        "og:description": description,
        "og:site_name": book.title[language],
        "og:locale": locales[language],
        "og:locale:alternate": locales[other(language)],
        **picture(book, language),
    }
    if book.address:
        tags.insert(0, tag("link", rel="canonical", href=here))
        tags.append(tag("meta", name="citation_public_url", content=here))
        graph["og:url"] = here
        twin = book.url(f"{other(language)}/{page}.html")  # alternates are whole addresses only
        tags += [
            tag("link", rel="alternate", hreflang=language, href=here),
            tag("link", rel="alternate", hreflang=other(language), href=twin),
            tag("link", rel="alternate", hreflang="x-default", href=book.address),
        ]
    return tags + open_graph(graph)


def front_head(book: publication.Book, title: str, description: str) -> str:
    """Links and preview in the head of the front page, which stands above both editions."""
    tags = [
        *(
            tag("link", rel="describedby", href=target, type=kind, title=name)
            for target, kind, name in DESCRIBED_BY
        ),
        tag("link", rel="license", href=publication.CC_BY),
    ]
    graph = {
        "og:type": "website",
        "og:title": title,
        "og:description": description,
        **picture(book, "en"),
    }
    if book.address:
        tags.insert(0, tag("link", rel="canonical", href=book.address))
        tags += [
            tag("link", rel="alternate", hreflang=name, href=book.url(f"{name}/book/index.html"))
            for name in LANGUAGES
        ]
        graph["og:url"] = book.address
    return "\n".join(tags + open_graph(graph))
