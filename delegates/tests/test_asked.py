"""Roles, questions, and organisations that nominate their own people."""

import re
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from conferences.models import Conference, GroupRole, InvitedGroup, Question
from correspondence.models import Message
from delegates import invitations, letters, questions, services
from delegates.errors import InvalidRows
from delegates.models import Delegate, Nomination, QuestionAnswer
from delegates.tests.lists import full_list, person, submit_and_follow
from delegates.tests.test_focal_views import post_data
from directory import links
from directory.models import Contact, Organisation
from hoinghi.tests.cast import give_mandate, make_user

SO = "Sở Công Thương tỉnh Đắk Lắk"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def roles(nomination):
    group = nomination.conference.groups.get(code="so")
    GroupRole.objects.create(group=group, position=1, name="lãnh đạo Sở", max_persons=1)
    GroupRole.objects.create(group=group, position=2, name="chuyên viên", max_persons=1)
    return group


@pytest.fixture
def meal(conference):
    question = Question.objects.create(
        conference=conference,
        text="Suất ăn trưa",
        kind=Question.Kind.CHOICE,
        choices="Thường\nChay",
        is_required=True,
    )
    question.groups.add(conference.groups.get(code="so"))
    return question


def test_the_form_marks_what_has_to_be_filled_in(client, binh, nomination, roles, meal):
    client.force_login(binh)
    text = client.get(reverse("nomination", args=[nomination.pk])).content.decode()
    assert "phải nhập khi gửi danh sách" in text
    blocks = {block.group.code: block.forms[0] for block in nomination_form(client, nomination).blocks}
    marked = {
        name
        for name in blocks["so"].fields
        if re.search(rf'<[^>]*name="{blocks["so"].prefix}-{name}"[^>]*aria-required="true"', text)
    }
    assert marked == {"organisation", "full_name", "job_title", "phone", "role", f"q{meal.pk}"}


def nomination_form(client, nomination):
    return client.get(reverse("nomination", args=[nomination.pk])).context["form"]


def submit(nomination, actor, at, rows):
    nomination.refresh_from_db()
    return submit_and_follow(nomination=nomination, rows=rows, version=nomination.version, actor=actor, at=at)


def refused(nomination, actor, at, rows) -> InvalidRows:
    with pytest.raises(InvalidRows) as found:
        submit(nomination, actor, at, rows)
    return found.value


def test_each_row_of_such_a_group_names_its_role_and_what_lacks_is_said(roles, nomination, binh, now):
    rows = full_list()
    assert [(e.row, e.field) for e in refused(nomination, binh, now, rows).rows] == [(0, "role")]
    rows[0]["role"] = "lãnh đạo Sở"
    assert refused(nomination, binh, now, rows).groups == {"so": f"{SO}: thiếu 1 chuyên viên."}
    rows.append(person("so", SO, role="chuyên viên"))
    rows.append(person("so", SO, role="chuyên viên"))
    assert "nhiều nhất 1 chuyên viên, đang có 2" in refused(nomination, binh, now, rows).groups["so"]
    rows[-1]["reserve"] = True
    submit(nomination, binh, now, rows)
    sent = Delegate.objects.attending().filter(seat__group=roles).order_by("position")
    assert list(sent.values_list("role", flat=True)) == ["lãnh đạo Sở", "chuyên viên"]


def test_the_form_begins_with_a_row_for_each_role(client, roles, nomination, binh):
    client.force_login(binh)
    text = client.get(reverse("nomination", args=[nomination.pk])).content.decode()
    assert "Mỗi đơn vị cử: 1 lãnh đạo Sở, 1 chuyên viên." in text
    assert text.count('<option value="chuyên viên" selected>') == 1


def test_a_required_question_is_asked_of_its_group_only(meal, nomination, binh, now):
    found = refused(nomination, binh, now, full_list())
    assert [(error.row, error.field) for error in found.rows] == [(0, f"q{meal.pk}")]
    rows = full_list()
    rows[0]["answers"] = {str(meal.pk): "Mặn"}
    assert "Thường, Chay" in refused(nomination, binh, now, rows).rows[0].message
    rows[0]["answers"] = {str(meal.pk): "Chay", "999": "x"}
    submit(nomination, binh, now, rows)
    assert list(QuestionAnswer.objects.values_list("question", "value")) == [(meal.pk, "Chay")]
    nomination.refresh_from_db()
    assert nomination.draft[0]["answers"] == {str(meal.pk): "Chay"}


