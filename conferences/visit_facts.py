"""The facts that named units, members and working visits bring along (see ``conferences.facts``).

No model is imported here; ``facts`` is the ``conferences.facts.Facts`` that is being filled.
"""

from conferences import guards
from conferences.citing import fill_known
from hoinghi.text import format_date


def add_people_of(facts, group) -> None:
    """The units that a group names, as printed, and its people: ``{units:CODE}``, ``{member:CODE}``."""
    code = group.code
    units = [fill_known(unit.name, facts) for unit in group.units.all()]
    # A unit whose name has a comma (Vụ Kế hoạch, Tài chính …) would read as two.
    facts.add(f"units:{code}", ("; " if any("," in unit for unit in units) else ", ").join(units))
    members = list(group.members.all())
    facts.update({f"{fact}:{code}": "" for fact in ("member", "member_name", "member_post", "members")})
    for number, member in enumerate(members, start=1):
        which = code if number == 1 else f"{code}:{number}"
        facts.add(f"member:{which}", str(member))
        facts.add_words(f"member_name:{which}", f"người của nhóm “{code}”", member.full_name)
        facts.add(f"member_post:{which}", fill_known(member.post, facts))
    facts.add(f"members:{code}", "; ".join(printed_member(member, facts) for member in members))


def printed_member(member, facts) -> str:
    """``đồng chí Phạm Quang Thái, Phó Giám đốc Sở``"""
    return ", ".join(filter(None, [str(member), fill_known(member.post, facts)]))


def add_visit(facts, conference) -> None:
    """Where a visit goes, what it sees and what it works on."""
    legs = conference.legs.all()
    facts.add("legs", ", ".join(leg.name for leg in legs))
    for leg in legs:
        facts.add_words(f"leg:{leg.code}", "nơi đến của đoàn", leg.name)
        facts.add(f"leg_host:{leg.code}", leg.printed_host)
        facts.add(f"leg_days:{leg.code}", leg.printed_days)
        for end, day in zip(("leg_from", "leg_to"), leg.days or (None, None), strict=True):
            facts.add(f"{end}:{leg.code}", format_date(day) if day else "")
            facts.add_instant(day, f"{end}:{leg.code}")
    for visit in conference.visits.all():
        facts.add(f"visit:{visit.code}", visit.printed)
        if visit.establishment_id:
            facts.guards.append(guards.words(f"visit:{visit.code}", "cơ sở được xem", visit.name))
        facts.add(f"visit_place:{visit.code}", visit.locality)
        facts.add(f"visit_subject:{visit.code}", visit.printed_subject)
        facts.add(f"visit_day:{visit.code}", format_date(visit.on) if visit.on else "")
        facts.add_instant(visit.on, f"visit_day:{visit.code}")


def add_topics(facts, conference) -> None:
    """What is worked on, filled: one text of each kind, for frames and articles."""
    known = dict(facts)
    texts = {f"topics:{kind}": [] for kind in conference.topics.model.Kind.values}
    for topic in conference.topics.all():
        texts[f"topics:{topic.kind}"].append(fill_known(topic.text, known))
    for placeholder, points in texts.items():
        facts.add(placeholder, "; ".join(points))
    facts.texts |= texts.keys()
