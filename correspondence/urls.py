from django.urls import path

from correspondence import demo_mail
from correspondence.views import (
    accounts,
    documents,
    drafting,
    drafts,
    handover,
    lifecycle,
    mailings,
    outbox,
    outbox_confirm,
    register,
    texts,
    verification,
)

urlpatterns: list = [
    path("tai-khoan/dat-mat-khau/<str:token>/", accounts.set_password, name="set-password"),
    path(
        "tai-khoan/dat-mat-khau/<str:token>/gui-lai/", accounts.renew_set_password, name="set-password-renew"
    ),
    path("ban-giao/<int:pk>/", handover.handover_page, name="handover"),
    path("van-ban/<int:pk>/", documents.document_page, name="document"),
    path("van-ban/<int:pk>/sua/", drafting.edit, name="document-edit"),
    path("van-ban/<int:pk>/ban-hanh/", documents.issue_page, name="document-issue"),
    path("van-ban/<int:pk>/xem-truoc.pdf", documents.preview, name="document-preview"),
    path("van-ban/<int:pk>/ban-da-ky/", lifecycle.sign_page, name="document-sign"),
    path("van-ban/<int:pk>/thay-the/", lifecycle.replace_page, name="document-replace"),
    path("van-ban/<int:pk>/thu-hoi/", lifecycle.recall_page, name="document-recall"),
    path("van-ban/ban-da-ky/<int:pk>/", lifecycle.signed_file, name="document-signed"),
    path("van-ban/ban-gui/<int:pk>/", documents.copy_file, name="document-copy"),
    path("so-van-ban-di/", register.register_page, name="register"),
    path("so-van-ban-di/so-van-ban-di.xlsx", register.register_file, name="register-file"),
    path("xac-minh/", verification.verify_form, name="verify-form"),
    path("xac-minh/<str:code>/", verification.verify, name="verify"),
    path("thu-gui-di/", outbox.outbox_list, name="outbox"),
    path("thu-gui-di/dot/<int:pk>/", mailings.mailing_page, name="mailing"),
    path("thu-gui-di/dot/<int:pk>/thu-lai/", mailings.try_again, name="mailing-again"),
    path("thu-gui-di/<int:pk>/", outbox.message_page, name="outbox-message"),
    path("thu-gui-di/<int:pk>/sua/", drafts.edit_page, name="outbox-edit"),
    path("thu-gui-di/<int:pk>/html/", outbox.message_html, name="outbox-html"),
    path("thu-gui-di/tep/<int:pk>/", outbox.attachment, name="outbox-attachment"),
    path("thu-gui-di/xac-nhan/<slug:action>/", outbox_confirm.confirm, name="outbox-confirm"),
    path("thu-gui-di/mau/", texts.text_list, name="letter-texts"),
    path("thu-gui-di/mau/<slug:code>/", texts.text_page, name="letter-text"),
    path("thu-gui-di/mau/<slug:code>/mau-goc/", texts.restore, name="letter-text-restore"),
    path("thu-gui-di/xem-truoc/<slug:name>/", texts.preview, name="letter-preview"),
    path("hop-thu/", demo_mail.mail_list, name="demo_mail"),
    path("hop-thu/<slug:name>/", demo_mail.mail_page, name="demo_mail_page"),
    path("hop-thu/<slug:name>/html/", demo_mail.mail_html, name="demo_mail_html"),
    path("hop-thu/<slug:name>/tep/<int:number>/", demo_mail.mail_file, name="demo_mail_file"),
]
