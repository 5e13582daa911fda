import django.db.models.deletion
from django.db import migrations, models

import hoinghi.fields


class Migration(migrations.Migration):

    dependencies = [
        ("conferences", "0015_tasks"),
    ]

    operations = [
        migrations.RenameField("sitevisit", "description", "name"),
        migrations.AlterField(
            "sitevisit",
            "name",
            hoinghi.fields.CharField(
                help_text="Tên cơ sở, hoặc ví dụ: một số cụm công nghiệp trên địa bàn tỉnh",
                max_length=300,
                verbose_name="nơi đến (như in)",
            ),
        ),
        migrations.AddField(
            "sitevisit",
            "locality",
            hoinghi.fields.CharField(
                blank=True,
                default="",
                help_text="Ví dụ: thành phố Uông Bí",
                max_length=200,
                verbose_name="địa bàn (như in)",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            "sitevisit",
            "establishment",
            models.ForeignKey(
                blank=True,
                help_text="Để trống khi không nêu tên cơ sở nào.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="visits",
                to="conferences.establishment",
                verbose_name="cơ sở",
            ),
        ),
        migrations.AddField(
            model_name='conference',
            name='approved_title',
            field=hoinghi.fields.CharField(blank=True, help_text='Để trống: như tên hội nghị.', max_length=300, verbose_name='tên khi được phê duyệt'),
        ),
        migrations.AddField(
            model_name='conference',
            name='context',
            field=hoinghi.fields.TextField(blank=True, help_text='Số liệu dẫn bằng {fact:mã} của một dữ kiện loại “Số liệu”.', verbose_name='bối cảnh'),
        ),
        migrations.AddField(
            model_name='conference',
            name='join_link',
            field=models.URLField(blank=True, help_text='Chỉ khi thông báo in đường dẫn. Đường dẫn riêng của từng điểm cầu nhập ở điểm cầu đó.', max_length=500, verbose_name='đường dẫn dự họp (in trên thông báo)'),
        ),
        migrations.AddField(
            model_name='legaldocument',
            name='code',
            field=models.SlugField(blank=True, help_text='Dùng để dẫn trong câu chữ: {legal:mã}. Để trống: dẫn bằng số.', verbose_name='mã'),
        ),
        migrations.AddConstraint(
            model_name='legaldocument',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='legal_document_code_once', violation_error_message='Mã này đã có ở một văn bản khác.'),
        ),
    ]
