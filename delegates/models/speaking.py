from django.db import models
from django.db.models import Q

from conferences.models import Conference
from delegates.models.delegate import Delegate
from delegates.models.nomination import Nomination
from hoinghi.fields import CharField


class SpeechQuerySet(models.QuerySet):
    def asked(self):
        """What staff have still to say yes or no to, in the order in which it came."""
        return self.filter(state=Speech.State.ASKED).order_by("asked_at", "id")

    def in_line(self):
        """Who will speak, in their order."""
        return self.filter(state=Speech.State.ALLOWED).order_by("position", "id")

    def waiting(self):
        """What its focal point may still take back."""
        return self.filter(state__in=[Speech.State.ASKED, Speech.State.ALLOWED])


class Speech(models.Model):
    """A province asks to speak (tham luận, phát biểu); staff put the speakers in order."""

    class State(models.TextChoices):
        ASKED = "asked", "Đã đăng ký"
        ALLOWED = "allowed", "Trong danh sách phát biểu"
        SPEAKING = "speaking", "Đang phát biểu"
        DONE = "done", "Đã phát biểu"
        SKIPPED = "skipped", "Không phát biểu"
        WITHDRAWN = "withdrawn", "Đã rút"

    conference = models.ForeignKey(
        Conference, models.PROTECT, related_name="speeches", verbose_name="hội nghị"
    )
    nomination = models.ForeignKey(
        Nomination, models.CASCADE, related_name="speeches", verbose_name="danh sách đề cử"
    )
    delegate = models.ForeignKey(
        Delegate, models.CASCADE, related_name="speeches", verbose_name="người phát biểu"
    )
    topic = CharField("nội dung", max_length=300)
    minutes = models.PositiveSmallIntegerField("số phút", null=True, blank=True)
    state = models.CharField("trạng thái", max_length=10, choices=State, default=State.ASKED)
    position = models.PositiveSmallIntegerField("thứ tự", null=True, blank=True)
    reason = CharField("lý do không phát biểu", max_length=300, blank=True)
    asked_at = models.DateTimeField("đăng ký lúc")
    asked_by = CharField("người đăng ký", max_length=200)
    started_at = models.DateTimeField("bắt đầu phát biểu lúc", null=True, blank=True)
    ended_at = models.DateTimeField("xong lúc", null=True, blank=True)

    objects = SpeechQuerySet.as_manager()

    class Meta:
        verbose_name = "đăng ký phát biểu"
        verbose_name_plural = "danh sách phát biểu"
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference"], condition=Q(state="speaking"), name="speech_one_at_a_time"
            ),
            # A place in the line is held by whoever is in it, and by nobody else.
            models.CheckConstraint(
                condition=Q(state="allowed", position__isnull=False)
                | (~Q(state="allowed") & Q(position__isnull=True)),
                name="speech_position_in_line",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=1, minutes__lte=120),
                name="speech_minutes",
                violation_error_message="Số phút từ 1 đến 120.",
            ),
        ]

    def __str__(self):
        return f"{self.delegate}: {self.topic}"

    @property
    def audit_label(self) -> str:
        return f"đại biểu số {self.delegate_id}: {self.topic}"

    @property
    def sender(self) -> str:
        return self.nomination.sender_name

    @property
    def is_waiting(self) -> bool:
        """Its focal point may still take it back."""
        return self.state in (self.State.ASKED, self.State.ALLOWED)
