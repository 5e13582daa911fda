import correspondence.models.documents
import django.db.models.deletion
import hoinghi.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('correspondence', '0004_message_search'),
        ('directory', '0003_register_kept_by_staff'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report_id', models.CharField(help_text='Đọc cùng một thư báo hai lần chỉ ghi một lần.', max_length=300, unique=True, verbose_name='mã của thư báo')),
                ('received_at', models.DateTimeField(verbose_name='nhận lúc')),
                ('is_final', models.BooleanField(verbose_name='không gửi được nữa')),
                ('status', models.CharField(blank=True, help_text='Ví dụ 5.1.1 (RFC 3463).', max_length=20, verbose_name='mã trạng thái')),
                ('words', models.TextField(blank=True, verbose_name='lời của máy chủ')),
            ],
            options={
                'verbose_name': 'thư báo trả lại',
                'verbose_name_plural': 'thư báo trả lại',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='loại')),
                ('topic', models.CharField(db_index=True, max_length=80, verbose_name='về việc')),
                ('arguments', models.JSONField(default=dict, verbose_name='nội dung')),
                ('held', models.BooleanField(default=False, verbose_name='giữ lại để xem từng thư')),
                ('expected', models.PositiveIntegerField(default=0, verbose_name='số thư dự kiến')),
                ('written', models.PositiveIntegerField(default=0, verbose_name='số thư đã viết')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='tạo lúc')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='viết xong lúc')),
                ('error', hoinghi.fields.TextField(blank=True, verbose_name='lỗi')),
            ],
            options={
                'verbose_name': 'đợt thư',
                'verbose_name_plural': 'đợt thư',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SignedCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(upload_to='documents/%Y/%m/', verbose_name='tệp')),
                ('file_name', models.CharField(max_length=200, verbose_name='tên tệp')),
                ('size', models.PositiveIntegerField(verbose_name='dung lượng (byte)')),
                ('sha256', models.CharField(db_index=True, max_length=64, verbose_name='mã băm SHA-256')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='tải lên lúc')),
            ],
            options={
                'verbose_name': 'bản đã ký',
                'verbose_name_plural': 'bản đã ký',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='TextOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, unique=True, verbose_name='mã')),
                ('subject', hoinghi.fields.CharField(max_length=300, verbose_name='tiêu đề')),
                ('greeting', hoinghi.fields.CharField(max_length=300, verbose_name='lời chào')),
                ('body', hoinghi.fields.TextField(help_text='Các đoạn cách nhau một dòng trống.', verbose_name='nội dung')),
                ('link_label', hoinghi.fields.CharField(blank=True, max_length=80, verbose_name='chữ trên nút')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='sửa lúc')),
            ],
            options={
                'verbose_name': 'mẫu thư đã sửa',
                'verbose_name_plural': 'mẫu thư đã sửa',
            },
        ),
        migrations.RemoveConstraint(
            model_name='documentcopy',
            name='copy_once_per_recipient',
        ),
        # A default of the database gives every copy that is there a code of its own, and does not touch the rows,
        # which a trigger guards.
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    "ALTER TABLE correspondence_documentcopy ADD COLUMN code varchar(20) NOT NULL "
                    "DEFAULT upper(substr(md5(random()::text), 1, 16));"
                    "ALTER TABLE correspondence_documentcopy ALTER COLUMN code DROP DEFAULT;"
                    "ALTER TABLE correspondence_documentcopy ADD CONSTRAINT copy_code_once UNIQUE (code);",
                    "ALTER TABLE correspondence_documentcopy DROP COLUMN code;",
                )
            ],
            [
                migrations.AddField(
                    model_name='documentcopy',
                    name='code',
                    field=models.CharField(default=correspondence.models.documents.verification_code, max_length=20, unique=True, verbose_name='mã xác minh'),
                )
            ],
        ),
        migrations.AddField(
            model_name='letterhead',
            name='drafting_unit',
            field=hoinghi.fields.CharField(blank=True, help_text='In trong số của công văn, ví dụ ĐCK: Số: …/BCT-ĐCK.', max_length=30, verbose_name='ký hiệu đơn vị soạn thảo'),
        ),
        migrations.AddField(
            model_name='message',
            name='parts',
            field=models.JSONField(blank=True, help_text='Từ đó viết ra hai dạng trên; sửa thư nháp là sửa các phần này.', null=True, verbose_name='các phần của thư'),
        ),
        migrations.AddField(
            model_name='officialdocument',
            name='drafting_unit',
            field=hoinghi.fields.CharField(blank=True, max_length=30, verbose_name='ký hiệu đơn vị soạn thảo'),
        ),
        migrations.AddField(
            model_name='officialdocument',
            name='recall_reason',
            field=hoinghi.fields.TextField(blank=True, editable=False, verbose_name='lý do thu hồi'),
        ),
        migrations.AddField(
            model_name='officialdocument',
            name='recalled_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='thu hồi lúc'),
        ),
        migrations.AlterField(
            model_name='documentcopy',
            name='file',
            field=models.FileField(blank=True, upload_to='documents/%Y/%m/', verbose_name='tệp'),
        ),
        migrations.AlterField(
            model_name='documentcopy',
            name='recipient',
            field=hoinghi.fields.CharField(blank=True, max_length=300, verbose_name='nơi nhận (như đã in)'),
        ),
        migrations.AlterField(
            model_name='documentcopy',
            name='sha256',
            field=models.CharField(blank=True, db_index=True, max_length=64, verbose_name='mã băm SHA-256'),
        ),
        migrations.AlterField(
            model_name='documentcopy',
            name='size',
            field=models.PositiveIntegerField(default=0, verbose_name='dung lượng (byte)'),
        ),
        migrations.AlterField(
            model_name='officialdocument',
            name='kind',
            field=models.CharField(choices=[('GM', 'Giấy mời'), ('CV', 'Công văn'), ('TB', 'Thông báo'), ('DS', 'Danh sách đại biểu'), ('PTN', 'Phiếu tiếp nhận'), ('BB', 'Biên bản')], max_length=10, verbose_name='loại văn bản'),
        ),
        migrations.AddField(
            model_name='bounce',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bounces', to='correspondence.message', verbose_name='thư'),
        ),
        migrations.AddField(
            model_name='mailing',
            name='actor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người gửi'),
        ),
        migrations.AddField(
            model_name='message',
            name='mailing',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='correspondence.mailing', verbose_name='đợt thư'),
        ),
        migrations.AddField(
            model_name='signedcopy',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signed_copies', to='correspondence.officialdocument', verbose_name='văn bản'),
        ),
        migrations.AddField(
            model_name='signedcopy',
            name='uploaded_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người tải lên'),
        ),
        migrations.AddField(
            model_name='documentcopy',
            name='signed',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='correspondence.signedcopy', verbose_name='bản đã ký'),
        ),
        migrations.AddIndex(
            model_name='documentcopy',
            index=models.Index(condition=models.Q(('sha256', '')), fields=['id'], name='copy_pending'),
        ),
        migrations.AddConstraint(
            model_name='documentcopy',
            constraint=models.UniqueConstraint(fields=('document', 'recipient', 'signed'), name='copy_once_per_recipient', nulls_distinct=False),
        ),
        migrations.AddField(
            model_name='textoverride',
            name='updated_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người sửa'),
        ),
        migrations.AddIndex(
            model_name='mailing',
            index=models.Index(condition=models.Q(('finished_at__isnull', True)), fields=['id'], name='mailing_waiting'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('message', 'name'), name='attachment_name_once'),
        ),
        migrations.AlterModelOptions(
            name='attachment',
            options={'ordering': ['id'], 'verbose_name': 'tệp kèm thư', 'verbose_name_plural': 'tệp kèm thư'},
        ),
    ]
