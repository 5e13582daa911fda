"""News on the staff's desk."""

from contextlib import ExitStack
from typing import ClassVar

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html, format_html_join

from conferences import news_forms
from conferences.admin.again import AsksAgain, Refused, TellsRows
from conferences.admin_teams import OfConference
from conferences.models import Article, ArticlePhoto
from conferences.news.about import facts_about
from conferences.services.news import is_shown, keep_photo, print_article, remove_photo
from directory.admin_base import ForReaders, PortalAdmin
from hoinghi.files import NotStored, dropped_on_failure
from hoinghi.text import format_moment


class PhotoRows(TellsRows, ForReaders, admin.StackedInline):
    model = ArticlePhoto
    form = news_forms.PhotoForm
    formset = news_forms.PhotoFormSet
    extra = 0
    readonly_fields: ClassVar = ["preview"]
    fields: ClassVar = ["preview", "upload", "position", "alt", "caption", ("credit", "taken_on")]

    @admin.display(description="Ảnh")
    def preview(self, photo: ArticlePhoto):
        if not photo.pk:
            return "–"
        return format_html('<img src="{}" width="240" alt="{}">', photo.small_url, photo.alt)


@admin.register(Article)
class ArticleAdmin(AsksAgain, OfConference, PortalAdmin):
    form = news_forms.ArticleForm
    inlines: ClassVar = [PhotoRows]
    list_display = ["__str__", "shown", "about", "author"]
    list_filter = ["conference__kind"]
    list_select_related = ["conference", "series"]
    search_fields = ["search", "author"]
    date_hierarchy = "published_at"
    ordering = ["-published_at", "-pk"]
    autocomplete_fields: ClassVar = ["conference", "series"]
    readonly_fields: ClassVar = ["citable"]
    fieldsets: ClassVar = [
        (None, {"fields": [("conference", "series"), "title", "slug", "lead", "body"]}),
        ("Tác giả, nguồn", {"fields": [("author", "author_unit"), ("source", "source_url")]}),
        ("Đăng", {"fields": ["published_at"]}),
        ("Dữ kiện dẫn được trong bài", {"classes": ["collapse"], "fields": ["citable"]}),
    ]

    @admin.display(description="Đăng", ordering="published_at")
    def shown(self, article: Article):
        if article.published_at is None:
            return "Bản nháp"
        when = format_moment(article.published_at)
        return when if is_shown(article, timezone.now()) else f"Chưa hiện, đăng {when}"

    @admin.display(description="Về")
    def about(self, article: Article):
        return article.conference or article.series or "–"

    @admin.display(description="Dữ kiện")
    def citable(self, article: Article):
        """What may be written in braces, with what it prints."""
        facts = facts_about(article) if article.pk else {}
        rows = [(f"{{{name}}}", printed) for name, printed in sorted(facts.items()) if printed]
        if not rows:
            return "Chọn hội nghị hoặc chuỗi rồi lưu để xem danh sách."
        return format_html("<table>{}</table>", format_html_join("", "<tr><td>{}</td><td>{}</td></tr>", rows))

    def save_formset(self, request, form, formset, change):
        if formset.model is not ArticlePhoto:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)
        for photo in formset.deleted_objects:
            remove_photo(photo=photo)
        with ExitStack() as stored:
            for row in formset.forms:
                if row in formset.deleted_forms or not row.has_changed():
                    continue
                prepared = getattr(row, "prepared", None)
                if prepared is None:
                    row.instance.save()
                    continue
                try:
                    keep_photo(photo=row.instance, prepared=prepared)
                except NotStored as refused:
                    raise Refused({row.prefix: {"upload": refused.messages}}) from refused
                # All photos of the page or none.
                stored.enter_context(dropped_on_failure(row.instance.file, row.instance.small))

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        print_article(form.instance)

    def delete_model(self, request, obj):
        self._forget_photos([obj])
        super().delete_model(request, obj)

    def delete_queryset(self, request, queryset):
        self._forget_photos(queryset)
        super().delete_queryset(request, queryset)

    def _forget_photos(self, articles):
        for article in articles:
            for photo in article.photos.all():
                remove_photo(photo=photo)
