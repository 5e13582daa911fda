"""The forms of the staff's desk for news: what is wrong with a text is said where it was typed."""

import contextlib
from typing import ClassVar

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import ValidationError

from conferences.citing import UnknownPlaceholder, fill
from conferences.forms import TakesRefusals
from conferences.models import Article
from conferences.news.about import facts_about
from conferences.news.photos import prepare_photo
from conferences.news.printing import PHOTO, problems_of_text
from conferences.services.addresses import free_slug


class ArticleForm(forms.ModelForm):
    slug = forms.SlugField(
        label="Đường dẫn",
        max_length=120,
        required=False,
        help_text="Phần cuối địa chỉ trang. Để trống: tạo từ tiêu đề. Đổi sau khi đăng thì đường dẫn cũ hỏng.",
    )

    class Meta:
        widgets: ClassVar = {
            "title": AdminTextInputWidget(attrs={"class": "vLargeTextField"}),
            "lead": AdminTextareaWidget(attrs={"rows": 3}),
            "body": AdminTextareaWidget(attrs={"rows": 24}),
        }
        help_texts: ClassVar = {
            "conference": "Bài dẫn được mọi dữ kiện của hội nghị này (danh sách ở cuối trang, sau khi lưu).",
            "series": "Bài về cả chuỗi: dẫn {1:date}, {2:date} … cho từng hội nghị.",
            "body": "Đoạn cách nhau một dòng trống. **đậm**, *nghiêng*, ## tiêu đề nhỏ, - gạch đầu dòng, "
            "> trích dẫn, [chữ](https://…). {photo:1} ở riêng một dòng: chỗ của ảnh thứ nhất. "
            "Ngày, giờ, tên người, nơi đến của hội nghị thì dẫn, ví dụ {date}, không viết lại.",
            "source": "Báo, trang đã đăng bài gốc; bài của cổng thì để trống.",
        }

    def clean(self):
        cleaned = super().clean()
        conference, series = cleaned.get("conference"), cleaned.get("series")
        if conference and series:
            return cleaned  # the model says so
        about = Article(conference=conference, series=series)
        facts = facts_about(about)
        complete = cleaned.get("published_at") is not None
        for name in ("title", "lead", "body"):
            text = PHOTO.sub("", cleaned.get(name) or "")
            for problem in problems_of_text(text, facts, has_page=conference is not None, complete=complete):
                self.add_error(name, problem)
        if "title" not in self.errors and not cleaned.get("slug"):
            cleaned["slug"] = self._free_slug(cleaned["title"], facts)
        return cleaned

    def _free_slug(self, title: str, facts) -> str:
        with contextlib.suppress(UnknownPlaceholder):
            title = fill(title, facts)
        return free_slug(title, taken_by_others=self.instance, otherwise="tin")


class PhotoForm(TakesRefusals):
    """
    Arguments:
        article: as it will be saved.
    """

    class Meta:
        widgets: ClassVar = {
            name: AdminTextInputWidget(attrs={"class": "vLargeTextField"}) for name in ("alt", "caption")
        }

    upload = forms.FileField(
        label="Tệp ảnh",
        required=False,
        help_text="JPG hoặc PNG. Cổng tự thu nhỏ và bỏ vị trí, thông tin máy ảnh ghi trong tệp.",
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png"}),
    )

    def __init__(self, *args, article: Article, **kwargs):
        super().__init__(*args, **kwargs)
        self.article = article

    def clean_upload(self):
        upload = self.cleaned_data["upload"]
        if upload is None:
            if not self.instance.pk:
                raise ValidationError("Chọn tệp ảnh.")
            return None
        self.prepared = prepare_photo(upload)
        return upload

    def clean(self):
        cleaned = super().clean()
        for name in ("alt", "caption"):
            for problem in problems_of_text(
                cleaned.get(name) or "",
                facts_about(self.article),
                complete=self.article.published_at is not None,
            ):
                self.add_error(name, problem)
        return cleaned


class PhotoFormSet(forms.BaseInlineFormSet):
    def get_form_kwargs(self, index):
        return super().get_form_kwargs(index) | {"article": self.instance}

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms and form.has_changed()]
        kept += [form for form in self.initial_forms if form not in self.deleted_forms and form not in kept]
        unknown = [number for number in PHOTO.findall(self.instance.body) if not 0 < int(number) <= len(kept)]
        if unknown:
            raise ValidationError(
                f"Nội dung đặt ảnh thứ {unknown[0]} ({{photo:{unknown[0]}}}), mà bài có {len(kept)} ảnh. "
                "Thêm ảnh, hoặc bỏ dòng đó trong nội dung."
            )
