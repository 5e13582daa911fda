from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import models, transaction
from django.db.models.functions import Cast

from correspondence.adapters import SECOND_FACTOR
from hoinghi import sealing
from hoinghi.fields import SealedTextField


class Command(BaseCommand):
    help = (
        "Mã hóa lại mọi bí mật bằng SECRET_KEY hiện nay, sau khi khóa cũ đã chuyển sang SECRET_KEY_FALLBACKS; "
        "xong thì bỏ được khóa cũ."
    )

    @transaction.atomic
    def handle(self, **options):
        done, lost = _authenticators()
        for model in apps.get_models():
            fields = [field for field in model._meta.local_fields if isinstance(field, SealedTextField)]
            for field in fields:
                more, unreadable = _column(model, field)
                done, lost = done + more, lost + unreadable
        self.stdout.write(f"Đã mã hóa lại {done} mục.")
        if lost:
            self.stderr.write(f"{lost} mục không khóa nào mở được: giữ nguyên, phải nhập lại trên Cổng.")


def _column(model: type[models.Model], field: SealedTextField) -> tuple[int, int]:
    """How many values were sealed anew, and how many no key opens. Rows are held: nobody wipes one meanwhile."""
    raw = Cast(field.name, models.TextField())
    rows = model._base_manager.filter(**{f"{field.name}__sealed": True}).annotate(raw=raw)
    done = lost = 0
    for pk, sealed in rows.select_for_update().values_list("pk", "raw"):
        try:
            text = sealing.unseal(sealed, field.purpose)
        except sealing.Unreadable:
            lost += 1
            continue
        done += model._base_manager.filter(pk=pk).update(**{field.name: text})
    return done, lost


def _authenticators() -> tuple[int, int]:
    done = lost = 0
    for found in Authenticator.objects.select_for_update().filter(type=Authenticator.Type.TOTP):
        try:
            text = sealing.unseal(found.data["secret"], SECOND_FACTOR)
        except sealing.Unreadable:
            lost += 1
            continue
        found.data["secret"] = sealing.seal(text, SECOND_FACTOR)
        found.save(update_fields=["data"])
        done += 1
    return done, lost
