"""Rooms and bookings at the staff's desk."""

from django import forms
from django.contrib import admin, messages

from conferences.calendar import follow_with_sequence
from directory.admin_base import PortalAdmin
from venues.models import Booking, Room
from venues.services import RoomRefused, assign, check_free, hours, prepare_rooms


@admin.register(Room)
class RoomAdmin(PortalAdmin):
    list_display = ("name", "host_name", "unit", "capacity", "is_hidden")
    list_filter = ("is_hidden",)
    list_select_related = ("unit",)
    search_fields = ("search", "host__search", "unit__search")
    autocomplete_fields = ("host", "unit")
    fields = ("name", "host", "host_name", "unit", "address", "capacity", "note", "is_hidden")

    def save_model(self, request, obj, form, change):
        if obj.host and not obj.host_name:
            obj.host_name = obj.host.name
        super().save_model(request, obj, form, change)


class BookingForm(forms.ModelForm):
    class Meta:
        model = Booking
        fields = ("room", "printed", "address", "state", "is_chosen")
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
            for name in {"printed", "address", "state"} - set(self.changed_data):
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
class BookingAdmin(PortalAdmin):
    """Bookings come from the rule of their conference; here a province gets another room."""

    form = BookingForm
    list_display = ("place", "printed", "state", "conference")
    list_filter = (UnnamedFilter, "role", "state")
    search_fields = ("conference__search", "unit__search", "room__search")
    ordering = ("-conference__start_at", "role", "unit__sort_key")
    autocomplete_fields = ("room",)
    readonly_fields = ("conference", "role", "unit", "during_shown")
    fields = (
        "conference",
        "role",
        "unit",
        "during_shown",
        "room",
        "printed",
        "address",
        "state",
        "is_chosen",
    )
    actions = ("follow_rule",)

    def get_queryset(self, request):
        return super().get_queryset(request).live().select_related("conference", "unit", "room")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        follow_with_sequence(conference=obj.conference, actor=request.user)

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
            try:
                prepare_rooms(conference=conference, actor=request.user)
            except RoomRefused as refusal:
                self.message_user(request, f"{conference}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, f"{conference}: đã cập nhật các điểm cầu.")
