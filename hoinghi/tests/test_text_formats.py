"""Django's own ways of reading dates: its forms, its admin, its calendar, its imports.

Django 5.2 reads 04/12/2026 as 12 April under vi, refuses 18/4/2023 and 8h00, and starts the week on Sunday.
"""

import json
import re
import unicodedata
from datetime import UTC, date, datetime, time

import pytest
import tablib
from django import forms
from django.contrib import admin
from django.template import Context, Template
from django.urls import reverse
from django.utils.formats import date_format, get_format, time_format
from import_export import resources, widgets

from conferences.models import Conference
from directory.models import AdministrativeUnit
from hoinghi.resources import ModelResource
from hoinghi.text import VIETNAM

HOURS = {"8h00": time(8), "13h30'": time(13, 30), "8 giờ 00": time(8), "08:00": time(8), "8h": time(8)}


class PlainForm(forms.Form):
    """Django's own fields, as third-party forms have them."""

    day = forms.DateField()
    hour = forms.TimeField()
    moment = forms.DateTimeField()


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("04/12/2026", date(2026, 12, 4)),
        ("18/4/2023", date(2023, 4, 18)),
        ("2-7-2021", date(2021, 7, 2)),
        ("2021-07-02", date(2021, 7, 2)),
    ],
)
@pytest.mark.parametrize("hour", HOURS)
def test_plain_forms_read_day_first_and_official_hours(typed, day, hour):
    form = PlainForm({"day": typed, "hour": hour, "moment": f"{typed} 8:00"})
    assert form.errors == {}
    assert form.cleaned_data["day"] == day
    assert form.cleaned_data["hour"] == HOURS[hour]
    assert form.cleaned_data["moment"] == datetime.combine(day, time(8), tzinfo=VIETNAM)


def test_widgets_write_what_they_read():
    form = PlainForm(
        initial={"day": date(2026, 12, 4), "hour": time(8), "moment": datetime(2026, 12, 4, 1, tzinfo=UTC)}
    )
    written = [re.search('value="([^"]*)"', str(form[name]))[1] for name in ("day", "hour", "moment")]
    assert written == ["04/12/2026", "08h00", "04/12/2026 08:00"]


def test_what_django_prints_by_itself():
    day = date(2026, 12, 4)
    assert date_format(day) == date_format(day, "SHORT_DATE_FORMAT") == "04/12/2026"
    assert date_format(date(2021, 7, 2)) == "02/7/2021"
    assert time_format(time(8)) == "8h00"
    assert date_format(datetime(2021, 7, 2, 13, 30), "DATETIME_FORMAT") == "13h30 02/7/2021"
    assert date_format(day, "YEAR_MONTH_FORMAT") == "tháng 12/2026"
    assert get_format("FIRST_DAY_OF_WEEK") == 1
    assert (
        Template("{{ 11.9|floatformat:1 }} {{ n|floatformat:'0g' }}").render(Context({"n": 3321}))
        == "11,9 3.321"
    )


def admin_form(model, *fields):
    return admin.ModelAdmin(model, admin.site).get_form(request=None, fields=fields)


@pytest.mark.parametrize("hour", HOURS)
def test_the_admin_reads_day_first_and_official_hours(hour):
    form = admin_form(Conference, "start_at")({"start_at_0": "04/12/2026", "start_at_1": hour})
    form.full_clean()
    expected = datetime.combine(date(2026, 12, 4), HOURS[hour], tzinfo=VIETNAM)
    assert form.cleaned_data["start_at"] == expected
    assert "vDateField" in str(form["start_at"])
    assert "vTimeField" in str(form["start_at"])


def test_the_admin_refuses_a_weekday_that_disagrees():
    form = admin_form(Conference, "start_at")({"start_at_0": "02/7/2021 (Thứ 5)", "start_at_1": "8h00"})
    assert form.errors["start_at"] == ["02/7/2021 là thứ Sáu. Sửa ngày, hoặc bỏ phần thứ."]
    right = admin_form(Conference, "start_at")({"start_at_0": "02/7/2021 (Thứ 6)", "start_at_1": "8h00"})
    assert "start_at" not in right.errors


