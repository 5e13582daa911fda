"""Drafts on paper and out of files: their text, its division, and the table of opinions on them.

| module | what |
|---|---|
| outline | chương, mục, điều, khoản of a text, and the marks by which staff put the division right |
| docx | the text of a Word file |
| table | the summary table of opinions and answers, as a structure |
| sheets | the same as DOCX and PDF |
"""
