"""The look keeps its promises: nothing inline, one h1, known icons, states of the models, accessible pages."""

import gettext
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, override

from conferences.models import (
    AgendaItem,
    Conclusion,
    Conference,
    DraftDocument,
    Opinion,
    OpinionSheet,
    Task,
)
from correspondence.models import Message, OfficialDocument
from delegates.models import Delegate, Nomination
from hoinghi.templatetags import look
from hoinghi.tests.browser import problems, sign_in, sizes_of
from venues.models import Booking

TEMPLATES = settings.BASE_DIR / "templates"
ERRORS = ["400", "403", "403_csrf", "404", "409", "410", "413", "429", "500", "503"]
WIDTHS = [1280, 390]


def sources(*, mail: bool = False) -> dict[str, str]:
    """Name → source of the templates that browsers get (or of the letters)."""
    found = {}
    for path in TEMPLATES.rglob("*.html"):
        name = str(path.relative_to(TEMPLATES))
        if not name.startswith("pdf/") and (name.startswith("mail/") or "email/" in name) == mail:
            found[name] = path.read_text()
    return found


def style_guide() -> str:
    """templates/styleguide.html with samples; its form has been refused."""
    now = timezone.now()
    conference = Conference(start_at=now, end_at=now, title="Hội nghị")
    return render_to_string(
        "styleguide.html",
        {
            "form": ExampleForm({"name": ""}, {}),
            "page": Paginator(range(200), 10).page(3),
            "soon": now + timedelta(days=2, hours=7),
            "past": now - timedelta(hours=33),
            "agenda": [
                AgendaItem(conference=conference, title="Phát biểu khai mạc", presenter="Bộ trưởng"),
                AgendaItem(conference=conference, day=2, title="Nghỉ giữa giờ", is_break=True),
            ],
        },
        request=RequestFactory().get("/"),
    )


def rendered(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


# ── the sources of the templates ────────────────────────────────────────────────────────────────────

INLINE = re.compile(
    r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE
)


def test_no_page_has_inline_code():
    found = sources()
    assert len(found) > 40
    assert {name: INLINE.findall(text) for name, text in found.items() if INLINE.search(text)} == {}


def test_guard_against_inline_code_sees_it():
    for bad in [
        '<p style="x">',
        "<style>",
        '<a onclick="x()">',
        "<script>x()</script>",
        '<a href="javascript:x">',
    ]:
        assert INLINE.search(bad), bad
    assert not INLINE.search('<script src="/static/x.js" defer></script>')


def test_letters_have_a_style_block_but_no_pictures_nor_scripts():
    found = sources(mail=True)
    assert found
    for name, text in found.items():
        assert not re.search(r"<img|<script|url\(|https?://(?!\{)", text), name


def test_every_page_has_one_h1():
    found = sources()
    parents = {
        name: match[1]
        for name, text in found.items()
        if (match := re.search(r'{% extends "([^"]+)" %}', text)) and match[1] in found
    }
    pages = [name for name in parents if name not in parents.values() and not name.startswith("admin/")]
    assert len(pages) > 20

    def headings(name: str) -> int:
        return len(re.findall("<h1", found[name])) + (headings(parents[name]) if name in parents else 0)

    assert {name: headings(name) for name in pages if headings(name) != 1} == {}


def test_every_icon_is_in_the_sprite():
    sprite = set(re.findall(r'id="([^"]+)"', (settings.BASE_DIR / "static/img/sprite.svg").read_text()))
    named = set(look.FILE_ICONS.values()) | {icon for _, icon in look.LEVELS.values()}
    named |= {state.icon for states in look.STATES.values() for state in states.values()}
    for text in sources().values():
        named |= set(re.findall(r'{% (?:icon|fact|empty_state) "([^"]+)"', text))
    assert len(named) > 25
    assert named - sprite == set()


# ── states ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "choices"),
    [
        ("conference", Conference.State),
        ("nomination", Nomination.State),
        ("delegate", Delegate.State),
        ("answer", Delegate.Answer),
        ("attendance", Delegate.Attendance),
        ("room", Booking.State),
        ("message", Message.State),
        ("document", OfficialDocument.State),
        ("draft", DraftDocument.State),
        ("sheet", OpinionSheet.State),
        ("disposition", Opinion.Disposition),
        ("conclusion", Conclusion.State),
        ("task", Task.State),
    ],
)
def test_every_stored_state_has_a_badge(kind, choices):
    for code in choices.values:
        badge = look.state_badge(code, kind)
        assert look.STATES[kind][code].label in badge
        assert "<use " in badge, "a state needs a shape beside its colour"


