"""The page on which staff watch one conference.

| module | what |
|---|---|
| figures | one line a province, counted in a constant number of queries |
| tiles | the lines laid out as a tile grid by region |
| progress | the curve of answers up to the deadline |
| tasks | the numbers on top, and what waits for a hand |
"""
