"""Put the data package into the wheel; an editable install reads it where it is."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface):  # type: ignore[type-arg]
    """Map data/ of the repository to sme_survey/_data/ of the wheel, without earlier releases."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the data, unless the build is for an editable install."""
        if version == "editable":
            return
        data = Path(self.root, "data")
        for path in sorted(data.iterdir()):
            if path.name != "releases" and not path.name.startswith("."):
                build_data["force_include"][str(path)] = f"sme_survey/_data/{path.name}"
