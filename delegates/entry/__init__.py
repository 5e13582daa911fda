"""Quick ways to fill a list: pickers by typing, people of earlier lists, paste from Excel, a workbook.

| module | what |
|---|---|
| picking | organisations found by what people type, with or without diacritics |
| reuse | whom the organisation sent before |
| columns | a table of text, as pasted or read from a sheet, made rows of the list |
| pasting | cells pasted from a spreadsheet |
| template, upload | the workbook to download, and the way back |
| taking | rows from elsewhere come into the form |
| verbs | what each button does to the form |
| forms | the fields for a paste and a file |

All of them end in rows of the form. None saves: the focal point looks the rows over and submits.
"""
