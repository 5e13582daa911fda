"""The staff's desk of the directory."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.admin_users import UserAdmin
from directory.models import (
    AdministrativeUnit,
    AuditEntry,
    Contact,
    Mandate,
    Organisation,
    PersonalLink,
    User,
)
from hoinghi.adminsite import AdminSite
from hoinghi.tests.cast import make_province, make_user

pytestmark = pytest.mark.django_db

MODELS = (
    "administrativeunit",
    "organisation",
    "contact",
    "mandate",
    "personallink",
    "auditentry",
    "unitlevel",
)


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


def url(model: str, page: str = "changelist", *args) -> str:
    return reverse(f"admin:directory_{model}_{page}", args=args)


def form_of(response) -> dict[str, str]:
    """What a browser would send back from the page's form, unchanged."""
    context = response.context
    data = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                value = "on"
            if value is not None and value is not False:
                data[field.html_name] = field.field.prepare_value(value)
    return {name: "" if value is None else value for name, value in data.items()}


@pytest.mark.parametrize("model", MODELS)
def test_lists_open_for_staff_only(desk, em, binh, model):
    assert desk.get(url(model)).status_code == 200
    stranger = Client()
    stranger.force_login(binh)
    assert stranger.get(url(model)).status_code == 404


@pytest.mark.parametrize("model", MODELS)
def test_pages_carry_no_inline_code(desk, em, world, binh, model):
    row = {
        "administrativeunit": world.dak_lak.unit.pk,
        "organisation": world.dak_lak.so.pk,
        "contact": Contact.objects.first().pk,
        "mandate": Mandate.objects.first().pk,
        "personallink": em.link.pk,
        "unitlevel": "province",
    }
    pages = [url(model)] + ([url(model, "change", row[model])] if model in row else [])
    for page in pages:
        text = desk.get(page).content.decode()
        assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text), page
        scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)
        assert all('type="application/json"' in script for script in scripts), page


@pytest.mark.parametrize("model", ["administrativeunit", "organisation", "contact", "mandate"])
def test_lists_cost_the_same_at_three_rows(desk, world, binh, model):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            desk.get(url(model), {"validity": "all"} if model != "contact" else {})
        return len(queries)

    cost()
    before = cost()
    for number in (1, 2):
        province = make_province(f"7{number}-moi-{number}", f"Mới {number}", world.kinds, world.levels)
        user = make_user(f"moi{number}@moi.example", f"Người Mới {number}")
        Mandate.objects.create(user=user, organisation=province.so)
    assert cost() == before


@pytest.mark.parametrize("typed", ["dak lak", "ĐẮK LẮK", "lak so"])
def test_search_ignores_diacritics_and_case(desk, world, typed):
    found = desk.get(url("organisation"), {"q": typed}).context["cl"].queryset
    assert world.dak_lak.so in found
    assert world.ca_mau.so not in found


@pytest.mark.parametrize("typed", ["binh dac", "Bình ĐẶC", "bi\u0300nh đặc"])
def test_search_in_texts_without_a_column_for_it_ignores_them_too(desk, world, typed):
    contact, other = world.dak_lak.so.contacts.get(), world.ca_mau.so.contacts.get()
    contact.full_name, other.full_name = "Đặc Thị Bình", "Đặc Thị Bích"
    contact.save()
    other.save()
    found = desk.get(url("contact"), {"q": typed}).context["cl"].queryset
    assert list(found) == [contact]


def test_present_rows_are_shown_first_and_past_ones_on_demand(desk, world):
    Organisation.objects.filter(pk=world.ca_mau.so.pk).update(valid_to="2020-01-01")
    assert world.ca_mau.so not in desk.get(url("organisation")).context["cl"].queryset
    past = desk.get(url("organisation"), {"validity": "past"}).context["cl"].queryset
    assert list(past) == [world.ca_mau.so]


