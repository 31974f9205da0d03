"""What a printed page tells software that reads it aloud: its tags, and what is no content.

Chromium tags what it prints. Here the tags get what it leaves out: a standard meaning for its own
kinds, the language of passages, words for links, bodies for list entries, names of cells that do
not depend on the run; and what is drawn beside the text (running heads, rules) is marked as such
(ISO 14289-1, PDF/UA-1, clauses 7.1, 7.2, 7.18.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sme_book.printing.volumes import XHTML, Volume

# Kinds of tags that Chromium writes and the standard does not know, by what they are.
ROLES = {"Strong": "Span", "Em": "Span"}
PASSAGE = f"{{{XHTML}}}em"  # the inline element that Chromium gives a tag of its own
_HEADING = tuple(f"{{{XHTML}}}h{level}" for level in range(1, 7))

_PATH = {"m", "l", "c", "v", "y", "h", "re"}
_PAINT = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "n"}
_SHOW = {"Tj", "TJ", "'", '"', "sh", "INLINE IMAGE"}
_LIMITS = {"BT", "ET", "q", "Q", "Do"}  # marked content may not reach over these


def structure(pdf: Any) -> Iterator[Any]:
    """The elements of the structure tree, in the order of the text."""
    import pikepdf

    waiting = [pdf.Root.StructTreeRoot.K]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting += reversed(list(item))
        elif isinstance(item, pikepdf.Dictionary):
            yield item
            if "/K" in item:
                waiting.append(item.K)


# ---- the page, before it is printed ----------------------------------------------------------


def mark_passages(root: Any, language: str) -> None:
    """Make each passage in another language an element that is tagged when it is printed."""
    for element in list(root.iter(f"{{{XHTML}}}*")):
        own = element.get("lang")
        if not own or own == language or not "".join(element.itertext()).strip():
            continue
        if element.tag == f"{{{XHTML}}}span":
            element.tag = PASSAGE
        elif element.tag != PASSAGE:
            inner = element.makeelement(PASSAGE, {"lang": own})
            inner.text, element.text = element.text, None
            inner.extend(list(element))
            element.append(inner)
            del element.attrib["lang"]
        if element.tag == PASSAGE:
            element.set("class", f"{element.get('class') or ''} passage".strip())
        else:
            element[0].set("class", "passage")


def fill_cells(root: Any) -> None:
    """Give each empty cell a blank: one without any text gets no tag, and the row a gap."""
    for cell in root.iter(f"{{{XHTML}}}td", f"{{{XHTML}}}th"):
        if not "".join(cell.itertext()).strip() and cell.find(".//{*}svg") is None:
            cell.text = "\u00a0"


# ---- tags ------------------------------------------------------------------------------------


def mend(pdf: Any, volume: Volume, page: Any) -> None:
    """Complete the tags of a printed volume; ``page`` is the tree of the page it was printed from.

    Raises
    ------
    RuntimeError
        If the document does not have as many passages as the page.
    """
    import pikepdf

    for element in structure(pdf):
        # a box around a drawing or a table is a plain division: a tagged figure has words for it
        if element.get("/S") == "/Figure" and "/Alt" not in element:
            element.S = pikepdf.Name.Div
    pdf.Root.StructTreeRoot.RoleMap = pikepdf.Dictionary(
        {f"/{own}": pikepdf.Name(f"/{known}") for own, known in ROLES.items()}
    )
    tell_languages(pdf, volume.language, page)
    number(pdf)
    describe_links(pdf, volume)
    for place in pdf.pages:
        mark_artifacts(pdf, place.obj, place.obj.Resources)


def tell_languages(pdf: Any, language: str, page: Any) -> None:
    """Give each passage in another language its language."""
    import pikepdf

    passages = [
        element for element in page.iter(PASSAGE) if "".join(element.itertext()).strip()
    ]  # fmt: skip
    tagged = [element for element in structure(pdf) if element.get("/S") == "/Em"]
    if len(passages) != len(tagged):
        raise RuntimeError(f"{len(passages)} passages, but {len(tagged)} are tagged")
    for passage, element in zip(passages, tagged, strict=True):
        around = [passage, *passage.iterancestors()]
        own = next((item.get("lang") for item in around if item.get("lang")), language)
        if own != language:
            element.Lang = pikepdf.String(own)


def number(pdf: Any) -> None:
    """Name the header cells that other cells refer to by their order in the text.

    Chromium takes the names from the nodes of its page, whose numbers differ by one now and then.
    """
    import pikepdf

    elements = list(structure(pdf))
    cells = {str(element.ID): element for element in elements if "/ID" in element}
    names = {old: f"cell{number:06d}" for number, old in enumerate(cells, start=1)}
    for element in elements:
        # a node's attributes are one dictionary or a list of them
        given = element.get("/A", pikepdf.Array())
        for attributes in list(given) if isinstance(given, pikepdf.Array) else [given]:
            if isinstance(attributes, pikepdf.Dictionary) and "/Headers" in attributes:
                attributes.Headers = pikepdf.Array(
                    [pikepdf.String(names[str(header)]) for header in list(attributes.Headers)]
                )
    tree = pikepdf.Array()
    for old, element in cells.items():
        element.ID = pikepdf.String(names[old])
        tree.append(element.ID)
        tree.append(element)
    pdf.Root.StructTreeRoot.IDTree = pdf.make_indirect(pikepdf.Dictionary(Names=tree))


# ---- links -----------------------------------------------------------------------------------


def text_of(element: Any) -> str:
    """The text of an element on one line."""
    return " ".join("".join(element.itertext()).split())


def titles(volume: Volume) -> dict[str, str]:
    """What each id of the book names: the heading of its section, or the title of its figure."""
    found: dict[str, str] = {}
    for chapter in volume.chapters:
        for element in chapter.body.iter():
            if element.get("id"):
                found[element.get("id")] = title_at(element) or chapter.title
    return found


def title_at(element: Any) -> str:
    """Title of what an element is or stands in; empty where nothing has one."""
    for item in (element, *element.iterancestors()):
        if item.tag in _HEADING:
            return text_of(item)
        head = item.find(f".//{{{XHTML}}}p[@class='card-head']")
        if item.tag == f"{{{XHTML}}}figure" and head is not None:
            return text_of(head)
        heading = next((child for child in item if child.tag in _HEADING), None)
        if heading is not None:
            return text_of(heading)
    return ""


def describe_links(pdf: Any, volume: Volume) -> None:
    """Say of each link where it leads: the title there, or the address outside the book."""
    import pikepdf

    named = titles(volume)
    for place in pdf.pages:
        for note in place.get("/Annots", []):
            if note.get("/Subtype") != "/Link":
                continue
            if "/Dest" in note:
                told = named.get(str(note.Dest).removeprefix("/"), volume.title)
            else:
                told = str(note.A.URI)
            note.Contents = pikepdf.String(told)


# ---- what is no content ----------------------------------------------------------------------


def mark_artifacts(pdf: Any, stream: Any, resources: Any) -> None:
    """Mark what a page paints outside its tags, and the forms that it paints there."""
    import pikepdf

    made: list[tuple[Any, Any]] = []
    depth, marked = 0, False
    begin = ([pikepdf.Name.Artifact], pikepdf.Operator("BMC"))
    end: tuple[Any, Any] = ([], pikepdf.Operator("EMC"))
    instructions: Any = pikepdf.parse_content_stream(stream)
    for operands, operator in instructions:
        kind = str(operator)
        if marked and (kind in _LIMITS or kind in ("BDC", "BMC")):
            made.append(end)
            marked = False
        if kind == "Do" and not depth:
            form = resources.XObject[str(operands[0])]
            if form.Subtype == pikepdf.Name.Form:
                mark_artifacts(pdf, form, form.get("/Resources", resources))
        elif not depth and not marked and kind in _PATH | _PAINT | _SHOW and kind != "n":
            made.append(begin)
            marked = True
        made.append((operands, operator))
        depth += (kind in ("BDC", "BMC")) - (kind == "EMC")
    if marked:
        made.append(end)
    content = pikepdf.unparse_content_stream(made)
    if isinstance(stream, pikepdf.Stream):
        stream.write(content)
    else:
        stream.Contents = pdf.make_stream(content)
