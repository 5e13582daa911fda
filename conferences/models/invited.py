from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from conferences.facts import expand
from conferences.models.conference import Conference
from directory.models import AdministrativeUnit, Organisation, OrganisationKind, UnitLevel
from hoinghi.fields import CharField, TextField
from hoinghi.text import format_quota


class InvitedGroup(models.Model):
    """A group of the composition ("Thành phần"), with its quota when its members are nominated."""

    class Side(models.TextChoices):
        MINISTRY = "ministry", "Về phía Bộ"
        LOCALITY = "locality", "Về phía địa phương"
        OTHER = "other", "Thành phần khác"
        # Of a working visit: who travels, and who receives them.
        DELEGATION = "delegation", "Đoàn công tác"
        HOST = "host", "Đơn vị tiếp, làm việc với đoàn"

    class Nominator(models.TextChoices):
        NOBODY = "nobody", "Không đề cử qua cổng"
        FOCAL_POINT = "focal_point", "Cơ quan đầu mối của tỉnh"
        ITSELF = "itself", "Từng cơ quan được mời đích danh tự cử người của mình"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="groups")
    code = models.SlugField("mã nhóm", max_length=50, help_text="Dùng để dẫn trong câu chữ: {group:mã}.")
    side = models.CharField("phía", max_length=10, choices=Side, default=Side.LOCALITY)
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    name = CharField("tên nhóm (như in)", max_length=300)
    short_name = CharField("tên ngắn", max_length=60, blank=True)
    nominator = models.CharField("ai đề cử", max_length=20, choices=Nominator, default=Nominator.NOBODY)
    min_organisations = models.PositiveSmallIntegerField("ít nhất (cơ quan)", null=True, blank=True)
    max_organisations = models.PositiveSmallIntegerField("nhiều nhất (cơ quan)", null=True, blank=True)
    min_persons = models.PositiveSmallIntegerField("ít nhất (người mỗi cơ quan)", null=True, blank=True)
    max_persons = models.PositiveSmallIntegerField("nhiều nhất (người mỗi cơ quan)", null=True, blank=True)
    roles = TextField("yêu cầu về chức danh", blank=True)
    picker_level = models.ForeignKey(
        UnitLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="chọn từ đơn vị thuộc cấp",
    )
    picker_prefix = CharField(
        "viết trước tên đơn vị", max_length=100, blank=True, help_text="Ví dụ: Ủy ban nhân dân"
    )
    picker_kind = models.ForeignKey(
        OrganisationKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="chọn từ cơ quan loại",
    )
    organisations = models.ManyToManyField(
        Organisation, blank=True, related_name="+", verbose_name="cơ quan được mời đích danh"
    )
    provinces = models.ManyToManyField(
        AdministrativeUnit,
        blank=True,
        related_name="+",
        verbose_name="chỉ các tỉnh, thành phố",
        help_text="Để trống: tất cả các tỉnh, thành phố.",
    )

    class Meta:
        verbose_name = "nhóm thành phần"
        verbose_name_plural = "nhóm thành phần"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "code"],
                name="group_code_once",
                violation_error_message="Mã nhóm này đã có.",
            ),
            models.CheckConstraint(
                condition=Q(min_organisations__isnull=True)
                | Q(max_organisations__isnull=True)
                | Q(max_organisations__gte=F("min_organisations")),
                name="group_organisations_range",
                violation_error_message="Số cơ quan nhiều nhất phải lớn hơn hoặc bằng số ít nhất.",
            ),
            models.CheckConstraint(
                condition=Q(min_persons__isnull=True)
                | Q(max_persons__isnull=True)
                | Q(max_persons__gte=F("min_persons")),
                name="group_persons_range",
                violation_error_message="Số người nhiều nhất phải lớn hơn hoặc bằng số ít nhất.",
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        """What forms and tables call the group."""
        return expand(self.short_name or self.name, self.conference)

    @property
    def printed(self) -> str:
        """What the notice calls the group."""
        return expand(self.name, self.conference)


class NamedUnit(models.Model):
    """A unit that a group lists by name, spelled as it was printed; the register may spell it otherwise."""

    group = models.ForeignKey(InvitedGroup, models.CASCADE, related_name="units", verbose_name="nhóm")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    name = CharField("tên (như in)", max_length=300)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="cơ quan"
    )

    class Meta:
        verbose_name = "đơn vị được nêu tên"
        verbose_name_plural = "các đơn vị được nêu tên"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "name"],
                name="named_unit_once",
                violation_error_message="Đơn vị này đã có trong nhóm.",
            )
        ]

    def __str__(self):
        return self.printed

    @property
    def printed(self) -> str:
        return expand(self.name, self.group.conference)


class GroupMember(models.Model):
    """A person who is named in a group: a member of the delegation, somebody who receives it."""

    group = models.ForeignKey(InvitedGroup, models.CASCADE, related_name="members", verbose_name="nhóm")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    honorific = CharField("danh xưng", max_length=30, default="đồng chí")
    full_name = CharField("họ và tên", max_length=150)
    post = CharField("chức vụ", max_length=250, blank=True)

    class Meta:
        verbose_name = "người được nêu tên"
        verbose_name_plural = "những người được nêu tên"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "full_name"],
                name="group_member_once",
                violation_error_message="Người này đã có trong nhóm.",
            )
        ]

    def __str__(self):
        return f"{self.honorific} {self.full_name}"


