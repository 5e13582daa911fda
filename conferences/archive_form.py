"""The filters of the archive."""

import datetime as dt
from collections.abc import Container

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from conferences.listing import in_province, in_year, line_of, years_of
from conferences.models import Conference, ConferenceKind, Sector
from directory.models import AdministrativeUnit


class ArchiveForm(forms.Form):
    """Year, kind, province and sector; what is not offered is told, and finds nothing: whoever followed a link
    with a filter must not take everything for what it found.

    Arguments:
        conferences: those that the reader may see.
    """

    nam = forms.TypedChoiceField(label="Năm", required=False, coerce=int, empty_value=None)
    loai = forms.ChoiceField(label="Loại", required=False)
    tinh = forms.ChoiceField(label="Tỉnh, thành phố", required=False)
    linhvuc = forms.ChoiceField(label="Lĩnh vực", required=False)

    def __init__(self, data, *, conferences: QuerySet[Conference], today: dt.date):
        self.provinces = {unit.uid: unit for unit in AdministrativeUnit.objects.provinces().as_of(today)}
        super().__init__(_with_holder(data, self.provinces, today), label_suffix="")
        self.conferences = conferences
        self._offer("nam", "Mọi năm", [(year, year) for year in years_of(conferences)])
        self._offer("loai", "Mọi loại", ConferenceKind.objects.values_list("code", "name"))
        self._offer("tinh", "Mọi địa phương", [(uid, unit.name) for uid, unit in self.provinces.items()])
        sectors = list(Sector.objects.values_list("slug", "name"))
        if sectors:
            self._offer("linhvuc", "Mọi lĩnh vực", sectors)
        else:
            del self.fields["linhvuc"]
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = "Không có “%(value)s”. Chọn trong danh sách."

    def _offer(self, name: str, everything: str, choices) -> None:
        self.fields[name].choices = [("", everything), *choices]

    @property
    def is_filtering(self) -> bool:
        return not self.is_valid() or any(self.cleaned_data.values())

    def filtered(self) -> QuerySet[Conference]:
        if not self.is_valid():
            return self.conferences.none()
        wanted, found = self.cleaned_data, self.conferences
        if year := wanted.get("nam"):
            found = in_year(found, year)
        if kind := wanted.get("loai"):
            found = found.filter(kind=kind)
        if uid := wanted.get("tinh"):
            found = in_province(found, line_of(self.provinces[uid]))
        if sector := wanted.get("linhvuc"):
            found = found.filter(sectors__slug=sector)
        return found


def _with_holder(data: QueryDict, provinces: Container[str], today: dt.date) -> QueryDict:
    """The same filters; a province that was merged since the link was made stands for the one of today."""
    uid = data.get("tinh", "")
    if not uid or uid in provinces:
        return data
    former = AdministrativeUnit.objects.provinces().filter(uid=uid).first()
    holder = former.holder_on(today) if former else None
    if holder is None:
        return data
    data = data.copy()
    data["tinh"] = holder.uid
    return data
