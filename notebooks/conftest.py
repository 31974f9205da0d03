"""nbval starts two kernels at a time; see ``talk_through_files`` for why not by ports."""

from sme_book.notebooks.kernels import talk_through_files

talk_through_files()