def test_the_admin_writes_what_it_reads():
    form_class = admin_form(Conference, "start_at")
    stored = datetime(2026, 12, 4, 1, tzinfo=UTC)
    html = str(form_class(instance=Conference(start_at=stored))["start_at"])
    day, hour = re.findall('value="([^"]*)"', html)
    again = form_class({"start_at_0": day, "start_at_1": hour}, instance=Conference(start_at=stored))
    assert (day, hour) == ("04/12/2026", "08h00")
    assert again.changed_data == []


@pytest.mark.django_db
def test_the_admins_calendar_has_the_formats(an, client):
    client.force_login(an)
    script = client.get(reverse("admin:jsi18n")).content.decode()
    formats = json.loads(re.search(r"django\.formats = (\{.*?\});", script, re.DOTALL)[1])
    assert formats["DATE_INPUT_FORMATS"][0] == "%d/%m/%Y"
    assert formats["TIME_INPUT_FORMATS"][0] == "%Hh%M"
    assert formats["FIRST_DAY_OF_WEEK"] == 1


def test_widgets_of_import_export_read_day_first_even_without_our_base():
    assert widgets.DateWidget().clean("04/12/2026") == date(2026, 12, 4)
    assert widgets.TimeWidget().clean("13h30'") == time(13, 30)
    assert widgets.DateTimeWidget().clean("04/12/2026 08:00") == datetime(2026, 12, 4, 8, tzinfo=VIETNAM)


class UnitResource(ModelResource):
    class Meta:
        model = AdministrativeUnit
        import_id_fields = ["uid"]
        fields = ["uid", "name", "short_name", "code", "kind", "level", "valid_from"]


def imported(**changes):
    row = {
        "uid": "75-dong-nai-2026",
        "name": "Thành phố Đồng Nai",
        "short_name": "Đồng Nai",
        "code": "75",
        "kind": "thanh_pho",
        "level": "province",
        "valid_from": "30/4/2026",
    } | changes
    data = tablib.Dataset(list(row.values()), headers=list(row))
    return UnitResource().import_data(data, raise_errors=False)


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["04/12/2026", "4/12/2026", datetime(2026, 12, 4), date(2026, 12, 4)])
def test_imports_read_day_first(world, day):
    result = imported(valid_from=day)
    assert not result.has_errors()
    assert not result.has_validation_errors()
    assert AdministrativeUnit.objects.get(uid="75-dong-nai-2026").valid_from == date(2026, 12, 4)


@pytest.mark.django_db
def test_imports_store_one_spelling_and_digits_as_they_are(world):
    imported(name=unicodedata.normalize("NFD", " Thành phố\u00a0 Đồng Nai "), code=75.0)
    unit = AdministrativeUnit.objects.get(uid="75-dong-nai-2026")
    assert (unit.name, unit.code) == ("Thành phố Đồng Nai", "75")
    assert unit.search == "thanh pho dong nai dong nai"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"valid_from": "31/02/2026"}, "“31/02/2026” không có trong lịch."),
        ({"name": "Thµnh phè §ång Nai"}, "Gõ lại bằng Unicode: “Thành phố Đồng Nai”."),
        ({"name": ""}, "Cần điền mục này."),
    ],
)
def test_a_refused_cell_names_its_column_and_reason_and_writes_nothing(world, change, message):
    result = imported(**change)
    [row] = result.invalid_rows
    [[column, texts]] = row.error_dict.items()
    assert {column} == set(change)
    assert message in " ".join(texts)
    assert not AdministrativeUnit.objects.filter(uid="75-dong-nai-2026").exists()


def test_the_base_resource_is_what_it_says():
    assert issubclass(UnitResource, resources.ModelResource)
    assert UnitResource._meta.clean_model_instances
    assert UnitResource._meta.use_transactions
