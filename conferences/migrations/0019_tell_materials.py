import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


def count_as_told(apps, schema_editor):
    """What is there is no news: a notice without letters for each conference that has papers."""
    Notice = apps.get_model("conferences", "MaterialNotice")
    Version = apps.get_model("conferences", "MaterialVersion")
    now = django.utils.timezone.now()
    for conference in Version.objects.values_list("material__conference", flat=True).distinct().order_by():
        notice = Notice.objects.create(
            conference_id=conference, number=1, state="skipped", due_at=now, told_at=now
        )
        Version.objects.filter(material__conference=conference).update(notice=notice)


class Migration(migrations.Migration):

    dependencies = [
        ("conferences", "0018_remove_paper_reminded"),
    ]

    operations = [
        migrations.RemoveField(model_name="materialnotice", name="versions"),
        migrations.AddField(
            model_name="materialnotice",
            name="state",
            field=models.CharField(
                choices=[("waiting", "Chờ gửi"), ("told", "Đã báo"), ("skipped", "Không báo")],
                default="waiting",
                max_length=10,
                verbose_name="trạng thái",
            ),
        ),
        migrations.AddField(
            model_name="materialnotice",
            name="due_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="gửi lúc"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="materialnotice",
            name="written",
            field=models.PositiveIntegerField(default=0, verbose_name="số thư"),
        ),
        migrations.AlterField(
            model_name="materialnotice",
            name="lines",
            field=models.JSONField(blank=True, default=list, verbose_name="như đã báo"),
        ),
        migrations.AlterField(
            model_name="materialnotice",
            name="told_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="báo hoặc bỏ qua lúc"),
        ),
        migrations.AlterField(
            model_name="materialnotice",
            name="actor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="directory.user",
                verbose_name="người quyết định",
            ),
        ),
        migrations.AddConstraint(
            model_name="materialnotice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("conference",),
                name="material_notice_waits_once",
            ),
        ),
        migrations.AddField(
            model_name="materialversion",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="versions",
                to="conferences.materialnotice",
                verbose_name="đã báo lần",
            ),
        ),
        migrations.RunPython(count_as_told, migrations.RunPython.noop),
    ]
