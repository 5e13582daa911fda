from django.contrib.postgres.indexes import GinIndex
from django.db import models

from directory.models.dated import DatedQuerySet, Registered
from hoinghi.fields import CharField, SearchField, SortKeyField


class UnitLevel(models.Model):
    """A level of the administration (province, commune …). Levels come and go: they are data."""

    code = models.SlugField("mã", primary_key=True)
    name = CharField("tên cấp", max_length=100)

    class Meta:
        verbose_name = "cấp hành chính"
        verbose_name_plural = "cấp hành chính"

    def __str__(self):
        return self.name


class AdministrativeUnitQuerySet(DatedQuerySet):
    def provinces(self):
        """Units of the highest level; list them ``as_of`` a date."""
        return self.filter(parent__isnull=True)


class AdministrativeUnit(Registered):
    """A province, or a unit below one, for the time in which it bore this name and code."""

    uid = models.CharField("định danh", max_length=80, unique=True)
    level = models.ForeignKey(UnitLevel, models.PROTECT, related_name="units", verbose_name="cấp")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="thuộc"
    )
    code = models.CharField("mã đơn vị", max_length=10)
    name = CharField("tên đầy đủ", max_length=200)
    short_name = CharField("tên ngắn", max_length=200)
    kind = CharField("loại", max_length=50)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="đơn vị kế thừa",
    )
    legal_basis_from = CharField("căn cứ thành lập", max_length=300, blank=True)
    legal_basis_to = CharField("căn cứ chấm dứt", max_length=300, blank=True)
    sort_key = SortKeyField("short_name")
    search = SearchField("name", "short_name")

    objects = AdministrativeUnitQuerySet.as_manager()

    class Meta(Registered.Meta):
        verbose_name = "đơn vị hành chính"
        verbose_name_plural = "đơn vị hành chính"
        ordering = ["sort_key", "id"]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="unit_search_trgm"),
            models.Index(fields=["parent", "level", "sort_key"], name="unit_parent_level"),
        ]

    def __str__(self):
        return self.name


class RegionTile(models.Model):
    """A province's place in the tile grid of its region; a layout serves the provinces of one period."""

    layout = models.SlugField("bố cục", max_length=20)
    unit = models.ForeignKey(AdministrativeUnit, models.CASCADE, related_name="tiles", verbose_name="đơn vị")
    region = CharField("vùng", max_length=100)
    region_position = models.PositiveSmallIntegerField("thứ tự vùng")
    row = models.PositiveSmallIntegerField("hàng")
    column = models.PositiveSmallIntegerField("cột")

    class Meta:
        verbose_name = "ô bản đồ vùng"
        verbose_name_plural = "ô bản đồ vùng"
        ordering = ["layout", "region_position", "row", "column"]
        constraints = [models.UniqueConstraint(fields=["layout", "unit"], name="tile_once_per_layout")]

    def __str__(self):
        return f"{self.region}: {self.unit}"
