"""Rooms and bookings at the staff's desk."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminDateWidget
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from conferences.admin_teams import OfConference
from conferences.calendar import follow_with_sequence
from conferences.policies import can_change_conference
from conferences.teams import NOT_THE_TEAM
from directory.admin_base import PortalAdmin, PortalInline
from hoinghi.forms import DateField
from hoinghi.images import photo as read_photo
from venues.models import Booking, FormerAddress, Room, RoomContact
from venues.services import RoomRefused, assign, check_free, hours, move_room, prepare_rooms
from venues.services.register import moving_obstacle


class RoomForm(forms.ModelForm):
    since = DateField(
        label="Chuyển đến địa chỉ này từ ngày",
        required=False,
        widget=AdminDateWidget,
        help_text="Chỉ nhập khi phòng chuyển đi nơi khác: hội nghị trước ngày này giữ địa chỉ cũ. Sửa cho đúng chính "
        "tả thì để trống.",
    )

    class Meta:
        model = Room
        fields = (
            *("name", "host", "host_name", "unit", "building", "address", "capacity", "equipment"),
            *("line_provider", "line_down", "line_up", "photo", "note", "is_hidden"),
        )

    def clean_photo(self):
        """Uploaded anew it is written anew; ``False`` takes the present one away."""
        upload = self.cleaned_data["photo"]
        return read_photo(upload) if "photo" in self.changed_data and upload else upload

    def clean(self):
        cleaned = super().clean()
        if since := cleaned.get("since"):
            if not self.instance.pk or "address" not in self.changed_data:
                self.add_error("since", "Nhập địa chỉ mới ở ô Địa chỉ, hoặc để trống ngày này.")
            elif message := moving_obstacle(self.instance, since):
                self.add_error("since", message)
        return cleaned


class RoomContactInline(PortalInline):
    model = RoomContact


class FormerAddressInline(PortalInline):
    model = FormerAddress


@admin.register(Room)
class RoomAdmin(PortalAdmin):
    form = RoomForm
    list_display = ("name", "host_name", "unit", "capacity", "is_hidden")
    list_filter = ("is_hidden",)
    list_select_related = ("unit",)
    search_fields = ("search", "host__search", "unit__search")
    autocomplete_fields = ("host", "unit")
    fieldsets = (
        (None, {"fields": ("name", "host", "host_name", "unit", "is_hidden")}),
        ("Địa chỉ", {"fields": ("building", "address", "since")}),
        (
            "Trang bị",
            {
                "fields": (
                    *("capacity", "equipment", "line_provider", "line_down", "line_up"),
                    *("shown_photo", "photo"),
                )
            },
        ),
        (None, {"fields": ("note",)}),
    )
    readonly_fields = ("shown_photo",)
    inlines = (RoomContactInline, FormerAddressInline)

    @admin.display(description="ảnh hiện tại")
    def shown_photo(self, room: Room):
        if not room.photo:
            return "–"
        return format_html('<a href="{}">Xem ảnh</a>', reverse("room-photo", args=[room.pk]))

    def get_fieldsets(self, request, obj=None):
        """To whoever looks only, the admin would show the file by an address that it does not have."""
        hidden = () if self.has_change_permission(request, obj) else ("photo",)
        return [
            (title, {"fields": [name for name in options["fields"] if name not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def save_model(self, request, obj, form, change):
        if obj.host and not obj.host_name:
            obj.host_name = obj.host.name
        new, since = obj.address, form.cleaned_data.get("since")
        if since:
            obj.address = form.initial["address"]
        old_photo = form.initial.get("photo")
        super().save_model(request, obj, form, change)
        if "photo" in form.changed_data and old_photo:
            transaction.on_commit(lambda: old_photo.storage.delete(old_photo.name))
        if since:
            moved = move_room(room=obj, address=new, since=since, actor=request.user, at=timezone.now())
            obj.address = new
            if moved:
                told = f"{len(moved)} điểm cầu từ ngày đó in địa chỉ mới; báo ở trang Thay đổi của hội nghị."
                self.message_user(request, told, messages.WARNING)


class BookingForm(forms.ModelForm):
    class Meta:
        model = Booking
        fields = ("room", "printed", "address", "is_chosen")
        help_texts = {"room": "Đổi phòng thì câu in và địa chỉ lấy theo phòng mới. Để trống: thông báo sau."}

    def clean_room(self):
        """Inside the page's transaction, so that the room stays free until it is written."""
        room = self.cleaned_data["room"]
        if room and "room" in self.changed_data:
            try:
                check_free(rooms=[room], during=self.instance.during, apart_from=[self.instance])
            except RoomRefused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return room

    def clean(self):
        """What is printed comes from the new room, or from who typed it; either way it is a choice by hand."""
        cleaned = super().clean()
        if "room" in self.changed_data and "room" in cleaned:
            assign(self.instance, cleaned["room"])
            for name in {"printed", "address"} - set(self.changed_data):
                cleaned[name] = getattr(self.instance, name)
        if {"room", "printed", "address"} & set(self.changed_data) and "is_chosen" not in self.changed_data:
            cleaned["is_chosen"] = True
        return cleaned


class UnnamedFilter(admin.SimpleListFilter):
    title = "phòng"
    parameter_name = "room"

    def lookups(self, request, model_admin):
        return [("none", "Chưa có phòng")]

    def queryset(self, request, queryset):
        return queryset.filter(room__isnull=True) if self.value() else queryset


@admin.register(Booking)
class BookingAdmin(OfConference, PortalAdmin):
    """Bookings come from the rule of their conference; here a province gets another room."""

    form = BookingForm
    list_display = ("place", "printed", "state", "conference")
    list_filter = (UnnamedFilter, "role", "state")
    search_fields = ("conference__search", "unit__search", "room__search")
    ordering = ("-conference__start_at", "role", "unit__sort_key")
    autocomplete_fields = ("room",)
    readonly_fields = ("conference", "role", "unit", "parent", "during_shown", "state")
    fields = (
        *("conference", "role", "unit", "parent", "during_shown"),
        *("room", "printed", "address", "is_chosen", "state"),
    )
    actions = ("follow_rule",)

    def get_queryset(self, request):
        return super().get_queryset(request).live().select_related("conference", "unit", "room", "parent")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        follow_with_sequence(conference=obj.conference, actor=request.user, at=timezone.now())

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description="điểm cầu", ordering="unit__sort_key")
    def place(self, obj):
        return obj.label

    @admin.display(description="thời gian giữ phòng")
    def during_shown(self, obj):
        return hours(obj.during)

    @admin.action(description="Cập nhật theo quy tắc và giờ của hội nghị", permissions=("change",))
    def follow_rule(self, request, queryset):
        for conference in {booking.conference for booking in queryset}:
            if not can_change_conference(request.user, conference):
                self.message_user(request, f"{conference}: {NOT_THE_TEAM}", messages.ERROR)
                continue
            try:
                prepare_rooms(conference=conference, actor=request.user, at=timezone.now())
            except RoomRefused as refusal:
                self.message_user(request, f"{conference}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, f"{conference}: đã cập nhật các điểm cầu.")
