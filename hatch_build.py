"""Put the data into the wheel; an editable install reads them where they are."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface):  # type: ignore[type-arg]
    """Map data/ of the repository to sme_survey/_data/ of the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the data, unless the build is for an editable install."""
        if version != "editable":
            build_data["force_include"]["data"] = "sme_survey/_data"
