"""Form fields in the look, by crispy (single forms) and by hand (rows of formsets) alike.

Registered as a builtin (settings, TEMPLATES).
"""

from django import forms, template
from django.forms.boundfield import BoundField, BoundWidget

from hoinghi.forms import lost_files

register = template.Library()
register.filter("lost_files", lost_files)


@register.simple_tag
def control(field: BoundField, must: object = False) -> str:
    """The widget alone with the look's classes; Django adds aria-describedby and aria-invalid.

    Arguments:
        must: say that the field has to be filled in, though its form takes it empty.

    crispy's own tag does the same but takes 6 ms a field, too slow for a list of delegates.
    """
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    css = " ".join(filter(None, [css, widget.attrs.get("class"), "is-invalid" if field.errors else ""]))
    # Examples belong into the help text, which stays while people type; allauth's placeholders repeat the label.
    attrs = {"class": css, "placeholder": False}
    if must:
        attrs["aria-required"] = "true"
    if lost_files(field):
        attrs["aria-describedby"] = f"{field.aria_describedby or ''} {field.auto_id}_again".strip()
    return field.as_widget(attrs=attrs)


@register.simple_tag
def choice_control(option: BoundWidget) -> str:
    """One radio button or checkbox of a choice group, without its label."""
    option.data["attrs"]["class"] = "form-check-input"
    return option.tag()


@register.inclusion_tag("includes/field.html")
def field_row(field: BoundField, css: str = "field"):
    """Label, help, control and errors of one field: ``{% field_row form.phone "w3" %}``.

    Arguments:
        css: class of the wrapping div; in a person's row its width (w3, w4, w5, w12).
    """
    return {"field": field, "css": css}


@register.filter
def is_choice_group(field: BoundField) -> bool:
    """Radio buttons or several checkboxes: they need a fieldset with a legend."""
    return isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.inclusion_tag("includes/error-summary.html")
def error_summary(*bound_forms, title: str = "", extra=()):
    """What has to be mended, on top of a refused form, each line a link to its field.

    Arguments:
        bound_forms: forms; unbound and valid ones add nothing.
        title: the heading; default counts the places.
        extra: further (anchor, text) pairs, for example of formset rows.
    """
    entries = list(extra)
    for form in bound_forms:
        if not form:
            continue
        entries += [("", text) for text in form.non_field_errors()]
        for field in form:
            # A group of radio buttons has no id of its own: the link leads to its first button.
            anchor = field.id_for_label or f"{field.auto_id}_0"
            entries += [(anchor, f"{field.label}: {text}") for text in field.errors]
    return {"entries": entries, "title": title or f"Có {len(entries)} chỗ cần sửa"}
