"""A new conference from an earlier one or from a template: what is taken, what never is."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from conferences import copying
from conferences.models import (
    AgendaItem,
    Conference,
    ConferenceFact,
    ConferenceTemplate,
    GroupMember,
    Note,
    Question,
    Topic,
)
from conferences.tests.desk import posted_again
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference, make_delegate, make_nomination

pytestmark = pytest.mark.django_db
ADD = reverse("admin:conferences_conference_add")


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def rich(conference, world):
    """A conference with a row of each kind, a delegate and a person who is named."""
    AgendaItem.objects.create(conference=conference, title="Khai mạc", lasts=15)
    Note.objects.create(conference=conference, text="Ghi chú một")
    ConferenceFact.objects.create(conference=conference, code="cong", value="cổng số 2")
    Topic.objects.create(conference=conference, text="Vấn đề thảo luận")
    Question.objects.create(conference=conference, text="Ăn chay?").groups.add(conference.groups.first())
    group = conference.groups.first()
    group.provinces.add(world.dak_lak.unit)
    GroupMember.objects.create(group=group, full_name="Ngô Thị Khánh")
    make_delegate(make_nomination(conference, world.dak_lak))
    return conference


def url_of(conference) -> str:
    return reverse("copy", args=[conference.slug])


def save(desk, conference, name="Hội nghị ½ ngày", parts=copying.CODES, **fields):
    return desk.post(url_of(conference), {"do": "save", "name": name, "part": parts, **fields})


def test_the_page_says_what_is_taken_and_what_is_not(desk, rich):
    page = desk.get(url_of(rich)).content.decode()
    for words in ("Khai mạc", "Ăn chay?", "Cơ quan tổ chức", rich.title, "Không bao giờ lấy", "Thư đã gửi"):
        assert words in page
    for name in ("Trần Thị Em", "Ngô Thị Khánh"):
        assert name not in page


def test_only_what_was_chosen_comes_along(desk, rich):
    response = desk.post(url_of(rich), {"do": "create", "part": ["names", "groups"]})
    assert response.status_code == 302
    assert Conference.objects.count() == 1
    data = posted_again(desk.get(response["Location"]))
    assert data["title"] == rich.title
    assert data["groups-TOTAL_FORMS"] == str(rich.groups.count())
    assert data["chair_title"] == ""
    for relation in ("places", "agenda", "notes", "contacts", "questions"):
        assert data[f"{relation}-TOTAL_FORMS"] == "0"


def test_nothing_chosen_is_an_empty_form(desk, rich):
    response = desk.post(url_of(rich), {"do": "create"})
    assert posted_again(desk.get(response["Location"]))["title"] == ""


def test_dates_people_and_letters_never_come_along(desk, rich):
    filled = desk.get(desk.post(url_of(rich), {"do": "create", "part": copying.CODES})["Location"])
    data = posted_again(filled)
    dates = ("start_at_0", "end_at_0", "nomination_deadline_0", "units_as_of", "approved_on")
    assert [name for name in dates if data.get(name)] == []
    page = filled.content.decode()
    assert "Ngô Thị Khánh" not in page
    assert "Trần Thị Em" not in page


def test_every_relation_is_decided_about():
    """Whoever adds rows to a conference says whether a copy takes them: today none of these."""
    taken = {relation for part in copying.PARTS for relation in part.rows}
    fields = {name for part in copying.PARTS for name in part.fields}
    assert not {name for name in fields if name.endswith(("_at", "_on", "_deadline", "_until", "_as_of"))}
    people = {"nominations", "delegates", "messages", "reminders", "materials", "official_documents"}
    assert not taken & people


def test_a_template_outlives_its_conference(desk, rich, an):
    assert save(desk, rich, note="Khi họp cả nước").status_code == 302
    template = ConferenceTemplate.objects.get()
    assert template.created_by == an
    assert AuditEntry.objects.filter(action="template.save").count() == 1
    assert template.name in desk.get(ADD).content.decode()
    assert template.name in desk.get(reverse("templates")).content.decode()
    rich.title = "Tên khác"
    rich.save()
    rich.agenda.all().delete()
    url = reverse("template", args=[template.pk])
    assert "Khai mạc" in desk.get(url).content.decode()
    response = desk.post(url, {"do": "create", "part": copying.CODES})
    data = posted_again(desk.get(response["Location"]))
    assert data["title"] != "Tên khác"
    assert data["agenda-TOTAL_FORMS"] == "1"
    assert data["agenda-0-starts"] == "8h00"
    data |= {"start_at_0": "07/10/2027", "start_at_1": "8h30", "end_at_0": "", "end_at_1": "", "slug": ""}
    made = desk.post(response["Location"], data)
    assert made.status_code == 302, made.context["adminform"].form.errors
    copy = Conference.objects.exclude(pk=rich.pk).get()
    assert copy.groups.count() == rich.groups.count()
    assert copy.questions.get().groups.get().code == rich.groups.first().code


def test_bodies_that_have_ended_are_followed(desk, rich, world):
    save(desk, rich)
    today = timezone.localdate()
    successor = world.ministry
    type(world.unit).objects.filter(pk=world.unit.pk).update(
        valid_to=today - dt.timedelta(days=1), successor=successor
    )
    initial = copying.fields_from(ConferenceTemplate.objects.get().content, today)
    assert (initial["issuing_unit"], initial["issuing_unit_name"]) == (successor.pk, successor.name)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"parts": []}, "Chọn ít nhất một phần"),
        ({"name": "Đã có"}, "Đã có mẫu tên này"),
        ({"name": "a" * 200}, "150"),
    ],
)
def test_a_refused_template_says_why_and_keeps_what_was_chosen(desk, rich, fields, said):
    save(desk, rich, name="Đã có")
    response = save(desk, rich, **({"parts": ["agenda"], "note": "Ghi chú của tôi"} | fields))
    page = response.content.decode()
    assert response.status_code == 200
    assert said in page
    assert "Ghi chú của tôi" in page
    assert ConferenceTemplate.objects.count() == 1


def test_a_template_needs_a_name(desk, rich):
    assert "name" in save(desk, rich, name=" ").context["form"].errors


def test_a_template_is_replaced_renamed_removed(desk, rich):
    save(desk, rich, name="Một")
    assert save(desk, rich, name="Một", parts=["agenda"], replace="on").status_code == 302
    template = ConferenceTemplate.objects.get()
    assert template.content["parts"] == ["agenda"]
    url = reverse("template", args=[template.pk])
    desk.post(url, {"do": "rename", "name": "Hai", "note": ""})
    template.refresh_from_db()
    assert template.name == "Hai"
    assert desk.post(url, {"do": "khac"}).status_code == 404
    desk.post(url, {"do": "remove"})
    assert not ConferenceTemplate.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert [each for each in actions if each.startswith("template")] == [
        *["template.save"] * 2,
        "template.rename",
        "template.remove",
    ]


def test_the_pages_cost_the_same_for_one_and_for_three(desk, rich, world):
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(url).status_code == 200
        return len(seen)

    save(desk, rich, name="1")
    desk.get(reverse("templates"))  # what every page keeps from the first one on
    with_one = queries(url_of(rich)), queries(reverse("templates"))
    for number in (2, 3):
        save(desk, rich, name=str(number))
        Question.objects.create(conference=rich, text=f"Câu {number}")
        AgendaItem.objects.create(conference=rich, title=f"Nội dung {number}")
    assert (queries(url_of(rich)), queries(reverse("templates"))) == with_one


def test_strangers_learn_nothing(client, rich, binh):
    client.force_login(binh)
    assert client.get(url_of(rich)).status_code == 404
    assert client.get(reverse("templates")).status_code == 404


def test_a_conference_that_is_not_there(desk, world):
    make_conference(world)
    assert desk.get(reverse("copy", args=["khong-co"])).status_code == 404
    assert desk.get(reverse("template", args=[99])).status_code == 404
    assert desk.get(ADD, {"template": "9" * 30}).status_code == 200
