from django.urls import path

from directory import pages

urlpatterns = [
    path("huong-dan/", pages.help_page, name="help"),
    path("du-lieu-ca-nhan/", pages.privacy_page, name="privacy"),
    path("du-lieu-ca-nhan/<int:number>/", pages.privacy_page, name="privacy-version"),
    path("khong-dang-tai-lieu-mat/", pages.no_secrets_page, name="no_secrets"),
    path("kiem-tra-du-lieu/", pages.soundness_page, name="soundness"),
]