def test_picker_says_which_rows_have_ended(desk, world):
    Organisation.objects.filter(pk=world.ca_mau.so.pk).update(valid_to="2025-06-30")
    answer = desk.get(
        "/quan-tri/autocomplete/",
        {
            "term": "so cong thuong",
            "app_label": "directory",
            "model_name": "organisation",
            "field_name": "parent",
        },
    ).json()
    assert [row["text"] for row in answer["results"]] == [
        "Sở Công Thương tỉnh Đắk Lắk",
        "Sở Công Thương tỉnh Cà Mau (đến hết 30/6/2025)",
    ]


class TestOrganisation:
    def test_new_one_gets_an_identity_and_is_kept(self, desk, world):
        page = desk.get(url("organisation", "add"))
        data = form_of(page) | {"name": "Văn  phòng Chính phủ", "kind": "bo"}
        assert desk.post(url("organisation", "add"), data).status_code == 302
        found = Organisation.objects.get(name="Văn phòng Chính phủ")
        assert found.uid.startswith("van-phong-chinh-phu-")
        assert found.kept_by_staff

    def test_address_does_not_mark_it_but_a_new_name_does(self, desk, world):
        place = url("organisation", "change", world.ministry.pk)
        desk.post(place, form_of(desk.get(place)) | {"address": "Hà Nội"})
        world.ministry.refresh_from_db()
        assert (world.ministry.address, world.ministry.kept_by_staff) == ("Hà Nội", False)
        desk.post(place, form_of(desk.get(place)) | {"name": "Bộ Công Thương mới"})
        world.ministry.refresh_from_db()
        assert world.ministry.kept_by_staff

    def test_change_is_told_in_the_trail_with_both_values(self, desk, an, world):
        place = url("organisation", "change", world.dak_lak.so.pk)
        contact = world.dak_lak.so.contacts.get()
        data = form_of(desk.get(place))
        data |= {"address": "Buôn Ma Thuột", "contacts-0-email": "vanthu@daklak.example"}
        assert desk.post(place, data).status_code == 302
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.actor_id) == ("organisation.change", an.pk)
        assert entry.changes == {
            "address": ["", "Buôn Ma Thuột"],
            f"contacts.{contact.pk}.email": ["sct-dak-lak@gov.example", "vanthu@daklak.example"],
        }

    def test_saving_unchanged_leaves_no_entry(self, desk, world):
        place = url("organisation", "change", world.dak_lak.so.pk)
        assert desk.post(place, form_of(desk.get(place))).status_code == 302
        assert not AuditEntry.objects.exists()

    def test_contact_added_and_removed_are_told(self, desk, world):
        place = url("organisation", "change", world.dak_lak.so.pk)
        contact = world.dak_lak.so.contacts.get()
        data = form_of(desk.get(place)) | {
            "contacts-TOTAL_FORMS": "2",
            "contacts-0-DELETE": "on",
            "contacts-1-email": "moi@daklak.example",
            "contacts-1-is_active": "on",
            "contacts-1-organisation": str(world.dak_lak.so.pk),
        }
        assert desk.post(place, data).status_code == 302
        added = world.dak_lak.so.contacts.get()
        assert AuditEntry.objects.get().changes == {
            f"contacts.{contact.pk}": ["sct-dak-lak@gov.example", None],
            f"contacts.{added.pk}": [None, "moi@daklak.example"],
        }

    def test_focal_point_is_named_here(self, desk, world, cuc):
        place = url("organisation", "change", world.dak_lak.so.pk)
        data = form_of(desk.get(place)) | {
            "mandates-TOTAL_FORMS": "1",
            "mandates-0-user": str(cuc.pk),
            "mandates-0-role": "focal_point",
            "mandates-0-organisation": str(world.dak_lak.so.pk),
        }
        assert desk.post(place, data).status_code == 302
        acted_for = cuc.organisations(Mandate.Role.FOCAL_POINT)
        assert set(acted_for) == {world.dak_lak.so, world.ca_mau.so}
        page = desk.post(
            url("mandate", "add"), {"user": cuc.pk, "organisation": world.ca_mau.so.pk, "role": "focal_point"}
        )
        assert "đã được phân công vai trò này" in page.content.decode()

    def test_successor_must_outlive(self, desk, world):
        place = url("organisation", "change", world.dak_lak.so.pk)
        answer = desk.post(place, form_of(desk.get(place)) | {"successor": str(world.ca_mau.so.pk)})
        assert "thì phải có ngày hết hiệu lực" in answer.content.decode()
        world.dak_lak.so.refresh_from_db()
        assert world.dak_lak.so.successor is None

    def test_dates_are_read_day_first(self, desk, world):
        place = url("organisation", "change", world.dak_lak.so.pk)
        desk.post(place, form_of(desk.get(place)) | {"valid_to": "04/12/2026"})
        world.dak_lak.so.refresh_from_db()
        assert str(world.dak_lak.so.valid_to) == "2026-12-04"

    def test_history_lists_the_trail_of_this_object(self, desk, world):
        answer = desk.get(url("organisation", "history", world.dak_lak.so.pk))
        assert answer.status_code == 302
        assert desk.get(answer.url).status_code == 200
        assert f"object_id={world.dak_lak.so.pk}" in answer.url


