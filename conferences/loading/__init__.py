"""Conference files and the kinds and frames that come with the portal.

| module | what |
|---|---|
| reading | YAML as people write it: every value a text, every problem with its place |
| parts | what a conference file consists of once it is read |
| conference_file | its keys, checked |
| checking | its texts against its facts |
| saving | into the database, all or nothing |
| standard | kinds and frames from conferences/data |
"""

from conferences.loading.reading import FileProblems, Problem
from conferences.loading.saving import load
from conferences.loading.standard import load_kinds

__all__ = ["FileProblems", "Problem", "load", "load_kinds"]