def test_quota_bar_says_and_draws_the_count():
    bar = rendered("{% quota_bar 3 1 2 %}")
    assert "Đã chọn 3/2 (1÷2)" in bar
    assert (bar.count('class="on"'), bar.count('class="over"')) == (2, 1)
    assert "quota--over" in bar
    assert "Đã có 2 đại biểu" in rendered("{% quota_bar 2 None None %}")


def test_components_escape_what_people_typed():
    evil = "<script>alert(1)</script>"
    page = rendered(
        "{% alert 'info' evil %}{{ evil }}{% endalert %}{% state_tile 'late' evil evil %}"
        "{% empty_state 'people' evil %}{{ evil }}{% endempty_state %}{% state_badge 'draft' label=evil %}"
        "{% fact 'clock' evil %}{{ evil }}{% endfact %}{% ticket evil evil evil %}{{ evil }}{% endticket %}",
        evil=evil,
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 13


# ── forms ───────────────────────────────────────────────────────────────────────────────────────────


class ExampleForm(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Đủ họ, đệm, tên.")
    way = forms.ChoiceField(label="Hình thức", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    told = forms.BooleanField(label="Đã báo trước")
    file = forms.FileField(label="Tài liệu")


def test_refused_form_says_where_and_links_there():
    form = ExampleForm({"name": ""}, {})
    page = rendered(
        "{% error_summary form %}{% for field in form %}{% field_row field %}{% endfor %}", form=form
    )
    ids = re.findall(r'\sid="([^"]+)"', page)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert "Có 4 chỗ cần sửa" in page
    assert len(targets) == 4
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))
    # Help stands before the control, the error after it, and the control names both.
    order = [page.index(part) for part in ("Đủ họ, đệm, tên.", 'name="name"', 'id="id_name_error"')]
    assert order == sorted(order)
    assert 'aria-describedby="id_name_helptext id_name_error"' in page


# ── error pages and translations ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", ERRORS)
def test_error_page_needs_neither_request_nor_database(code):
    page = render_to_string(f"{code}.html")
    assert page.count("<h1") == 1
    assert f"Lỗi {code[:3]}" in page
    assert 'class="btn' in page, "what to do next"


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_compiled_catalogue_is_up_to_date(domain):
    folder = settings.BASE_DIR / "locale/vi/LC_MESSAGES"
    source = (folder / f"{domain}.po").read_text()
    with (folder / f"{domain}.mo").open("rb") as compiled:
        catalogue = gettext.GNUTranslations(compiled)._catalog
    in_source = {
        text.replace('\\"', '"') for text in re.findall(r'^msgstr(?:\[0\])? "(.+)"$', source, re.MULTILINE)
    }
    assert len(in_source) > 20
    assert in_source - set(catalogue.values()) == set()


@pytest.mark.parametrize("count", [1, 2])
def test_plurals_of_the_admin_are_vietnamese(count):
    with override("vi"):
        assert ngettext("Please correct the error below.", "Please correct the errors below.", count) == (
            "Chưa lưu. Chỗ cần sửa được ghi ở bên dưới."
        )
        assert ngettext("entry", "entries", count) == "mục"


def test_wrong_password_is_explained_in_vietnamese(client, binh):
    page = client.post(reverse("account_login"), {"login": binh.email, "password": "sai"}).content.decode()
    assert "Email hoặc mật khẩu chưa đúng" in page
    assert f'value="{binh.email}"' in page, "what was typed is kept"


# ── in the browser ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_public_pages_are_accessible_and_fit(width, live_server, page, complaints, settings):
    settings.DEMO = True  # the strip of a demo is there, too
    page.set_viewport_size({"width": width, "height": 800})
    names = [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "help",
        "privacy",
        "no_secrets",
    ]
    for name in names:
        page.goto(live_server.url + reverse(name))
        assert problems(page) == [], name
    assert complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_error_pages_are_accessible_and_fit(width, live_server, page):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + "/khong-co-trang-nay/")
    assert page.locator("h1").inner_text() == "Không tìm thấy trang"
    assert problems(page) == []
    for code in ERRORS:
        page.set_content(render_to_string(f"{code}.html", {"renew_url": "/", "next_url": "/"}))
        assert problems(page) == [], code


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_component_is_accessible_and_fits(width, live_server, page, complaints):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + reverse("help"))
    page.set_content(style_guide())
    assert problems(page) == []
    assert complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_public_page_is_light(live_server, page):
    """At most 6 requests and 60 kB as sent (text compressed, fonts as they are)."""
    sizes = sizes_of(page, live_server.url + reverse("help"))
    assert len(sizes) <= 6, sizes
    assert 40_000 < sum(sizes.values()) <= 60_000, sizes


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_file_input_speaks_vietnamese(live_server, page, complaints, tmp_path):
    page.goto(live_server.url + reverse("help"))
    form = rendered("<main><h1>Tệp</h1><form>{% field_row form.file %}</form></main>", form=ExampleForm())
    page.set_content(render_to_string("base.html").replace("<main", form + "<main hidden", 1))
    field = page.locator(".file-field")
    assert field.locator(".file-field__names").inner_text() == "Chưa chọn tệp"
    chosen = tmp_path / "Danh sách đại biểu.xlsx"
    chosen.write_bytes(b"x")
    page.get_by_label("Tài liệu").set_input_files(chosen)
    assert field.locator(".file-field__names").inner_text() == "Danh sách đại biểu.xlsx"
    assert complaints == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_admin_runs_under_the_content_security_policy(live_server, page, client, an, complaints):
    an.is_superuser = True
    an.save(update_fields=["is_superuser"])
    sign_in(page, live_server, client, an)
    addresses = [reverse("admin:index")]
    request = RequestFactory().get("/")
    request.user = an
    for model, model_admin in admin.site._registry.items():
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses.append(reverse(f"{base}_changelist"))
        if model_admin.has_add_permission(request):
            addresses.append(reverse(f"{base}_add"))
        if hasattr(model_admin, "export_action"):
            addresses.append(reverse(f"{base}_export"))
    assert len(addresses) > 2
    for address in addresses:
        response = page.goto(live_server.url + address)
        assert response.status == 200, address
        assert page.locator("h1").count() == 1, address
        assert complaints == [], address


@pytest.mark.django_db
def test_navigation_follows_the_role(client, an, binh):
    def entries():
        page = client.get(reverse("help")).content.decode()
        return re.findall(r'<li><a href="[^"]*"[^>]*>([^<]+)</a></li>', page.partition("</header>")[0])

    assert "Đăng nhập" in entries()
    assert "Quản trị" not in entries()
    client.force_login(an)
    assert "Quản trị" in entries()
    assert "Đăng nhập" not in entries()
    client.force_login(binh)
    assert "Quản trị" not in entries()


def test_static_files_named_by_pages_exist():
    named = set()
    for text in sources().values():
        named |= set(re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", text))
    own = {name for name in named if not name.startswith(("admin/", "import_export/", "mfa/"))}
    assert len(own) > 6
    assert [name for name in own if not Path(settings.BASE_DIR, "static", name).is_file()] == []
