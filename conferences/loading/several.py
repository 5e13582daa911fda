"""Files of several conferences, those of a series: what they share is written once, at the top."""

from dataclasses import replace

from conferences.loading.reading import Source

KEY = "conferences"


def split(source: Source) -> list[Source]:
    """One source for each conference of the file, with the keys of the top and its own, which win.

    Problems of all of them are collected in ``source``; they name the places where things stand in the file.
    """
    if not isinstance(source.values, dict) or KEY not in source.values:
        return [source]
    entries = source.values[KEY]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        source.refuse(KEY, "phải là danh sách, mỗi mục là các khóa riêng của một hội nghị.")
        return []
    shared = {key: value for key, value in source.values.items() if key != KEY}
    return [_conference(source, shared, entry, f"{KEY}[{index}]") for index, entry in enumerate(entries)]


def _conference(source: Source, shared: dict, entry: dict, place: str) -> Source:
    prefix = f"{place}."
    own = {path.removeprefix(prefix): line for path, line in source.lines.items() if path.startswith(prefix)}
    return replace(
        source, values=shared | entry, lines=source.lines | own, places=dict.fromkeys(entry, place)
    )