class GroupRole(models.Model):
    """Whom a group is asked to send, by role: "1 lãnh đạo Sở và 1 chuyên viên"; counted for each organisation."""

    group = models.ForeignKey(InvitedGroup, models.CASCADE, related_name="asked_roles", verbose_name="nhóm")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    name = CharField("vai trò", max_length=100, help_text="Ví dụ: lãnh đạo Sở")
    min_persons = models.PositiveSmallIntegerField("ít nhất (người)", default=1)
    max_persons = models.PositiveSmallIntegerField("nhiều nhất (người)", null=True, blank=True)

    class Meta:
        verbose_name = "vai trò được yêu cầu"
        verbose_name_plural = "các vai trò được yêu cầu"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "name"], name="group_role_once", violation_error_message="Vai trò này đã có."
            ),
            models.CheckConstraint(
                condition=Q(max_persons__isnull=True) | Q(max_persons__gte=F("min_persons")),
                name="group_role_range",
                violation_error_message="Số người nhiều nhất phải lớn hơn hoặc bằng số ít nhất.",
            ),
        ]

    def __str__(self):
        return f"{format_quota(self.min_persons, self.max_persons)} {self.name}"


class Question(models.Model):
    """What delegates are asked beside their name: meals, lodging, transport, a talk."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", "Có hoặc không"
        CHOICE = "choice", "Chọn một"
        TEXT = "text", "Viết vào"
        NUMBER = "number", "Một số"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    text = CharField("câu hỏi", max_length=300)
    kind = models.CharField("kiểu trả lời", max_length=10, choices=Kind, default=Kind.YES_NO)
    choices = TextField(
        "các lựa chọn", blank=True, help_text="Mỗi dòng một lựa chọn; chỉ dùng cho kiểu chọn một."
    )
    groups = models.ManyToManyField(
        InvitedGroup,
        blank=True,
        related_name="questions",
        verbose_name="chỉ hỏi các nhóm",
        help_text="Để trống: tất cả các nhóm.",
    )
    is_required = models.BooleanField("bắt buộc khi gửi danh sách", default=False)

    class Meta:
        verbose_name = "câu hỏi cho đại biểu"
        verbose_name_plural = "câu hỏi cho đại biểu"
        ordering = ["position", "id"]

    def __str__(self):
        return self.text

    def clean(self):
        super().clean()
        if self.kind == self.Kind.CHOICE and len(self.choice_list) < 2:
            raise ValidationError(
                {"choices": "Kiểu chọn một cần ít nhất hai lựa chọn, mỗi dòng một lựa chọn."}
            )

    def is_for(self, group: InvitedGroup) -> bool:
        """Whether people of the group are asked; a question for no group in particular is for all."""
        groups = self.groups.all()
        return not groups or group in groups

    @property
    def choice_list(self) -> list[str]:
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


class Place(models.Model):
    """Where the conference meets: the central room, or the rule that gives each province its room."""

    class Role(models.TextChoices):
        CENTRAL = "central", "Điểm cầu trung tâm"
        LOCAL = "local", "Điểm cầu địa phương (mỗi tỉnh một điểm)"

    conference = models.ForeignKey(Conference, models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField("thứ tự", default=1)
    role = models.CharField("vai trò", max_length=10, choices=Role)
    label = CharField("in là", max_length=150, help_text="Ví dụ: Tại Bộ Công Thương")
    locality = CharField(
        "địa phương", max_length=150, blank=True, help_text="Họp ở đâu, gọi ngắn. Ví dụ: Hà Nội, Vũng Tàu"
    )
    room_name = CharField("phòng", max_length=200, blank=True)
    host = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="cơ quan chủ quản phòng",
    )
    host_kind = models.ForeignKey(
        OrganisationKind,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="cơ quan cấp tỉnh chủ quản phòng",
    )
    host_name = CharField("cơ quan chủ quản phòng (như in)", max_length=300, blank=True)
    host_area = CharField(
        "thuộc địa bàn (như in)",
        max_length=200,
        blank=True,
        help_text="In sau tên cơ quan, ví dụ: các tỉnh, thành phố trực thuộc trung ương",
    )
    address = CharField("địa chỉ", max_length=300, blank=True)
    alternative = CharField("nơi khác được chọn", max_length=200, blank=True)

    class Meta:
        verbose_name = "địa điểm"
        verbose_name_plural = "địa điểm"
        ordering = ["position", "id"]

    def __str__(self):
        return f"{self.printed_label}: {self.printed}"

    def clean(self):
        super().clean()
        if not self.room_name and (self.role == self.Role.LOCAL or not (self.address or self.locality)):
            raise ValidationError({"room_name": "Ghi phòng họp; chưa rõ phòng thì ghi ít nhất địa phương."})

    @property
    def printed_label(self) -> str:
        return expand(self.label, self.conference)

    @property
    def printed(self) -> str:
        """The place as the notice prints it, without a full stop; where only the locality is known, that."""
        host = " ".join(filter(None, [self.host_name, self.host_area]))
        room = " của ".join(filter(None, [self.room_name, host]))
        place = ", ".join(part for part in (room, self.address) if part) or self.locality
        return f"{place} {self.alternative}" if self.alternative else place
