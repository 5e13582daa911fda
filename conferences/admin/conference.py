"""A conference on the staff's desk: one page in the order in which a clerk thinks."""

from collections.abc import Iterator
from typing import ClassVar

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from conferences import copying
from conferences.admin.again import AsksAgain, Refused
from conferences.admin.rows import ROWS, without_detours
from conferences.admin_teams import OfConference
from conferences.changes import differences
from conferences.facts import facts_of
from conferences.followers import CannotFollow, follow
from conferences.forms import CitingForm, ConferenceForm
from conferences.models import Conference, ConferenceTemplate, Material
from conferences.row_forms import QuestionForm
from conferences.services import add_material_version, obstacle_to_cancel, obstacle_to_postpone
from conferences.texts import problems_of_name, problems_of_text
from correspondence.models import OfficialDocument
from directory.admin_base import PortalAdmin
from hoinghi.access import issues_documents, require_fresh_login
from hoinghi.templatetags.look import state_badge
from hoinghi.text import format_date, format_time, weekday_number

NO_CLERK = (
    "Tổ công tác chưa có văn thư: văn bản của hội nghị chỉ quản trị viên cấp số, ban hành được. Thêm văn thư vào tổ "
    "nếu cần."
)


@admin.register(Conference)
class ConferenceAdmin(AsksAgain, OfConference, PortalAdmin):
    form = ConferenceForm
    inlines = ROWS
    change_form_template = "admin/conferences/conference/change_form.html"
    list_display = ["title", "shown_state", "starts", "group_count", "material_count"]
    list_filter = ["state", "kind", "format", "series"]
    search_fields = ["search"]
    date_hierarchy = "start_at"
    ordering = ["-start_at"]
    autocomplete_fields: ClassVar = [
        "series",
        "organiser",
        "issuing_unit",
        "legal_bases",
        "provinces",
        "team",
    ]
    fieldsets: ClassVar = [
        (
            "Tên và loại",
            {
                "fields": [
                    *(("kind", "frame"), "title", "short_title", "slug", "format", "series"),
                    *("sectors", "provinces", "team"),
                ]
            },
        ),
        (
            "Thời gian",
            {
                "fields": [
                    "start_at",
                    "weekday",
                    "end_at",
                    ("duration_kind", "time_style"),
                    "units_as_of",
                    "join_before",
                ]
            },
        ),
        ("Nơi họp", {"fields": []}),
        (
            "Chủ trì, đơn vị",
            {
                "fields": [
                    ("chair_title", "chair_name", "chair_honorific"),
                    ("organiser", "organiser_name"),
                    ("issuing_unit", "issuing_unit_name"),
                    ("letterhead", "signature"),
                ]
            },
        ),
        ("Thành phần", {"fields": ["composition", "invitees"]}),
        (
            "Nội dung in trên thông báo",
            {"fields": ["basis", "legal_bases", "context", "purpose", "request", "join_link"]},
        ),
        (
            "Hạn gửi",
            {
                "fields": [
                    "focal_kind",
                    "nomination_deadline",
                    "deadline_style",
                    "change_until",
                    "hard_close",
                    "paper_rule",
                ]
            },
        ),
        ("Đoàn công tác", {"fields": []}),
        ("Hỏi đại biểu", {"fields": []}),
        (
            "Phê duyệt",
            {"fields": ["approval_reference", ("approved_by", "approved_on"), "approved_title"]},
        ),
        ("Tài liệu", {"fields": []}),
    ]

    class Media:
        css: ClassVar = {"all": ["css/admin-conference.css"]}

    # --- the list ---

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .annotate(
                groups_total=Count("groups", distinct=True), materials_total=Count("materials", distinct=True)
            )
        )

    def get_actions(self, request):
        # Deleting is for single drafts (has_delete_permission), never for whatever was ticked.
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    @admin.display(description="Trạng thái", ordering="state")
    def shown_state(self, conference):
        return state_badge(conference.state_at(timezone.now()), "conference")

    @admin.display(description="Bắt đầu", ordering="start_at")
    def starts(self, conference):
        start = conference.start_at
        return f"{format_time(start)} {weekday_number(start)}, {format_date(start)}"

    @admin.display(description="Nhóm", ordering="groups_total")
    def group_count(self, conference):
        return conference.groups_total

    @admin.display(description="Tài liệu", ordering="materials_total")
    def material_count(self, conference):
        return conference.materials_total

    def conference_of(self, obj):
        return obj

    def has_delete_permission(self, request, obj=None):
        """What has been published stays."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.announced_at is None)

    # --- the page ---

    def get_readonly_fields(self, request, obj=None):
        """The address has been sent out with the letters."""
        return ["slug"] if obj and obj.announced_at else []

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = getattr(request, "refusals", {})
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        # A legal basis is often new with its conference; everything else is chosen.
        return field if db_field.name == "legal_bases" else without_detours(field)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None and request.method == "GET":
            extra_context = (extra_context or {}) | self._start_from(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["sections"] = sections_of(context["adminform"], context["inline_admin_formsets"])
        if obj:
            is_theirs = self.has_change_permission(request, obj)
            context |= {
                "tools": tools_of(obj, is_theirs=is_theirs),
                "draft_url": link_to("draft-invitation", obj.slug)
                if is_theirs and needs_invitation(obj)
                else "",
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request, obj, form, change):
        if "team" in form.changed_data:  # it gives rights
            require_fresh_login(request)
        if not change:
            obj.copied_from = _source_of(request)
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        conference = form.instance
        # Rows are printed with it on every page: whoever holds a copy must see that it has changed.
        conference.save(update_fields=["updated_at"])
        row_forms = [row for formset in formsets for row in formset.forms if row not in formset.deleted_forms]
        if problems := text_problems(conference, [form, *row_forms]) | group_problems(conference, row_forms):
            raise Refused(problems)
        try:
            follow(conference=conference, actor=request.user, at=timezone.now())
        except CannotFollow as refused:
            raise Refused({"": {refused.field: [str(refused)]}}) from refused
        self._keep_uploads(request, row_forms)
        if "team" in form.changed_data and not has_clerk(conference):
            self.message_user(request, NO_CLERK, messages.WARNING)

    def _keep_uploads(self, request, row_forms):
        for row in row_forms:
            upload = row.cleaned_data.get("upload") if isinstance(row.instance, Material) else None
            if not upload:
                continue
            try:
                add_material_version(material=row.instance, upload=upload, actor=request.user)
            except ValidationError as refused:
                raise Refused({row.prefix: {"upload": refused.messages}}) from refused

    # --- a new one from an earlier one ---

    def _start_from(self, request) -> dict:
        kept, called = self._kept(request)
        if kept is None:
            return {
                "sources": copying.last_of_each_kind(request.user),
                "templates": ConferenceTemplate.objects.defer("content", "note"),
            }
        if "chosen" in request.GET:
            kept = copying.only(kept, request.GET.getlist("part"))
        today = timezone.localdate()
        request.copied_fields = copying.fields_from(kept, today)
        request.copied_rows = copying.rows_from(kept, today)
        return {"copied_from": called}

    def _kept(self, request) -> tuple[copying.Kept | None, str]:
        """What the new conference may take, and what it comes from."""
        if source := _source_of(request):
            return copying.kept_of(source), f"{source.title} ({format_date(source.start_at)})"
        if template := _chosen(request, "template", ConferenceTemplate):
            return template.content, f"mẫu {template.name}"
        return None, ""

    def get_changeform_initial_data(self, request):
        return getattr(request, "copied_fields", None) or super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request, obj, inline, prefix):
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        relation = inline.model._meta.get_field("conference").remote_field.get_accessor_name()
        if rows := getattr(request, "copied_rows", {}).get(relation):
            kwargs["initial"] = rows
        return kwargs


def _source_of(request) -> Conference | None:
    """The earlier conference that was chosen to start from; its key stays in the address of the form."""
    return _chosen(request, "from", Conference)


def _chosen(request, name: str, model):
    chosen = request.GET.get(name, "")
    is_key = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
    return model.objects.filter(pk=chosen).first() if is_key else None


def sections_of(adminform, inlines) -> list[dict]:
    """The fieldsets of the page, each with the rows that stand under it; a reader's may have nothing to show."""
    found = [
        {
            "id": f"muc-{number}",
            "name": fieldset.name,
            "fieldset": fieldset,
            "rows": [rows for rows in inlines if rows.opts.after == fieldset.name],
        }
        for number, fieldset in enumerate(adminform, start=1)
    ]
    return [section for section in found if section["fieldset"].fields or section["rows"]]


