"""CSV on the Web metadata (W3C, 2015) of the tables, from ``data/datapackage.json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sme_book.base import publication

CONTEXT = "http://www.w3.org/ns/csvw"
_TYPES = {"string": "string", "integer": "integer", "number": "decimal", "year": "gYear"}


def both(item: Mapping[str, Any], key: str) -> list[dict[str, str]]:
    """A text of the data package as CSVW writes texts of two languages."""
    found = [("en", item.get(key)), ("ja", item.get(f"{key}_ja"))]
    return [{"@value": str(text), "@language": name} for name, text in found if text]


def datatype(field: Mapping[str, Any]) -> str | dict[str, Any]:
    """Type of a column with its constraints."""
    base = _TYPES[field["type"]]
    rules = field.get("constraints", {})
    found: dict[str, Any] = {"base": base}
    if base == "string":
        if "enum" in rules:
            found["format"] = "|".join(re.escape(str(value)) for value in rules["enum"])
        elif "pattern" in rules:
            found["format"] = rules["pattern"]
    elif base != "gYear":
        found |= {name: rules[name] for name in ("minimum", "maximum") if name in rules}
    return base if len(found) == 1 else found


def column(field: Mapping[str, Any]) -> dict[str, Any]:
    """One column."""
    found: dict[str, Any] = {
        "name": field["name"],
        "titles": field["name"],
        "dc:title": both(field, "title"),
        "dc:description": both(field, "description"),
        "datatype": datatype(field),
        "null": "",
    }
    if field.get("constraints", {}).get("required"):
        found["required"] = True
    if unit := both(field, "unit"):
        found["schema:unitText"] = unit
    return found


def names(value: Any) -> list[str]:
    """Column names of a key, which the data package gives as a name or as a list."""
    return [value] if isinstance(value, str) else list(value)


def table(resource: Mapping[str, Any], urls: Mapping[str, str]) -> dict[str, Any]:
    """One table with its columns and keys; ``urls`` leads from a table's name to its file."""
    schema = resource["schema"]
    described: dict[str, Any] = {"columns": [column(field) for field in schema["fields"]]}
    if key := schema.get("primaryKey"):
        described["primaryKey"] = names(key)
    if foreign := schema.get("foreignKeys"):
        described["foreignKeys"] = [
            {
                "columnReference": names(item["fields"]),
                "reference": {
                    "resource": urls[item["reference"].get("resource") or resource["name"]],
                    "columnReference": names(item["reference"]["fields"]),
                },
            }
            for item in foreign
        ]
    return {
        "url": resource["path"],
        "dc:title": both(resource, "title"),
        "dc:description": both(resource, "description"),
        "tableSchema": described,
    }


def document() -> dict[str, Any]:
    """All tables as one group."""
    package, resources = publication.package(), publication.tables()
    urls = {str(item["name"]): str(item["path"]) for item in resources}
    return {
        "@context": CONTEXT,
        "dc:title": both(package, "title"),
        "dc:description": both(package, "description"),
        "dc:creator": [item["title"] for item in package["contributors"]],
        "dc:source": both(package["sources"][0], "title"),
        "dc:license": {"@id": publication.CC_BY},
        "dc:issued": str(package["created"])[:10],
        "schema:version": package["version"],
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tables": [table(item, urls) for item in resources],
    }
