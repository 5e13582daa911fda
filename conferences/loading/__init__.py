"""Conference files and the kinds and frames that come with the portal.

| module | what |
|---|---|
| reading | YAML as people write it: every value a text, every problem with its place |
| organisations | those that the file brings into the register |
| parts | what a conference file consists of once it is read |
| conference_file | its keys, checked |
| texts, invited, visits, news | the keys of each part of it |
| checking | its texts against its facts |
| several | files of several conferences, those of a series |
| saving | into the database, all or nothing |
| rows, saving_news | rows of any kind; series, conclusions and articles |
| standard | kinds and frames from conferences/data |
"""

from conferences.loading.reading import FileProblems, Problem
from conferences.loading.saving import load, load_all
from conferences.loading.standard import load_kinds

__all__ = ["FileProblems", "Problem", "load", "load_all", "load_kinds"]
