"""The register as loaded: dated, ordered, found, laid out by regions (UC01, UC19)."""

import datetime as dt
import unicodedata

import pytest

from directory.models import AdministrativeUnit, Organisation
from directory.regions import layout_on
from hoinghi.text import fold, sort_key

pytestmark = pytest.mark.django_db

SEED_000 = dt.date(2021, 7, 2)
MERGED = dt.date(2025, 7, 1)
TODAY = dt.date(2026, 10, 1)


def provinces(date: dt.date):
    return AdministrativeUnit.objects.provinces().as_of(date)


def organisation_of(province: str, kind: str, date: dt.date) -> str:
    return Organisation.objects.as_of(date).get(kind=kind, unit=provinces(date).get(short_name=province)).name


class TestDates:
    @pytest.mark.parametrize(
        ("date", "count", "cities"), [(SEED_000, 63, 5), (MERGED, 34, 6), (TODAY, 34, 9)]
    )
    def test_provinces_of_a_day(self, register, date, count, cities):
        assert provinces(date).count() == count
        assert provinces(date).filter(kind="thanh_pho").count() == cities

    def test_one_code_means_two_provinces(self, register):
        assert provinces(SEED_000).get(code="24").short_name == "Bắc Giang"
        assert provinces(MERGED).get(code="24").short_name == "Bắc Ninh"

    @pytest.mark.parametrize(
        ("province", "date", "name"),
        [
            ("Bắc Giang", SEED_000, "Sở Công Thương tỉnh Bắc Giang"),
            ("Bắc Ninh", MERGED, "Sở Công Thương tỉnh Bắc Ninh"),
            ("Bắc Ninh", TODAY, "Sở Công Thương thành phố Bắc Ninh"),
            ("Quảng Ninh", dt.date(2026, 8, 31), "Sở Công Thương tỉnh Quảng Ninh"),
            ("Quảng Ninh", dt.date(2026, 9, 1), "Sở Công Thương thành phố Quảng Ninh"),
            ("Hồ Chí Minh", TODAY, "Sở Công Thương Thành phố Hồ Chí Minh"),
        ],
    )
    def test_department_bears_the_name_of_its_day(self, register, province, date, name):
        assert organisation_of(province, "so", date) == name

    def test_every_province_has_one_department_each_day(self, register):
        for date in (SEED_000, MERGED, TODAY):
            held = Organisation.objects.as_of(date).filter(kind="so").values_list("unit", flat=True)
            assert sorted(held) == sorted(provinces(date).values_list("pk", flat=True))

    def test_host_of_rooms_moves_from_the_central_body_to_the_department(self, register):
        before = organisation_of("Đắk Lắk", "cuc_qltt_tinh", SEED_000)
        after = organisation_of("Đắk Lắk", "chi_cuc_qltt", TODAY)
        assert before == "Cục Quản lý thị trường tỉnh Đắk Lắk"
        assert after == "Chi cục Quản lý thị trường tỉnh Đắk Lắk"

    def test_holder_follows_successors_over_several_changes(self, register):
        department = Organisation.objects.get(uid="sct-70-binh-phuoc-2008")
        assert department.holder_on(SEED_000).name == "Sở Công Thương tỉnh Bình Phước"
        assert department.holder_on(MERGED).name == "Sở Công Thương tỉnh Đồng Nai"
        assert department.holder_on(TODAY).name == "Sở Công Thương thành phố Đồng Nai"

    def test_commune_goes_on_under_the_new_city(self, register):
        commune = AdministrativeUnit.objects.get(
            name="Phường Trấn Biên", parent__uid="75-dong-nai-2025", valid_to=dt.date(2026, 4, 29)
        )
        assert commune.holder_on(TODAY).parent.name == "Thành phố Đồng Nai"

    def test_levels_below_come_and_go(self, register):
        level = {
            date: set(
                AdministrativeUnit.objects.as_of(date)
                .filter(parent__short_name="Đắk Lắk")
                .values_list("level", flat=True)
            )
            for date in (SEED_000, TODAY)
        }
        assert level == {SEED_000: {"district"}, TODAY: {"commune"}}
        assert AdministrativeUnit.objects.as_of(TODAY).filter(level="commune").count() == 3321


class TestOrderAndSearch:
    def test_database_orders_as_a_vietnamese_dictionary(self, register):
        names = list(provinces(SEED_000).order_by("sort_key").values_list("short_name", flat=True))
        assert names == sorted(names, key=sort_key)
        assert names.index("Cà Mau") < names.index("Cao Bằng")
        assert names.index("Điện Biên") < names.index("Đồng Nai") < names.index("Gia Lai")
        assert (names[0], names[-1]) == ("An Giang", "Yên Bái")

    @pytest.mark.parametrize("typed", ["dong nai", "ĐỒNG NAI", unicodedata.normalize("NFD", "Đồng Nai")])
    def test_search_finds_the_same_however_it_is_typed(self, register, typed):
        found = provinces(TODAY).filter(search__contains=fold(typed))
        assert [unit.name for unit in found] == ["Thành phố Đồng Nai"]

    def test_short_names(self, register):
        names = AdministrativeUnit.objects.values_list("name", "short_name")
        assert dict(names.filter(name__in=["Quận 1", "Phường Ba Đình"])) == {
            "Quận 1": "Quận 1",
            "Phường Ba Đình": "Ba Đình",
        }


class TestLayout:
    @pytest.mark.parametrize("date", [SEED_000, dt.date(2025, 1, 2), MERGED, dt.date(2026, 5, 1), TODAY])
    def test_every_province_has_one_cell(self, register, date, django_assert_num_queries):
        with django_assert_num_queries(1):
            layout = layout_on(date)
        cells = [cell for region in layout.regions for cell in region.cells]
        assert layout.unplaced == []
        assert {cell.unit.pk for cell in cells} == set(provinces(date).values_list("pk", flat=True))
        for region in layout.regions:
            places = [(cell.row, cell.column) for cell in region.cells]
            assert places == sorted(set(places))
            assert region.columns == max(column for _, column in places)

    def test_regions_stand_in_their_order(self, register):
        names = [region.name for region in layout_on(TODAY).regions]
        assert (names[0], names[-1]) == ("Trung du và miền núi phía Bắc", "Đồng bằng sông Cửu Long")

    def test_province_without_a_tile_is_not_lost(self, register):
        new = AdministrativeUnit.objects.create(
            uid="x", level_id="province", code="99", name="Tỉnh Mới", short_name="Mới", valid_from=TODAY
        )
        assert layout_on(TODAY).unplaced == [new]

    def test_no_province_at_all(self, register):
        assert layout_on(dt.date(1990, 1, 1)).regions == []
