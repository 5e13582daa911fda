from django.urls import path

from conferences.api.urls import urlpatterns as api_urls
from conferences.conclusion_urls import urlpatterns as conclusion_urls
from conferences.opinion_urls import urlpatterns as opinion_urls
from conferences.paper_urls import urlpatterns as paper_urls
from conferences.views import agenda, archive, copying, materials, news, pages, photos, search, sitemap

urlpatterns = [
    path("", pages.home, name="home"),
    path("lich.ics", pages.feed, name="feed"),
    path("tim-kiem/", search.page, name="search"),
    path("hoi-nghi/", archive.archive, name="archive"),
    path("lich/<int:year>/<int:month>/", archive.month, name="month"),
    path("chuoi/<slug:slug>/", archive.series, name="series"),
    path("dia-phuong/<slug:uid>/", archive.province, name="events-province"),
    path("co-quan/<slug:uid>/", archive.organisation, name="events-organisation"),
    path("hoi-nghi.atom", sitemap.conferences_atom, name="conferences-atom"),
    path("so-do-trang/", sitemap.site_map, name="site-map"),
    path("sitemap.xml", sitemap.sitemap_index, name="sitemap"),
    path("sitemap-<str:section>.xml", sitemap.sitemap_section, name="sitemap-section"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("hoi-nghi/<slug:slug>/", pages.conference, name="conference"),
    path("hoi-nghi/<slug:slug>/lich.ics", pages.conference_calendar, name="conference-calendar"),
    path("hoi-nghi/<slug:slug>/chuong-trinh.pdf", agenda.published_pdf, name="agenda-pdf"),
    path("theo-doi/<slug:slug>/chuong-trinh/", agenda.draft, name="agenda-draft"),
    path("theo-doi/<slug:slug>/chuong-trinh.pdf", agenda.draft_pdf, name="agenda-draft-pdf"),
    path("theo-doi/<slug:slug>/tao-tu/", copying.copy, name="copy"),
    path("mau-hoi-nghi/", copying.templates, name="templates"),
    path("mau-hoi-nghi/<int:pk>/", copying.template, name="template"),
    path("hoi-nghi/<slug:slug>/tai-lieu/", materials.materials, name="materials"),
    path("hoi-nghi/<slug:slug>/tai-lieu.zip", materials.package, name="materials-zip"),
    path("tai-lieu/<int:pk>/", materials.material, name="material"),
    path("tai-lieu/<int:pk>/xem/", materials.preview, name="material-preview"),
    path("tai-lieu/<int:pk>/tep/", materials.inline, name="material-inline"),
    path("hoi-nghi/<slug:slug>/anh/", photos.report, name="photo-report"),
    path("hoi-nghi/<slug:slug>/anh.pdf", photos.report_pdf, name="photo-report-pdf"),
    *api_urls,
    *paper_urls,
    *opinion_urls,
    *conclusion_urls,
    path("tin-tuc/", news.news, name="news"),
    path("tin-tuc/rss.xml", news.rss, name="news-rss"),
    path("tin-tuc/atom.xml", news.atom, name="news-atom"),
    path("tin-tuc/anh/<int:pk>/<str:name>", news.photo, name="photo"),
    path("tin-tuc/<slug:slug>/", news.article, name="article"),
]
