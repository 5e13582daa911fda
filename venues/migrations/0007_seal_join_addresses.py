import django.core.validators
from django.db import migrations, models

import hoinghi.fields
from hoinghi import sealing

PURPOSE = "join address"


def seal(apps, schema_editor):
    """Addresses and passcodes stood in clear text; a second run leaves alone what the first one sealed."""
    for link in apps.get_model("venues", "JoinLink").objects.exclude(address="", passcode=""):
        for name in ("address", "passcode"):
            text = getattr(link, name)
            if text and not text.startswith(sealing.MARK):
                setattr(link, name, sealing.seal(text, PURPOSE))
        link.save(update_fields=["address", "passcode"])


def unseal(apps, schema_editor):
    for link in apps.get_model("venues", "JoinLink").objects.exclude(address="", passcode=""):
        for name in ("address", "passcode"):
            if text := getattr(link, name):
                setattr(link, name, sealing.unseal(text, PURPOSE))
        link.save(update_fields=["address", "passcode"])


class Migration(migrations.Migration):
    dependencies = [
        ("conferences", "0017_copied_from"),
        ("venues", "0006_own_findings"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="joinlink", name="join_link_forgotten_when_replaced"),
        # Sealed texts are longer than the columns were; plain text columns, while the rows are written anew.
        migrations.AlterField("joinlink", "address", models.TextField(blank=True)),
        migrations.AlterField("joinlink", "passcode", models.TextField(blank=True)),
        migrations.RunPython(seal, unseal),
        migrations.AlterField(
            model_name="joinlink",
            name="address",
            field=hoinghi.fields.SealedTextField(
                blank=True,
                purpose=PURPOSE,
                validators=[
                    django.core.validators.MaxLengthValidator(1000),
                    django.core.validators.URLValidator(
                        message="Nhập đường dẫn đầy đủ, bắt đầu bằng https://, của phòng họp.",
                        schemes=["https"],
                    ),
                ],
                verbose_name="đường dẫn",
            ),
        ),
        migrations.AlterField(
            model_name="joinlink",
            name="passcode",
            field=hoinghi.fields.SealedTextField(
                blank=True,
                purpose=PURPOSE,
                validators=[django.core.validators.MaxLengthValidator(100)],
                verbose_name="mật khẩu vào phòng",
            ),
        ),
        migrations.AddConstraint(
            model_name="joinlink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("address__sealed", True),
                        ("superseded_at__isnull", True),
                        models.Q(("passcode__sealed", True), ("passcode__sealed", False), _connector="OR"),
                    ),
                    models.Q(
                        ("address__sealed", False),
                        ("passcode__sealed", False),
                        ("superseded_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="join_link_sealed_or_forgotten",
            ),
        ),
    ]
