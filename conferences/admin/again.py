"""For pages on which something is found wrong only when all of it is saved: undone, and asked again with the reason."""


class Refused(Exception):
    """What showed only when the whole page was saved on trial; form prefix → field → messages."""

    def __init__(self, by_form: dict[str, dict[str | None, list[str]]]):
        super().__init__("refused")
        self.by_form = by_form


class AsksAgain:
    """The forms of the page take what was found as ``refusals`` (``conferences.forms.TakesRefusals``)."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as found:
            # Nothing was saved. Asked again, the forms know what is wrong and say it at their fields.
            request.refusals = found.by_form
            return super().changeform_view(request, object_id, form_url, extra_context)


class TellsRows:
    """An inline of such a page."""

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.refusals = getattr(request, "refusals", {})
        return formset
