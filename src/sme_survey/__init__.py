"""The IPA survey of information security in small and medium-sized enterprises, reproducible.

``load()`` reads and validates the tidy data that come with the package; everything that a chapter
of the book computes starts from there. Importing the package needs the standard library only.
"""

from sme_survey.survey.loading import DataError, load
from sme_survey.survey.model import Answer, Option, Question, Survey
from sme_survey.survey.text import Text

__version__ = "1.2.0"

__all__ = ["Answer", "DataError", "Option", "Question", "Survey", "Text", "__version__", "load"]
