"""The whole life of a list in any order: no sequence of actions breaks a quota, loses a version or lets a
stranger in, and every refusal leaves everything as it was.
"""

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from conferences.models import GroupRole
from delegates import answers, policies, services
from delegates.errors import InvalidRows, NominationClosed, StaleVersion
from delegates.identity import OTHER, SAME
from delegates.models import Delegate, ExtensionRequest, Nomination, Seat
from delegates.tests.lists import person
from directory.models import PersonalLink
from hoinghi.tests.cast import give_mandate, make_conference, make_nomination, make_user

State = Nomination.State
HOUR = dt.timedelta(hours=1)
REFUSALS = (NominationClosed, StaleVersion, InvalidRows, answers.AnswerClosed)
OWN = "Sở Công Thương tỉnh Đắk Lắk"

names = st.sampled_from(["Lê Văn Một", "Hồ Thị Hai", "Vũ Văn Ba", "Trần Thị Bốn"])
reserve = st.booleans()
communes = st.lists(st.tuples(st.integers(1, 3), names, reserve), min_size=1, max_size=4)
officers = st.lists(st.tuples(st.sampled_from(["lãnh đạo", "chuyên viên"]), names, reserve), max_size=4)


class Life(RuleBasedStateMachine):
    """One province's list between its invitation and the start of the conference."""

    world = None
    # (verb, done?) → how often, over all examples.
    done = Counter()

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.conference = make_conference(self.world)
        self.conference.change_until = self.conference.nomination_deadline + 12 * HOUR
        self.conference.hard_close = self.conference.start_at - 2 * HOUR
        self.conference.save()
        self.conference.groups.filter(code="ubnd-xa").update(max_persons=2)
        self.conference.groups.filter(code="chu-dau-tu").delete()
        so = self.conference.groups.get(code="so")
        GroupRole.objects.create(group=so, name="lãnh đạo", min_persons=0, max_persons=1)
        GroupRole.objects.create(group=so, name="chuyên viên", min_persons=0, max_persons=2)
        self.list = make_nomination(self.conference, self.world.dak_lak)
        self.neighbours = make_nomination(self.conference, self.world.ca_mau)
        self.binh = make_user("b@daklak.example", "Nguyễn Thị Bình")
        give_mandate(self.binh, self.world.dak_lak.so)
        self.an = make_user("a@moit.example", "Lê Văn An", is_staff=True, is_superuser=True)
        cuc = make_user("c@camau.example", "Phạm Thị Cúc")
        give_mandate(cuc, self.world.ca_mau.so)
        self.stranger = Client()
        self.stranger.force_login(cuc)
        self.at = self.conference.nomination_deadline - 20 * HOUR
        self.versions = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # ── what happens ──

    def attempt(self, verb, **values):
        """Carry a verb out; a refusal must leave everything as it was. Answers whether it was done."""
        before = self.picture()
        try:
            verb(**values, at=self.at)
        except REFUSALS:
            refused = True
        else:
            refused = False
        assert not refused or self.picture() == before
        self.list.refresh_from_db()
        self.done[verb.__name__, not refused] += 1
        return not refused

    def picture(self) -> list:
        """Everything that a refused verb may not touch."""
        self.list.refresh_from_db()
        return [
            (self.list.version, self.list.state, self.list.draft, self.list.extended_until),
            list(self.list.versions.values_list("pk", flat=True)),
            list(Seat.objects.order_by("pk").values_list("pk", "is_live", "position", "is_reserve")),
            list(Delegate.objects.order_by("pk").values_list("pk", "state", "seat", "answer")),
            list(ExtensionRequest.objects.order_by("pk").values_list("pk", "state")),
        ]

    def rows(self, seats, people) -> list[dict]:
        rows = [
            person("ubnd-xa", f"Ủy ban nhân dân xã Đắk Lắk {number}", full_name=name, reserve=spare, email="")
            for number, name, spare in seats
        ]
        rows += [
            person("so", OWN, full_name=name, role=role, reserve=spare, email="x@daklak.example")
            for role, name, spare in people
        ]
        # Whoever was on the list before is recognised, as the page does it.
        known = {
            (row["group"], row["organisation"], row["full_name"]): row["delegate_id"]
            for row in self.list.draft
        }
        return [
            row | {"delegate_id": known.pop((row["group"], row["organisation"], row["full_name"]), None)}
            for row in rows
        ]

    @initialize()
    def begins_with_a_list(self):
        """Two communes and an officer sent, one commune and an officer in reserve."""
        seats = [(1, "Lê Văn Một", False), (2, "Hồ Thị Hai", False), (3, "Vũ Văn Ba", True)]
        people = [("lãnh đạo", "Trần Thị Bốn", False), ("lãnh đạo", "Lê Văn Một", True)]
        self.submit(seats, people)

    @rule(seats=communes, people=officers, stale=st.sampled_from([0, 0, 0, 1]))
    def save(self, seats, people, stale):
        done = self.attempt(
            services.save_draft,
            nomination=self.list,
            rows=self.rows(seats, people),
            version=self.list.version - stale,
            actor=self.binh,
        )
        assert done == (
            not stale and self.list.state != State.ACCEPTED and self.at < self.conference.hard_close
        )

    @rule(seats=communes, people=officers)
    def submit(self, seats, people):
        was_sent, state, limit = self.list.submitted_at, self.list.state, self.limit()
        done = self.attempt(
            services.submit,
            nomination=self.list,
            rows=self.rows(seats, people),
            version=self.list.version,
            actor=self.binh,
        )
        if done:
            assert self.at < limit, (was_sent, state)
            assert state != State.ACCEPTED

    @precondition(lambda self: self.list.draft and self.list.state in (State.SUBMITTED, State.RETURNED))
    @rule(which=st.integers(0, 9), name=names, who=st.sampled_from(["", SAME, OTHER]))
    def type_over(self, which, name, who):
        """Another name over a row: the same delegate only when that was said."""
        rows = [dict(row) for row in self.list.draft]
        row = rows[which % len(rows)]
        before = Delegate.objects.filter(pk=row["delegate_id"], state=Delegate.State.PROPOSED).first()
        row |= {"full_name": name, "who": who}
        done = self.attempt(
            services.submit, nomination=self.list, rows=rows, version=self.list.version, actor=self.binh
        )
        if not (done and before) or before.full_name == name:
            return
        assert who in (SAME, OTHER)
        self.done[f"type over: {who}", True] += 1
        before.refresh_from_db()
        assert (before.state == Delegate.State.PROPOSED) == (who == SAME)
        assert (before.full_name == name) == (who == SAME)

    def limit(self) -> dt.datetime:
        """Until when the focal point may send the list, in other words than the model's."""
        conference = self.conference
        common = conference.change_until if self.list.submitted_at else conference.nomination_deadline
        extended = self.list.extended_until
        until = extended if extended and extended > common else common
        return min(until, conference.hard_close)

    @precondition(lambda self: self.list.state == State.RETURNED)
    @rule()
    def decline(self):
        self.attempt(
            services.decline, nomination=self.list, reason="Bận", version=self.list.version, actor=self.binh
        )

    @rule()
    def accept(self):
        was = self.list.state
        assert self.attempt(services.accept, nomination=self.list, actor=self.an) == (was == State.SUBMITTED)

    @rule()
    def give_back(self):
        was = self.list.state
        done = self.attempt(
            services.return_to_focal_point, nomination=self.list, reason="Thiếu", actor=self.an
        )
        assert done == (was in (State.SUBMITTED, State.ACCEPTED))

    @rule(hours=st.integers(-1, 30))
    def extend(self, hours):
        until = max(self.limit(), self.at) + hours * HOUR
        self.attempt(services.extend, nomination=self.list, until=until, reason="Mưa", actor=self.an)

    @precondition(lambda self: self.list.is_late(self.at) and self.list.state != State.ACCEPTED)
    @rule(hours=st.integers(1, 20), grant=st.booleans())
    def ask_for_time(self, hours, grant):
        asked = self.attempt(
            services.ask_extension,
            nomination=self.list,
            until=self.at + hours * HOUR,
            reason="Chờ",
            rows=self.list.draft,
            version=self.list.version,
            actor=self.binh,
        )
        if not asked:
            return
        answer = {"request": self.list.waiting_request(), "answer": "", "actor": self.an}
        if grant:
            assert self.attempt(services.grant_extension, until=self.at + hours * HOUR, **answer)
        else:
            assert self.attempt(services.refuse_extension, **answer)

    @rule(which=st.integers(0, 9), by_staff=st.booleans())
    def withdraw(self, which, by_staff):
        if people := list(Delegate.objects.filter(state=Delegate.State.PROPOSED).order_by("pk")):
            actor = self.an if by_staff else self.binh
            self.attempt(
                services.withdraw_delegate, delegate=people[which % len(people)], reason="Ốm", actor=actor
            )

    @precondition(lambda self: self.list.state in policies.WITH_PEOPLE)
    @rule(which=st.integers(0, 9), by_staff=st.booleans())
    def promote(self, which, by_staff):
        waiting = Delegate.objects.filter(state=Delegate.State.PROPOSED, seat__is_reserve=True)
        if people := list(waiting.order_by("pk")):
            actor = self.an if by_staff else self.binh
            self.attempt(services.promote_reserve, delegate=people[which % len(people)], actor=actor)

    @rule(which=st.integers(0, 9), name=names, role=st.sampled_from(["", "lãnh đạo", "chuyên viên"]))
    def replace(self, which, name, role):
        if people := list(Delegate.objects.filter(state=Delegate.State.PROPOSED).order_by("pk")):
            old = people[which % len(people)]
            new = {"honorific": "bà", "full_name": name, "job_title": "Phó phòng", "phone": "0912345678"}
            self.attempt(
                services.replace,
                delegate=old,
                person=new | {"role": role if old.role else ""},
                reason="Ốm",
                actor=self.an,
            )

    @rule(which=st.integers(0, 9), coming=st.booleans())
    def answer(self, which, coming):
        if people := list(Delegate.objects.order_by("pk")):
            self.attempt(answers.answer, delegate=people[which % len(people)], coming=coming, reason="Bận")

    @precondition(lambda self: self.at < self.conference.start_at)
    @rule(hours=st.sampled_from([1, 14]))
    def time_passes(self, hours):
        self.at += hours * HOUR

    @precondition(lambda self: self.list.version % 7 == 3)
    @rule()
    def a_stranger_tries(self):
        before = self.picture()
        pages = [reverse(name, args=[self.list.pk]) for name in ("nomination", "nomination-history")]
        pages += [reverse(name, args=[self.list.pk]) for name in ("nomination-decline", "nomination-receipt")]
        for delegate in Delegate.objects.all()[:1]:
            verbs = ("nomination-promote", "nomination-withdraw")
            pages += [reverse(name, args=[self.list.pk, delegate.pk]) for name in verbs]
        for page in pages:
            assert self.stranger.get(page).status_code in (404, 405)
            posted = self.stranger.post(page, {"do": "submit", "version": self.list.version, "reason": "x"})
            assert posted.status_code in (404, 405)
        assert self.picture() == before

    # ── what holds at any time ──

    @invariant()
    def no_quota_is_exceeded(self):
        counted = Seat.objects.counted().filter(nomination=self.list).select_related("group")
        per_group = Counter(seat.group.code for seat in counted)
        assert per_group["ubnd-xa"] <= 2
        for seat in counted:
            people = seat.delegates.filter(state=Delegate.State.PROPOSED)
            most = {"ubnd-xa": 2, "so": 3}[seat.group.code]
            assert 1 <= people.count() <= most
            roles = Counter(people.values_list("role", flat=True))
            assert roles["lãnh đạo"] <= 1
            assert roles["chuyên viên"] <= 2

    @invariant()
    def no_version_is_lost_or_changed(self):
        stored = {version.number: version.rows for version in self.list.versions.all()}
        assert sorted(stored) == list(range(1, len(stored) + 1))
        assert {number: stored.get(number) for number in self.versions} == self.versions
        self.versions = stored

    @invariant()
    def the_newest_version_says_who_is_sent(self):
        if self.list.state in (State.SUBMITTED, State.ACCEPTED, State.RETURNED):
            newest = max(self.versions)
            sent = Delegate.objects.filter(state=Delegate.State.PROPOSED, seat__is_live=True)
            assert {(row["delegate_id"], row["reserve"]) for row in self.versions[newest]} == set(
                sent.values_list("pk", "seat__is_reserve")
            )

    @invariant()
    def whoever_is_gone_holds_no_link(self):
        gone = Delegate.objects.exclude(state=Delegate.State.PROPOSED).values_list("pk", flat=True)
        holders = [f"delegate:{pk}" for pk in gone]
        assert not PersonalLink.objects.filter(holder__in=holders, revoked_at=None).exists()

    @invariant()
    def the_neighbours_list_is_untouched(self):
        self.neighbours.refresh_from_db()
        assert (self.neighbours.version, self.neighbours.opened_at) == (0, None)


@pytest.mark.django_db
def test_no_sequence_of_actions_breaks_the_rules(world):
    Life.world = world
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=24,
            deadline=None,
            derandomize=True,
            database=None,
            # Shrinking takes minutes; the steps of the failing walk are printed as they are.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    # The walks meant something: every verb was carried out somewhere.
    assert {verb for verb, done in Life.done if done} == {verb for verb, _ in Life.done}, Life.done
    assert {"type over: same", "type over: other"} <= {verb for verb, _ in Life.done}
