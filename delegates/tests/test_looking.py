"""Staff look at the portal as a province sees it: read-only, said on every page, written down."""

import datetime as dt

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from conferences.models import Material, MaterialVersion
from delegates.tests.lists import full_list, submit_and_follow
from delegates.views import focal
from directory import looking
from directory.models import AuditEntry
from hoinghi.tests.cast import make_conference, make_nomination

pytestmark = pytest.mark.django_db
BANNER = "Đang xem Cổng như <b>Sở Công Thương tỉnh Đắk Lắk</b>"


@pytest.fixture
def desk(client, an):
    client.force_login(an)
    return client


@pytest.fixture
def eyes(desk, nomination):
    """an looks as the department of Đắk Lắk."""
    desk.post(reverse("look", args=[nomination.organisation_id]), {"do": "begin"})
    return desk


def test_the_button_says_what_it_means_and_leads_to_the_invitations(desk, an, nomination):
    review = desk.get(reverse("nomination-review", args=[nomination.conference.slug, nomination.pk]))
    address = reverse("look", args=[nomination.organisation_id])
    assert f'href="{address}"' in review.content.decode()
    assert "tự hết sau 30 phút" in desk.get(address).content.decode()
    page = desk.post(address, {"do": "begin"}, follow=True)
    assert page.redirect_chain == [(reverse("invitations"), 302)]
    assert nomination.conference.title in page.content.decode()
    entry = AuditEntry.objects.get(action="organisation.look")
    assert (entry.actor_id, entry.acted_for) == (an.pk, nomination.organisation_name)


def test_it_sees_what_the_province_sees_and_nothing_else(eyes, nomination, other_nomination, em):
    for name, arguments in (
        ("home", []),
        ("invitations", []),
        ("nomination", [nomination.pk]),
        ("conference", [nomination.conference.slug]),
    ):
        page = eyes.get(reverse(name, args=arguments))
        assert page.status_code == 200
        assert BANNER in page.content.decode()
    assert eyes.get(reverse("nomination", args=[nomination.pk])).context["editable"]
    hidden = [
        other_nomination.get_absolute_url(),
        reverse("admin:index"),
        reverse("outbox"),
        reverse("cockpit", args=[nomination.conference.slug]),
        reverse("nomination-review", args=[nomination.conference.slug, nomination.pk]),
        reverse("look", args=[nomination.organisation_id]),
    ]
    for address in hidden:
        page = eyes.get(address)
        assert page.status_code == 404
        assert BANNER in page.content.decode()


def test_what_belongs_to_a_person_is_not_shown(eyes, binh, nomination):
    page = eyes.get(reverse("invitations")).content.decode()
    assert binh.full_name not in page
    assert "Bàn giao đầu mối" not in page


def test_nothing_can_be_written(eyes, nomination, em):
    nomination.refresh_from_db()
    before = (nomination.version, nomination.state, AuditEntry.objects.count())
    posts = [
        (nomination.get_absolute_url(), {"do": "submit", "version": 0}),
        (nomination.get_absolute_url(), {"do": "add:so"}),
        (reverse("nomination-decline", args=[nomination.pk]), {"decline-reason": "x", "version": 0}),
        (reverse("focal-feed-renew"), {}),
        (reverse("delegate-page", args=[em.token]), {"do": "yes"}),
        (reverse("nominations-decide", args=[nomination.conference.slug]), {"do": "accept"}),
        (reverse("look", args=[nomination.organisation_id]), {}),
    ]
    for address, data in posts:
        answer = eyes.post(address, data)
        assert answer.status_code == 409
        assert BANNER in answer.content.decode()
        assert "Chưa có gì được lưu" in answer.content.decode()
    nomination.refresh_from_db()
    em.delegate.refresh_from_db()
    assert (nomination.version, nomination.state, AuditEntry.objects.count()) == before
    assert em.delegate.answer == "none"


def test_whoever_takes_no_files_of_persons_takes_none_through_their_eyes(client, viewer, nomination, binh):
    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    client.force_login(viewer)
    client.post(reverse("look", args=[nomination.organisation_id]), {"do": "begin"})
    address = reverse("nomination-list-pdf", args=[nomination.pk])
    page = client.get(nomination.get_absolute_url())
    assert BANNER in page.content.decode()
    assert address not in page.content.decode()
    assert client.get(address).status_code == 404


