"""Typing into the admin's page of a conference, and reading it, as a browser does."""

from html.parser import HTMLParser


def rows(prefix: str, *given: dict) -> dict:
    """The POST fields of a formset of new rows."""
    data = {f"{prefix}-TOTAL_FORMS": len(given), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(given):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def errors_of(response) -> dict[str, list[str]]:
    """Field → messages of a refused page, rows by their prefix."""
    assert response.status_code == 200, response.headers.get("Location")
    form = response.context["adminform"].form
    found = {name: list(said) for name, said in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for row in inline.formset.forms:
            found |= {f"{row.prefix}-{name}": list(said) for name, said in row.errors.items()}
        if inline.formset.non_form_errors():
            found[inline.formset.prefix] = list(inline.formset.non_form_errors())
    return found


class FormReader(HTMLParser):
    """What a browser would post from the admin's form that nobody touched."""

    def __init__(self):
        super().__init__()
        self.data: dict[str, str | list[str]] = {}
        self.select = self.textarea = None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name, value = attrs.get("name"), attrs.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.textarea, self.data[name] = name, ""
        elif tag == "option" and "selected" in attrs and value:
            self.data.setdefault(self.select, []).append(value)
        elif tag == "input" and name and attrs.get("type") not in ("submit", "file", "checkbox"):
            self.data[name] = value
        elif tag == "input" and attrs.get("type") == "checkbox" and "checked" in attrs:
            self.data[name] = "on"

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.textarea = None

    def handle_data(self, text):
        if self.textarea:
            # The line end after the tag is no part of the text.
            self.data[self.textarea] += text


def posted_again(response) -> dict:
    reader = FormReader()
    form = response.content.decode().split('id="conference_form"')[1].split("</form>")[0]
    reader.feed(form)
    return {
        name: value.removeprefix("\n").removeprefix("\r\n") if isinstance(value, str) else value
        for name, value in reader.data.items()
        if "__prefix__" not in name
    }
