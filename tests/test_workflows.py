"""What the hosted workflows and forms promise: tests before publishing, pinned actions, no gaps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sme_book.__main__ import COMMANDS
from sme_book.base.project import ROOT

GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")


def read(path: Path) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(path.read_text("utf-8"))
    return found


def jobs(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read(GITHUB / f"workflows/{name}.yml")["jobs"]
    return found


def commands(job: dict[str, Any]) -> str:
    return "\n".join(step.get("run", "") for step in job.get("steps", []))


def waits_for(all_jobs: dict[str, Any], name: str) -> set[str]:
    """Every job that must have passed before one begins."""
    needs = all_jobs[name].get("needs", [])
    direct = {needs} if isinstance(needs, str) else set(needs)
    return direct.union(*(waits_for(all_jobs, item) for item in direct))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_permissions_stated(path: Path):
    workflow = read(path)
    assert "permissions" in workflow
    for job in workflow["jobs"].values():
        steps = job.get("steps", [])
        assert steps or job["uses"].startswith("./.github/workflows/")
        for step in steps:
            if "uses" in step:
                assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])
            assert "${{" not in step.get("run", ""), "values reach a shell by its environment"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_what_workflows_call_exists(path: Path):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    said = "\n".join(commands(job) for job in read(path)["jobs"].values())
    assert set(re.findall(r"\bmake ([a-z-]+)", said)) <= targets
    assert set(re.findall(r"-m sme_book ([a-z-]+)", said)) <= set(COMMANDS)


@pytest.mark.parametrize("name", ["deploy", "release"])
def test_nothing_is_published_before_the_tests_pass(name: str):
    found = jobs(name)
    testing = {key for key, job in found.items() if job.get("uses", "").endswith("/test.yml")}
    assert len(testing) == 1
    assert all(testing <= waits_for(found, key) for key in found.keys() - testing)
    assert "workflow_call" in read(GITHUB / "workflows/test.yml")[True]  # YAML reads `on` as true
    assert "bash .ci/run" in commands(jobs("test")["test"])


@pytest.mark.parametrize(("name", "job"), [("deploy", "build"), ("release", "release")])
def test_what_is_published_knows_its_own_address(name: str, job: str):
    found = jobs(name)[job]
    [step] = [item for item in found["steps"] if "ADDRESS=" in item.get("run", "")]
    asked = {
        item.get("id") for item in found["steps"] if "configure-pages@" in item.get("uses", "")
    }
    assert asked == {"pages"}
    assert step["env"]["SITE"] == "${{ steps.pages.outputs.base_url }}"
    assert 'ADDRESS="$SITE/" REPOSITORY="$SOURCES"' in step["run"]


def test_a_deployed_site_holds_the_packages_for_replay():
    said = commands(jobs("deploy")["build"])
    folders = re.findall(r'make (packages|book)\b.*?PYODIDE_DIST="([^"]+)"', said)
    assert [name for name, _ in folders] == ["packages", "book"]
    assert folders[0][1] == folders[1][1]


def test_dependabot_looks_after_each_place_that_has_versions():
    updates = {
        item["package-ecosystem"]: item for item in read(GITHUB / "dependabot.yml")["updates"]
    }
    assert set(updates) == {"github-actions", "npm", "pip"}
    assert {"dependency-name": "pyodide"} in updates["npm"]["ignore"]


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_forms_ask_in_both_languages_for_what_an_answer_needs(path: Path):
    form = read(path)
    texts = [form["name"], form["description"]]
    for item in form["body"]:
        texts += [item["attributes"]["label"], *item["attributes"].get("options", [])]
    assert all(re.search(r"[a-z].* / .*[ぁ-鿿]", text) for text in texts)
    ids = [item["id"] for item in form["body"]]
    assert len(ids) == len(set(ids))
    required = {item["id"] for item in form["body"] if item.get("validations", {}).get("required")}
    assert "place" in required
    assert len(required) >= 3


def test_there_is_a_form_for_a_number_and_one_for_a_sentence():
    assert [path.stem for path in FORMS] == ["number", "sentence"]
