"""The board of a conference's rooms: what every open screen shows, and how little it costs when nothing changes.

| module | what |
|---|---|
| figures | the rooms with their states, by region; who speaks |
| live | the part that is asked for again every few seconds |
"""