def text_problems(conference: Conference, all_forms: list) -> dict[str, dict[str, list[str]]]:
    """What is wrong with the texts of the saved page: form prefix → field → messages."""
    facts = facts_of(conference)
    complete = conference.announced_at is not None
    problems: dict[str, dict[str, list[str]]] = {}
    for form in all_forms:
        if not isinstance(form, CitingForm) or form.instance.pk is None:
            continue
        found = {name: problems_of_text(text, facts, complete=complete) for name, text in form.cited_texts()}
        found |= {
            name: problems_of_name(getattr(form.instance, name), conference) for name in form.short_texts
        }
        if found := {name: said for name, said in found.items() if said}:
            problems[form.prefix or ""] = found
    return problems


def group_problems(conference: Conference, all_forms: list) -> dict[str, dict[str, list[str]]]:
    """Questions for groups that the saved page does not have: form prefix → field → messages."""
    codes = ", ".join(group.code for group in conference.groups.all())
    return {
        form.prefix: {"group_codes": [f"Không có nhóm mã “{unknown[0]}”. Các nhóm hiện có: {codes}."]}
        for form in all_forms
        if isinstance(form, QuestionForm) and form.instance.pk and (unknown := form.unknown_groups())
    }


def needs_invitation(conference: Conference) -> bool:
    """Whether there is no Giấy mời that is being drafted or in force."""
    alive = (OfficialDocument.State.DRAFT, OfficialDocument.State.ISSUED)
    return not conference.official_documents.filter(document__state__in=alive).exists()