def test_unit_cannot_be_deleted(desk, world):
    assert desk.get(url("administrativeunit", "delete", world.dak_lak.unit.pk)).status_code == 403
    assert AdministrativeUnit.objects.filter(pk=world.dak_lak.unit.pk).exists()


class TestContact:
    def test_refusal_is_shown_and_can_be_lifted(self, desk, an, world):
        contact = world.dak_lak.so.contacts.get()
        Contact.objects.filter(pk=contact.pk).update(
            refused_at="2026-10-01T00:00Z", refusal="550 No such user"
        )
        page = desk.get(url("contact"), {"state": "refused"}).content.decode()
        assert "01/10/2026: 550 No such user" in page
        desk.post(url("contact"), {"action": "trust", "_selected_action": [contact.pk]})
        contact.refresh_from_db()
        assert (contact.refused_at, contact.refusal) == (None, "")
        entry = AuditEntry.objects.exclude(action="contact.read").get()
        assert entry.changes == {"refusal": ["550 No such user", ""]}

    def test_new_address_forgets_the_refusal(self, desk, world):
        contact = world.dak_lak.so.contacts.get()
        Contact.objects.filter(pk=contact.pk).update(refused_at="2026-10-01T00:00Z", refusal="550")
        place = url("contact", "change", contact.pk)
        desk.post(place, form_of(desk.get(place)) | {"email": "dung@daklak.example"})
        contact.refresh_from_db()
        assert (contact.email, contact.refused_at) == ("dung@daklak.example", None)

    def test_same_address_twice_is_refused_at_the_form(self, desk, world):
        data = {"organisation": world.dak_lak.so.pk, "email": "SCT-dak-lak@gov.example", "is_active": "on"}
        answer = desk.post(url("contact", "add"), data)
        assert "Địa chỉ này đã có ở cơ quan này." in answer.content.decode()
        assert world.dak_lak.so.contacts.count() == 1

    def test_bad_telephone_is_explained(self, desk, world):
        data = {"organisation": world.dak_lak.so.pk, "email": "a@b.example", "phone": "0912"}
        answer = desk.post(url("contact", "add"), data)
        assert "thiếu chữ số" in answer.content.decode()