def test_looking_opens_no_list_and_counts_no_download(eyes, nomination):
    assert eyes.get(nomination.get_absolute_url()).status_code == 200
    material = Material.objects.create(
        conference=nomination.conference, title="Báo cáo", visibility=Material.Visibility.INVITED
    )
    version = MaterialVersion(
        material=material,
        number=1,
        file_name="x.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
    )
    version.file.save("x.pdf", ContentFile(b"%PDF-1.7"))
    download = eyes.get(reverse("material", args=[version.pk]))
    assert download.status_code == 200
    assert b"".join(download.streaming_content) == b"%PDF-1.7"
    nomination.refresh_from_db()
    version.refresh_from_db()
    assert (nomination.opened_at, version.downloads) == (None, 0)


def test_the_database_refuses_what_a_page_forgets(eyes, nomination, monkeypatch):
    monkeypatch.setattr(focal, "is_looking", lambda request: False)
    page = eyes.get(nomination.get_absolute_url())
    assert page.status_code == 409
    assert BANNER in page.content.decode()
    nomination.refresh_from_db()
    assert nomination.opened_at is None


def test_one_press_ends_it(eyes, an, nomination):
    page = eyes.post(reverse("looking-end"), follow=True)
    assert page.redirect_chain == [(reverse("province", args=[nomination.unit_id]), 302)]
    assert "Đã thôi xem như Sở Công Thương tỉnh Đắk Lắk" in page.content.decode()
    assert BANNER not in page.content.decode()
    entry = AuditEntry.objects.get(action="organisation.look_end")
    assert (entry.actor_id, entry.changes) == (an.pk, None)
    assert eyes.get(reverse("outbox")).status_code == 200
    assert eyes.post(reverse("looking-end")).status_code == 302
    assert AuditEntry.objects.filter(action="organisation.look_end").count() == 1


def test_it_ends_by_itself(eyes, nomination, settings):
    settings.SESSION_IDLE_SECONDS = settings.SESSION_SECONDS  # so that the login outlives it
    with time_machine.travel(timezone.now() + looking.LASTS - dt.timedelta(minutes=1)):
        assert BANNER in eyes.get(reverse("home")).content.decode()
    with time_machine.travel(timezone.now() + looking.LASTS):
        assert BANNER not in eyes.get(reverse("home")).content.decode()
        assert eyes.get(reverse("outbox")).status_code == 200
    entry = AuditEntry.objects.get(action="organisation.look_end")
    assert entry.changes == {"by_itself": [False, True]}


def test_looking_keeps_the_login_alive(eyes, nomination):
    """In a transaction that writes nothing, the clock of the login has to wait for its end."""
    before = eyes.session["clock"]["seen"]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=5)):
        assert BANNER in eyes.get(reverse("home")).content.decode()
        assert eyes.get("/khong-co/").status_code == 404
    assert eyes.session["clock"]["seen"] > before + 200


def test_it_ends_with_the_session(eyes, nomination):
    assert eyes.post(reverse("account_logout")).status_code == 302
    assert eyes.get(reverse("invitations")).status_code == 302


def test_a_list_that_was_sent_looks_as_to_the_province(eyes, nomination, binh):

    submit_and_follow(nomination=nomination, rows=full_list(), version=0, actor=binh, at=timezone.now())
    for name in ("nomination", "nomination-receipt", "nomination-history"):
        assert eyes.get(reverse(name, args=[nomination.pk])).status_code == 200
    person = nomination.seats.first().delegates.get()
    replace = reverse("nomination-replace", args=[nomination.pk, person.pk])
    assert eyes.get(replace).status_code == 200
    assert eyes.post(replace, {"full_name": "X"}).status_code == 409


def test_only_staff_look_and_only_as_organisations_with_lists(client, desk, binh, nomination, world):
    assert desk.get(reverse("look", args=[world.ca_mau.so.pk])).status_code == 404
    client.force_login(binh)
    session = client.session
    looking_as = {"organisation": world.ca_mau.so.pk, "until": (timezone.now() + looking.LASTS).isoformat()}
    session[looking.KEY] = looking_as
    session.save()
    make_nomination(make_conference(world, slug="khac"), world.ca_mau)
    page = client.get(reverse("invitations")).content.decode()
    assert "Đang xem Cổng" not in page
    assert "Sở Công Thương tỉnh Đắk Lắk" in page
