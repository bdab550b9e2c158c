"""How long a poisoned hash stays in the feed, and how many honest ones are held back by mistake.

A made-up week on the real services and the real database: people claim, the publisher publishes,
five platforms match, judge and err, the rules watch, staff answer what comes first in the queue.
Only the clock is moved. What is made up, the rates below, is what decides the numbers: they say
what the rules do against *this* week, not how often anybody attacks.

Here the door is open; `cases.bench.poisoning` lets the same week pass with everything shut.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

import numpy as np
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from hashes.models import Hash, State, Suspension
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims
from matching.bench.week.plan import AUTOMATIC, PLATFORMS, Picture, Plan, pictures
from matching.bench.week.report import Row, rows, table
from matching.models import Action, Decision, MatchReport
from matching.review import services as review
from matching.services import Match, record_verdicts, report_match
from matching.tasks import watch_spikes
from ncii.lib.days import today
from partners.models import Partner
from partners.services import Said

SEEDS = range(1, 6)
TakeIn = Callable[[Sequence[Picture]], None]


def claim(new: Sequence[Picture]) -> None:
    """Take hashes in with no door at all."""
    wanted = [SignalClaim("ImagePDQ", each.value, "as-displayed", 100) for each in new]
    with transaction.atomic():
        make_claims(wanted, source="case", on=today())


class Week:
    """The bank during the week. `take_in` stands for the door: give another to try its checks."""

    def __init__(self, plan: Plan, take_in: TakeIn = claim) -> None:
        self.plan, self.take_in = plan, take_in
        self.pictures = pictures(plan)
        self.partners = [Partner.objects.create(name=f"Platform {n}") for n in range(PLATFORMS)]
        self.staff = User.objects.create_user("staff of the week")
        self.dice = np.random.default_rng(plan.seed)
        self.now = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        self.by_pk: dict[int, Picture] = {}

    def run(self) -> None:
        """Let the week pass."""
        for step in range(self.plan.days * self.plan.steps_a_day):
            with clock(lambda: self.now):
                self._step(step)
            self.now += timedelta(days=1) / self.plan.steps_a_day

    def _step(self, step: int) -> None:
        new = [each for each in self.pictures if each.starts == step]
        self.take_in(new)
        pks = dict(Hash.objects.filter(value__in=[n.value for n in new]).values_list("value", "pk"))
        for each in new:
            if each.value in pks:
                each.pk = pks[each.value]
                self.by_pk[each.pk] = each
        publish()
        if connection.vendor == "postgresql":
            # As its autovacuum would between the days; the week is one transaction in a test.
            connection.cursor().execute("ANALYZE")
        for pk in Hash.objects.filter(published_state=State.ACTIVE).values_list("pk", flat=True):
            self.by_pk[pk].published = True
        active = self._active()
        for number, partner in enumerate(self.partners):
            self._match(number, partner, active)
            self._judge(number, partner)
        watch_spikes()
        self._see_holders()
        self._answer()
        publish()
        self._measure()

    def _active(self) -> list[Picture]:
        rows = Hash.objects.filter(published_state=State.ACTIVE).order_by("pk")
        return [
            self.by_pk[pk]
            for pk in rows.values_list("pk", flat=True)
            if any(self.by_pk[pk].uploads)
        ]

    def _match(self, number: int, partner: Partner, active: Sequence[Picture]) -> None:
        action = Action.BLOCKED if number == AUTOMATIC else Action.REVIEW
        means = [each.uploads[number] / self.plan.steps_a_day for each in active]
        more = []
        for each, count in zip(active, self.dice.poisson(means), strict=True):
            if not count:
                continue
            each.matched += int(count)
            match = Match(int(self.dice.integers(0, 32)), self.now, action)
            if number not in each.said:
                each.said.add(number)
                report_match(partner, Hash.objects.get(pk=each.pk), match)
                count -= 1
            # Further reports change nothing but their own number.
            more += [self._report(partner, each, match) for _ in range(count)]
        MatchReport.objects.bulk_create(more, batch_size=5000)

    def _report(self, partner: Partner, each: Picture, match: Match) -> MatchReport:
        return MatchReport(
            partner=partner,
            hash_id=each.pk,
            distance=match.distance,
            matched_at=self.now,
            action=match.action,
            received_at=self.now,
        )

    def _judge(self, number: int, partner: Partner) -> None:
        if number == AUTOMATIC:
            return
        said = {}
        waiting = partner.feedback.filter(value="PendingReview").values_list("hash_id", flat=True)
        for pk in waiting.order_by("hash_id"):
            if self.dice.random() >= self.plan.reviewed:
                continue
            odds = self.plan.of_poisoned if self.by_pk[pk].poisoned else self.plan.of_honest
            words = ("Blocked", "NotBlocked", "PendingReview")
            said[pk] = Said(str(self.dice.choice(words, p=[*odds, 1 - sum(odds)])))
        record_verdicts(partner, said)

    def _answer(self) -> None:
        for _ in range(self.plan.answers_a_day // self.plan.steps_a_day):
            item = review.take_next(self.staff)
            if item is None:
                return
            right = not self.by_pk[item.hash_id].poisoned
            keep = right != (self.dice.random() < self.plan.staff_err)
            decision = Decision.KEEP if keep else Decision.SUSPEND
            review.decide(item, self.staff, decision, "as the week would have it")

    def _measure(self) -> None:
        hours = 24 / self.plan.steps_a_day
        for pk, state in Hash.objects.values_list("pk", "published_state"):
            if state == State.ACTIVE:
                self.by_pk[pk].hours_in_feed += hours
            else:
                self.by_pk[pk].hours_held += hours
        self._see_holders()

    def _see_holders(self) -> None:
        for pk, holder in Suspension.objects.values_list("hash_id", "holder"):
            self.by_pk[pk].held_by.add(holder)


@contextmanager
def clock(now: Callable[[], datetime]) -> Iterator[None]:
    """Move the clock of everything that asks Django what time it is."""
    with patch.object(timezone, "now", now):
        yield


def over_seeds(pass_week: Callable[[Plan], Week]) -> list[dict[str, Row]]:
    """Let a week pass for each seed, each on an empty database, and return its numbers."""
    logging.disable(logging.WARNING)
    weeks, named = [], connection.settings_dict["NAME"]
    for seed in SEEDS:
        connection.creation.create_test_db(verbosity=0, serialize=False, autoclobber=True)
        weeks.append(rows(pass_week(Plan(seed=seed)).pictures))
        connection.creation.destroy_test_db(named, verbosity=0)
    return weeks


def _open(plan: Plan) -> Week:
    week = Week(plan)
    week.run()
    return week


def main() -> None:
    """Print what weeks of 10,000 cases bring where the door is open."""
    print("\n".join(table(over_seeds(_open))))