def test_an_answer_travels_through_the_form(client, meal, nomination, binh):
    client.force_login(binh)
    address = reverse("nomination", args=[nomination.pk])
    data = post_data(full_list(), 0, "submit")
    assert "Cần trả lời câu hỏi này" in client.post(address, data).content.decode()
    assert client.post(address, data | {f"r0-q{meal.pk}": "Chay"}).status_code == 302
    assert QuestionAnswer.objects.get().value == "Chay"
    assert '<option value="Chay" selected>' in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Question.Kind.YES_NO, "Có", "Có"),
        (Question.Kind.YES_NO, "yes", None),
        (Question.Kind.NUMBER, "007", "7"),
        (Question.Kind.NUMBER, "-1", None),
        (Question.Kind.NUMBER, "1e3", None),
        (Question.Kind.NUMBER, "99999999999999999999", None),
        (Question.Kind.TEXT, "  ăn  chay ", "ăn chay"),
        (Question.Kind.TEXT, "x" * 501, None),
    ],
)
def test_an_answer_is_right_for_its_kind(meal, nomination, binh, now, kind, typed, kept):
    Question.objects.update(kind=kind)
    rows = full_list()
    rows[0]["answers"] = {str(meal.pk): typed}
    if kept is None:
        assert refused(nomination, binh, now, rows).rows[0].field == f"q{meal.pk}"
    else:
        submit(nomination, binh, now, rows)
        assert QuestionAnswer.objects.get().value == kept


def test_a_list_without_anybody_is_not_a_list(conference, nomination, binh, now):
    conference.groups.update(min_organisations=None)
    found = refused(nomination, binh, now, [full_list()[0] | {"reserve": True}])
    assert "Chưa có ai trong danh sách" in str(found)


# ── answered by delegates, counted for staff ────────────────────────────────────────────────────────


@pytest.fixture
def guest(meal, nomination, binh, now):
    """A delegate who is asked, with the address of the own questions."""
    rows = full_list()
    rows[0]["answers"] = {str(meal.pk): "Thường"}
    submit(nomination, binh, now, rows)
    delegate = Delegate.objects.select_related("seat__nomination__conference").get(full_name="Trần Thị Bốn")
    link = letters.delegate_link(delegate, now)
    return SimpleNamespace(delegate=delegate, token=links.token_of(link))


def test_a_delegate_changes_the_answer_and_the_list_follows(client, guest, meal, nomination, binh, now):
    address = reverse("delegate-questions", args=[guest.token])
    assert "Suất ăn trưa" in client.get(reverse("delegate-page", args=[guest.token])).content.decode()
    assert '<option value="Thường" selected>' in client.get(address).content.decode()
    assert "Chọn một trong" in client.post(address, {f"q{meal.pk}": "Mặn"}).content.decode()
    assert client.post(address, {f"q{meal.pk}": "Chay"}).status_code == 302
    assert QuestionAnswer.objects.get().value == "Chay"
    nomination.refresh_from_db()
    submit(nomination, binh, now, nomination.draft)
    assert QuestionAnswer.objects.get().value == "Chay"


def test_an_answer_that_the_list_needs_cannot_be_taken_back(client, guest, meal):
    address = reverse("delegate-questions", args=[guest.token])
    assert "Suất ăn trưa<span" in client.get(address).content.decode()  # the star
    assert "Cần trả lời câu hỏi này." in client.post(address, {f"q{meal.pk}": ""}).content.decode()
    assert QuestionAnswer.objects.get().value == "Thường"


def test_what_is_wrong_is_named_as_it_stands_on_the_page(client, meal, nomination, binh):
    client.force_login(binh)
    data = post_data(full_list(), 0, "submit") | {"r0-email": "không phải thư", "r0-phone": ""}
    page = client.post(reverse("nomination", args=[nomination.pk]), data).content.decode()
    wrong = [page.index(f'href="#id_r0-{name}"') for name in ("phone", "email", f"q{meal.pk}")]
    assert wrong == sorted(wrong)


def test_nobody_answers_once_the_conference_has_begun(client, guest, meal, conference):
    Conference.objects.update(start_at=timezone.now(), nomination_deadline=None)
    page = client.post(reverse("delegate-questions", args=[guest.token]), {f"q{meal.pk}": "Chay"})
    assert page.status_code == 409
    assert '<option value="Chay" selected>' in page.content.decode()
    assert QuestionAnswer.objects.get().value == "Thường"


def test_who_is_asked_nothing_has_no_such_page(client, guest, now):
    other = Delegate.objects.select_related("seat__nomination__conference").get(full_name="Lê Văn Một")
    token = links.token_of(letters.delegate_link(other, now))
    assert client.get(reverse("delegate-questions", args=[token])).status_code == 404


