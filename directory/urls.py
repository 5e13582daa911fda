from django.urls import path

from directory import pages

urlpatterns = [
    path("huong-dan/", pages.help_page, name="help"),
    path("du-lieu-ca-nhan/", pages.privacy_page, name="privacy"),
    path("du-lieu-ca-nhan/<int:number>/", pages.privacy_page, name="privacy-version"),
    path("khong-dang-tai-lieu-mat/", pages.no_secrets_page, name="no_secrets"),
    path("tai-khoan/gui-tiep/", pages.unsent_page, name="unsent"),
    path("tai-khoan/gui-tiep/<slug:key>/", pages.send_again, name="send-again"),
    path("kiem-tra-du-lieu/", pages.soundness_page, name="soundness"),
]
