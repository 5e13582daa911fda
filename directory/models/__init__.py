from directory.models.audit import NOBODY, AuditEntry
from directory.models.links import PersonalLink
from directory.models.organisations import Contact, Organisation, OrganisationKind
from directory.models.people import Mandate, User
from directory.models.privacy import PrivacyNotice
from directory.models.soundness import SoundnessCheck
from directory.models.units import AdministrativeUnit, RegionTile, UnitLevel

__all__ = [
    "NOBODY",
    "AdministrativeUnit",
    "AuditEntry",
    "Contact",
    "Mandate",
    "Organisation",
    "OrganisationKind",
    "PersonalLink",
    "PrivacyNotice",
    "RegionTile",
    "SoundnessCheck",
    "UnitLevel",
    "User",
]