def has_clerk(conference: Conference) -> bool:
    """Somebody may issue its documents: everybody whose role that is, or one of its team."""
    team = list(conference.team.all())
    return not team or any(issues_documents(user) for user in team)


def link_to(name: str, *args) -> str:
    """The address of a page of an app above, empty as long as there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _documents_of(conference: Conference) -> Iterator[tuple[str, str]]:
    for row in conference.official_documents.select_related("document"):
        state = row.document.get_state_display().lower()
        yield f"{row.document} ({state})", reverse("document", args=[row.document_id])


def _steps_after_publication(conference: Conference) -> Iterator[tuple[str, str]]:
    """Telling what has changed, and calling the conference off or on again."""
    states, at = Conference.State, timezone.now()
    if conference.state == states.ANNOUNCED:
        if untold := len(differences(conference)):
            yield f"Có {untold} thay đổi chưa báo", link_to("changes", conference.slug)
        if not obstacle_to_postpone(conference, at):
            yield "Hoãn", link_to("postpone", conference.slug)
    if conference.state == states.POSTPONED:
        yield "Công bố lại với thời gian mới", link_to("reschedule", conference.slug)
    if not obstacle_to_cancel(conference, at):
        yield "Hủy", link_to("cancel", conference.slug)


def tools_of(conference: Conference, *, is_theirs: bool) -> list[tuple[str, str]]:
    """Where staff go from a conference's page: label and address, in the order of the job.

    Arguments:
        is_theirs: whether the reader may do anything to it; there are pages for nothing else.
    """
    published = conference.announced_at is not None
    tools = [
        ("Xem trang hội nghị", conference.get_absolute_url()),
        ("Chương trình", reverse("agenda-draft", args=[conference.slug])),
        ("Kiểm tra và công bố", "" if published else link_to("publish", conference.slug)),
        *(
            (
                f"{row.document} ({row.document.get_state_display().lower()})",
                reverse("document", args=[row.document_id]),
            )
            for row in conference.official_documents.select_related("document")
        ),
        ("Gửi thư mời", link_to("invite", conference.slug) if published else ""),
        ("Theo dõi đề cử", link_to("cockpit", conference.slug) if published else ""),
        ("Lịch nhắc", link_to("reminders", conference.slug)),
        *(_steps_after_publication(conference) if is_theirs else ()),
        ("Tạo hội nghị mới từ hội nghị này", reverse("copy", args=[conference.slug]) if is_theirs else ""),
        ("Nhật ký", link_to("audit", conference.slug)),
        ("Lịch sử", reverse("admin:conferences_conference_history", args=[conference.pk])),
    ]
    return [(label, url) for label, url in tools if url]