class TestReadOnly:
    @pytest.mark.parametrize("model", ["auditentry", "personallink"])
    def test_nobody_adds_changes_or_deletes(self, desk, em, model):
        desk.post(url("unitlevel", "change", "province"), {"name": "Tỉnh"})
        pk = {"auditentry": AuditEntry, "personallink": PersonalLink}[model].objects.first().pk
        assert desk.get(url(model, "add")).status_code == 403
        assert desk.get(url(model, "delete", pk)).status_code == 403
        page = desk.get(url(model, "change", pk))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert desk.post(url(model, "change", pk), {}).status_code == 403

    def test_entry_shows_before_and_after(self, desk, world):
        desk.post(url("unitlevel", "change", "province"), {"name": "Tỉnh <b>"})
        page = desk.get(url("auditentry", "change", AuditEntry.objects.get().pk)).content.decode()
        assert "<td>tên cấp</td><td>Cấp tỉnh</td><td>Tỉnh &lt;b&gt;</td>" in page

    def test_link_is_revoked_by_the_action(self, desk, an, em):
        page = desk.get(url("personallink")).content.decode()
        assert em.token not in page
        desk.post(url("personallink"), {"action": "revoke", "_selected_action": [em.link.pk]})
        em.link.refresh_from_db()
        assert em.link.revoked_at is not None
        assert set(AuditEntry.objects.values_list("action", flat=True)) == {
            "personallink.read",
            "personallink.revoke",
        }


class TestUser:
    """The class is registered by correspondence; here it stands on a site of its own."""

    @pytest.fixture
    def desk_page(self):
        site = AdminSite()
        for model, model_admin in admin.site._registry.items():
            if model is not User:
                site.register(model, type(model_admin))
        return UserAdmin(User, site)

    @pytest.fixture
    def request_of(self, rf):
        def make(user, data=None):
            request = rf.post("/", data) if data else rf.get("/")
            request.user = user
            return request

        return make

    def test_new_account_has_no_password(self, desk_page, an, request_of):
        form_class = desk_page.get_form(request_of(an))
        assert not {name for name in form_class.base_fields if "password" in name}
        form = form_class({"full_name": "Lê Thị  Hoa", "email": "HOA@moit.example", "is_active": "on"})
        assert form.is_valid(), form.errors
        user = form.save()
        assert (user.email, user.full_name) == ("hoa@moit.example", "Lê Thị Hoa")
        assert not user.has_usable_password()

    def test_taken_address_is_refused_at_the_field(self, desk_page, an, binh, request_of):
        form = desk_page.get_form(request_of(an))({"full_name": "X", "email": "Binh@daklak.example"})
        assert "Email này đã có tài khoản." in str(form.errors)

    def test_roles_are_ticked(self, desk_page, an, request_of):
        form_class = desk_page.get_form(request_of(an))
        role = Group.objects.create(name="Văn thư")
        assert 'type="checkbox" name="groups"' in str(form_class()["groups"])
        values = {"full_name": "Lê Thị Hoa", "email": "hoa@moit.example", "is_staff": "on"}
        assert list(form_class(values | {"groups": [role.pk]}).save().groups.all()) == [role]
        officer = make_user("lan@moit.example", "Trần Thị Lan", is_staff=True)
        assert "groups" not in desk_page.get_form(request_of(officer)).base_fields

    def test_rights_are_given_by_superusers_only(self, desk_page, an, binh, request_of):
        desk_officer = make_user("hoa@moit.example", "Lê Thị Hoa", is_staff=True)
        assert {"is_staff", "is_superuser", "groups"} <= set(
            desk_page.get_readonly_fields(request_of(desk_officer))
        )
        assert not desk_page.has_change_permission(request_of(desk_officer), an)
        assert desk_page.has_change_permission(request_of(an), an)
        assert "is_staff" not in desk_page.get_readonly_fields(request_of(an))


def test_a_department_and_its_namesake_successor_are_named_once(binh, world):
    old = world.dak_lak.so
    new = Organisation.objects.create(uid="moi", kind=old.kind, unit=old.unit, name=old.name)
    Mandate.objects.create(user=binh, organisation=new)
    assert binh.organisation_names() == old.name
