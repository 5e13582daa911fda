"""The portal's form and model fields: what is typed is read or refused in words, and never lost."""

import unicodedata
from datetime import date, datetime, time

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms as django_forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils.datastructures import MultiValueDict

from directory.models import AdministrativeUnit, Organisation
from hoinghi import forms
from hoinghi.fields import CharField, TextField
from hoinghi.text import VIETNAM, fold


class EveryField(django_forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Như trong giấy tờ.", required=False)
    note = forms.CharField(label="Ghi chú", widget=django_forms.Textarea, required=False)
    email = forms.EmailField(label="Email", required=False)
    phone = forms.PhoneField(label="Điện thoại", required=False)
    day = forms.DateField(label="Ngày", required=False)
    hour = forms.TimeField(label="Giờ", required=False)
    moment = forms.MomentField(label="Bắt đầu", required=False)
    weekday = forms.WeekdayField(label="Thứ", required=False)


READ = {
    "name": (unicodedata.normalize("NFD", "  Nguyễn\u00a0 Văn Tuấn "), "Nguyễn Văn Tuấn"),
    "note": ("Một\r\n\r\n hai\u00a0 ba ", "Một\n\nhai ba"),
    "email": (" TuanNAnh@moit.gov.vn", "tuannanh@moit.gov.vn"),
    "phone": (" 024.22218288/0988310581 ", "024.22218288/0988310581"),
    "day": ("02/7/2021 (Thứ 6)", date(2021, 7, 2)),
    "hour": ("13h30'", time(13, 30)),
    "moment": ("8h00 ngày 02/7/2021", datetime(2021, 7, 2, 8, tzinfo=VIETNAM)),
    "weekday": ("thứ Sáu", 5),
}
REFUSED = {
    "name": [
        ("Tuấn\x00", "Có ký tự không đọc được (NUL). Xóa rồi gõ lại phần này."),
        (
            "NguyÔn V¨n TuÊn",
            "“NguyÔn V¨n TuÊn” viết bằng bảng mã cũ (TCVN3 hoặc VNI). "
            "Gõ lại bằng Unicode: “Nguyễn Văn Tuấn”.",
        ),
    ],
    "note": [("Dòng một\nh\x00ai", "Có ký tự không đọc được (NUL). Xóa rồi gõ lại phần này.")],
    "email": [("vuvang@congty", "“vuvang@congty” chưa đủ tên miền. Ví dụ: ten@congty.vn.")],
    "phone": [("0900 00", "Số “0900 00” thiếu chữ số. Nhập đủ 10 chữ số, ví dụ 0912345678.")],
    "day": [
        ("02/7/2021 (Thứ 5)", "02/7/2021 là thứ Sáu. Sửa ngày, hoặc bỏ phần thứ."),
        ("31/02/2026", "“31/02/2026” không có trong lịch. Viết ngày/tháng/năm, ví dụ 02/7/2021."),
    ],
    "hour": [("25h00", "“25h00”: giờ từ 0 đến 23, phút từ 00 đến 59.")],
    "moment": [("02/7/2021", "“02/7/2021” cần cả giờ và ngày. Ví dụ: 8h00 ngày 02/7/2021.")],
    "weekday": [("6", "“6” không phải là thứ trong tuần. Ví dụ: Thứ 6, thứ Sáu, Chủ nhật.")],
}


class WithFiles(django_forms.Form):
    note = forms.CharField(label="Ghi chú")
    paper = django_forms.FileField(label="Công văn", help_text="PDF.")
    photos = django_forms.FileField(label="Ảnh", required=False, widget=forms.FilesInput)


class TestChosenFiles:
    """No page may fill in a file: shown again, a form says which ones have to be chosen anew."""

    def shown(self, *files, **fields) -> str:
        uploads = MultiValueDict()
        for name, file in files:
            uploads.appendlist(name, SimpleUploadedFile(file, b"x"))
        form = WithFiles(fields, uploads) if fields or files else WithFiles()
        return Template("{% for field in form %}{% field_row field %}{% endfor %}").render(
            Context({"form": form})
        )

    def test_they_are_named_at_their_field(self):
        page = self.shown(("paper", "<b>.pdf"), ("photos", "1.jpg"), ("photos", "2.jpg"), note="")
        assert "Chưa nhận “&lt;b&gt;.pdf”" in page
        assert "Chưa nhận “1.jpg”, “2.jpg”" in page
        assert page.count("phải chọn lại tệp") == 2
        assert 'aria-describedby="id_paper_helptext id_paper_again"' in page

    def test_a_file_that_is_replaced_and_taken_away_at_once_is_none(self):
        field = django_forms.FileField(required=False, widget=django_forms.ClearableFileInput)
        form = type("Form", (django_forms.Form,), {"paper": field})(
            {"paper-clear": "on"}, MultiValueDict({"paper": [SimpleUploadedFile("1.pdf", b"x")]})
        )
        assert not form.is_valid()
        assert forms.lost_files(form["paper"]) == ""

    def test_nothing_is_said_of_what_was_not_sent(self):
        assert "chọn lại" not in self.shown()
        assert "chọn lại" not in self.shown(note="x")


@pytest.mark.parametrize("name", READ)
def test_fields_read_what_people_type(name):
    typed, value = READ[name]
    form = EveryField({name: typed})
    assert form.errors == {}
    assert form.cleaned_data[name] == value


@pytest.mark.parametrize(
    ("name", "typed", "message"), [(n, *case) for n, cases in REFUSED.items() for case in cases]
)
def test_fields_refuse_in_words_and_keep_what_was_typed(name, typed, message):
    form = EveryField({name: typed})
    assert form.errors == {name: [message]}
    assert form[name].value() == typed


def test_nothing_typed_is_nothing():
    form = EveryField(dict.fromkeys(READ, " \u00a0"))
    assert form.errors == {}
    assert set(form.cleaned_data.values()) == {"", None}


@pytest.mark.parametrize("name", READ)
def test_a_required_field_says_so_once(name):
    class Required(EveryField):
        def __init__(self, *args):
            super().__init__(*args)
            self.fields[name].required = True

    assert [len(texts) for texts in Required({name: " "}).errors.values()] == [1]


@pytest.mark.parametrize("name", ["day", "hour", "moment", "weekday"])
def test_values_are_shown_as_they_are_typed_and_not_taken_for_changed(name):
    value = READ[name][1]
    shown = EveryField(initial={name: value})[name].value()
    assert (
        shown
        == {
            "day": "02/7/2021",
            "hour": "13h30",
            "moment": "8h00 ngày 02/7/2021",
            "weekday": "Thứ 6",
        }[name]
    )
    assert not EveryField({name: shown}, initial={name: value}).has_changed()


def test_phones_offer_the_number_keys():
    assert 'type="tel"' in str(EveryField()["phone"])


def test_a_refused_field_points_to_its_help_and_its_error(settings):
    html = render_crispy_form(EveryField({"name": "a\x00"}))
    assert html.index("Họ và tên") < html.index("Như trong giấy tờ.") < html.index('name="name"')
    assert html.index('name="name"') < html.index("Có ký tự không đọc được")
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_model_fields_build_the_portals_form_fields():
    assert isinstance(CharField(max_length=5).formfield(), forms.CharField)
    assert isinstance(TextField().formfield(), forms.CharField)
    assert CharField(max_length=5).formfield().max_length == 5
    assert isinstance(CharField(choices=[("a", "A")]).formfield(), django_forms.TypedChoiceField)


def test_model_texts_keep_lines_and_names_do_not():
    assert TextField().to_python("một\r\nhai\u00a0 ba") == "một\nhai ba"
    assert CharField().to_python("một\r\nhai") == "một hai"


@pytest.mark.django_db
def test_decomposed_text_is_stored_composed_and_found_by_either(world):
    decomposed = unicodedata.normalize("NFD", "Sở  Công Thương tỉnh Hòa\u00a0Bình")
    Organisation.objects.create(uid="hb", kind=world.kinds["so"], name=decomposed)
    stored = Organisation.objects.get(uid="hb")
    assert stored.name == "Sở Công Thương tỉnh Hòa Bình"
    assert Organisation.objects.get(name=decomposed) == stored
    for typed in ("hoa binh", "HOÀ BÌNH", unicodedata.normalize("NFD", "Hoà Bình")):
        assert Organisation.objects.get(search__contains=fold(typed)) == stored


@pytest.mark.django_db
def test_the_database_orders_as_a_dictionary(world):
    names = ["Dĩ An", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Tháp", "Gia Lai", "Vĩnh Long"]
    for number, name in enumerate(reversed(names)):
        AdministrativeUnit.objects.create(
            uid=f"x{number}",
            level=world.levels["commune"],
            code="1",
            name=f"Xã {name}",
            short_name=name,
            kind="xa",
        )
    listed = AdministrativeUnit.objects.filter(uid__startswith="x").order_by("sort_key")
    assert [unit.short_name for unit in listed] == names
    collated = sorted(names, key=lambda name: name.encode())
    assert collated[-1].startswith("Đ")  # what the bytes would say


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("{{ day|vn_date }}", "02/7/2021"),
        ("{{ day|vn_long_date }}", "ngày 02 tháng 7 năm 2021"),
        ("{{ moment|vn_time }}", "8h00"),
        ("{{ moment|vn_time_long }}", "8 giờ 00"),
        ("{{ moment|vn_moment }}", "8h00 ngày 02/7/2021"),
        ("{{ moment|vn_moment_short }}", "8h00 02/7"),
        ("{{ day|weekday_words }}", "thứ Sáu"),
        ("{{ day|weekday_number }}", "Thứ 6"),
        ("{{ phones|phone }}", "024 2221 8288, 0988 310 581"),
        ("{{ odd|phone }}", "hỏi văn thư"),
        ("{{ '+84912345678'|phone }}", "0912 345 678"),
        ("{{ 186000|filesize_vi }}", "186 kB"),
        ("{{ 3321|vn_number }}", "3.321"),
        ("{{ 'Nguyễn Anh Tuấn'|given_name }}", "Tuấn"),
        ("{{ 'Công Thương'|nbsp }}", "Công\u00a0Thương"),
        ("{{ '<b>x</b>'|vn_upper }}", "&lt;B&gt;X&lt;/B&gt;"),
        ("{{ nothing|vn_date }}{{ none|vn_moment }}{{ none|phone }}", ""),
    ],
)
def test_filters_of_every_template(source, printed):
    values = {
        "day": date(2021, 7, 2),
        "moment": READ["moment"][1],
        "phones": "024.22218288/0988310581",
        "odd": "hỏi văn thư",
        "none": None,
    }
    assert Template(source).render(Context(values)) == printed