def test_staff_see_the_counts_and_who_answered_what(client, an, guest, meal, conference):
    client.force_login(an)
    address = reverse("cockpit-questions", args=[conference.slug])
    tally = questions.tallies_of(conference)[0]
    assert (tally.counts, tally.silent, len(tally.answers)) == ({"Thường": 1, "Chay": 0}, 0, 1)
    assert "Trần Thị Bốn" not in client.get(address).content.decode()
    assert "Trần Thị Bốn" in client.get(address, {"cau": meal.pk}).content.decode()


# ── organisations that nominate their own people ────────────────────────────────────────────────────


@pytest.fixture
def units(conference, world):
    """A group of two units of the ministry, each of which nominates its own people."""
    group = InvitedGroup.objects.create(
        conference=conference,
        code="don-vi",
        name="đơn vị thuộc Bộ",
        side=InvitedGroup.Side.MINISTRY,
        nominator=InvitedGroup.Nominator.ITSELF,
        min_persons=1,
        max_persons=2,
        max_organisations=2,
    )
    for name in ("Cục Hóa chất", "Cục Công nghiệp"):
        unit = Organisation.objects.create(
            uid=name, kind=world.kinds["cuc"], name=name, parent=world.ministry
        )
        Contact.objects.create(organisation=unit, email=f"{len(name)}@moit.example")
        group.organisations.add(unit)
    return group


@pytest.fixture
def own(units, conference, an, now):
    services.open_nominations(conference=conference, actor=an, at=now)
    services.open_nominations(conference=conference, actor=an, at=now)
    return Nomination.objects.get(organisation__name="Cục Hóa chất")


@pytest.fixture
def hoa(own):
    """Focal point of the unit."""
    user = make_user("hoa@moit.example", "Vũ Thị Hoa")
    give_mandate(user, own.organisation)
    return user


def test_each_named_organisation_gets_one_list_of_its_own(own, conference):
    without_province = conference.nominations.filter(unit=None)
    assert sorted(each.sender_name for each in without_province) == ["Cục Công nghiệp", "Cục Hóa chất"]
    assert conference.nominations.exclude(unit=None).count() == 2


def test_it_nominates_its_own_people_and_nobody_elses(own, hoa, now):
    nobody = refused(own, hoa, now, [person("so", "Sở X")])
    assert nobody.rows[0].field == "group"
    assert nobody.groups["don-vi"] == "Cục Hóa chất: cần ít nhất 1 người, mới có 0."
    rows = [person("don-vi", "Cục khác", full_name=f"Người {n}") for n in range(3)]
    assert "nhiều nhất 2 người, đang có 3" in refused(own, hoa, now, rows).groups["don-vi"]
    submit(own, hoa, now, rows[:2])
    seat = own.seats.live().get()
    assert (seat.name, seat.organisation, seat.places) == ("Cục Hóa chất", own.organisation, 1)


def test_its_pages_and_letters_call_it_by_its_name(client, own, hoa, an, cuc, now):
    client.force_login(hoa)
    text = client.get(reverse("nomination", args=[own.pk])).content.decode()
    assert "biểu Cục Hóa chất</h1>" in text
    assert "Đơn vị thuộc Bộ</h2>" in text
    assert "readonly" in text
    submit(own, hoa, now, [person("don-vi", "", email="")])
    assert "Cục Hóa chất, bản 1" in Message.objects.filter(kind="receipt").first().subject
    assert client.get(reverse("nomination-receipt", args=[own.pk])).status_code == 200
    client.force_login(cuc)
    assert client.get(reverse("nomination", args=[own.pk])).status_code == 404
    client.force_login(an)
    conference = own.conference
    for name in ("cockpit-export", "invite"):
        assert client.get(reverse(name, args=[conference.slug])).status_code == 200
    cockpit = client.get(reverse("cockpit", args=[conference.slug])).content.decode()
    assert "2 tỉnh, thành phố và 2 cơ quan, đơn vị" in cockpit
    assert "Cơ quan, đơn vị, 2 cơ quan, đơn vị" in cockpit
    assert client.get(reverse("nomination-review", args=[conference.slug, own.pk])).status_code == 200


def test_it_is_invited_like_the_provinces(own, conference, an, now):
    assert "Cục Hóa chất" in {
        nomination.sender_name for nomination, _ in invitations.plan(conference, now).letters
    }
    text = letters.invitation_letter(Nomination.objects.get(pk=own.pk), with_document=True).text
    assert "Đại biểu của Quý cơ quan: 1÷2 người." in text
    assert "trên địa bàn" not in text
