from django.core.management.base import BaseCommand, CommandError

from conferences.models import Article
from conferences.news.printing import FORMS, article_text, build_article


class Command(BaseCommand):
    help = "In một bài ra dạng chữ thuần."

    def add_arguments(self, parser):
        parser.add_argument("slug")
        parser.add_argument(
            "--form",
            choices=FORMS,
            default="article",
            help="body: bài và tác giả; article: thêm tiêu đề, đoạn dẫn; page: như trên trang tin",
        )

    def handle(self, *, slug, form, **options):
        article = Article.objects.filter(slug=slug).first()
        if article is None:
            raise CommandError(f"Không có bài nào có đường dẫn “{slug}”.")
        self.stdout.write(article_text(build_article(article), form), ending="")
