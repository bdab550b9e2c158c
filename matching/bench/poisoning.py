"""How long a poisoned hash stays in the feed, and how many honest ones are held back by mistake.

A made-up week on the real services and the real database: people claim, the publisher publishes,
five platforms match, judge and err, the rules watch, staff answer what comes first in the queue.
Only the clock is moved. What is made up, the rates below, is what decides the numbers: they say
what the rules do against *this* week, not how often anybody attacks.
"""

import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unittest.mock import patch

import numpy as np
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from hashes.models import Hash, Holder, State, Suspension
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims
from matching.models import Action, Decision, MatchReport, ReviewItem
from matching.review import services as review
from matching.services import Match, record_verdicts, report_match
from matching.tasks import watch_spikes
from ncii.lib.days import today
from partners.models import Partner
from partners.services import Said

TakeIn = Callable[[Sequence[SignalClaim]], None]


@dataclass(frozen=True)
class Plan:
    """The week. Staff decide `answers_a_day` items, of which `staff_err` wrongly."""

    honest: int = 10_000
    poisoned: int = 50
    days: int = 7
    steps_a_day: int = 12
    answers_a_day: int = 60
    staff_err: float = 0.02
    # In a step a platform's reviewers get to this part of what they have matched.
    reviewed: float = 0.1
    # What they say of it: (Blocked, NotBlocked), the rest undecided. Some are wrong.
    of_honest: tuple[float, float] = (0.90, 0.06)
    of_poisoned: tuple[float, float] = (0.08, 0.88)
    seed: int = 1


# The first platform blocks whatever matches, without a look.
PLATFORMS = 5
AUTOMATIC = 0


@dataclass
class Picture:
    """A hash, whose it is, where it turns up (uploads a day by platform), and what became of it."""

    value: str
    sort: str
    starts: int
    uploads: list[float]
    pk: int = 0
    published: bool = False
    hours_in_feed: float = 0
    hours_held: float = 0
    said: set[int] = field(default_factory=set)
    held_by: set[str] = field(default_factory=set)

    @property
    def poisoned(self) -> bool:
        """Whether it should not be there."""
        return self.sort not in ("private", "spread", "viral")


def pictures(plan: Plan) -> list[Picture]:
    """Return the week's pictures: one in a hundred honest ones is viral, most turn up nowhere."""
    chance = random.Random(plan.seed)
    steps = plan.days * plan.steps_a_day
    sorts = [_honest_sort(chance) for _ in range(plan.honest)]
    sorts += [
        chance.choices(("logo", "meme", "artwork"), (6, 2, 2))[0] for _ in range(plan.poisoned)
    ]
    made = []
    for sort in sorts:
        half = chance.getrandbits(128)
        value = f"{half:032x}{half ^ (2**128 - 1):032x}"
        # The poison comes when the bank has some days of its own; honest cases all the time.
        first = 0 if sort in ("private", "spread", "viral") else steps // 3
        starts = chance.randrange(first, max(first + 1, steps * 2 // 3))
        made.append(Picture(value, sort, starts, _uploads(sort, chance)))
    return made


def _honest_sort(chance: random.Random) -> str:
    return chance.choices(("private", "spread", "viral"), (90, 9, 1))[0]


def _uploads(sort: str, chance: random.Random) -> list[float]:
    """Return uploads a day on each platform."""
    where, often = {
        "private": (0, lambda: 0.0),
        "spread": (chance.randint(1, 2), lambda: chance.expovariate(1 / 2)),
        "viral": (chance.randint(1, 5), lambda: min(400.0, 20 * chance.paretovariate(1.2))),
        "logo": (PLATFORMS, lambda: chance.lognormvariate(5.7, 0.8)),
        "meme": (3, lambda: chance.lognormvariate(4.8, 0.5)),
        "artwork": (2, lambda: chance.expovariate(1 / 3)),
    }[sort]
    chosen = set(chance.sample(range(PLATFORMS), where))
    return [often() if number in chosen else 0.0 for number in range(PLATFORMS)]


def claim(wanted: Sequence[SignalClaim]) -> None:
    """Take hashes in as cases do."""
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
        self.now = timezone.now()
        self.by_pk: dict[int, Picture] = {}

    def run(self) -> None:
        """Let the week pass."""
        for step in range(self.plan.days * self.plan.steps_a_day):
            with clock(lambda: self.now):
                self._step(step)
            self.now += timedelta(days=1) / self.plan.steps_a_day

    def _step(self, step: int) -> None:
        new = [each for each in self.pictures if each.starts == step]
        self.take_in([SignalClaim("ImagePDQ", each.value, "as-displayed", 100) for each in new])
        pks = dict(Hash.objects.filter(value__in=[n.value for n in new]).values_list("value", "pk"))
        for each in new:
            each.pk = pks[each.value]
            self.by_pk[each.pk] = each
        publish()
        for pk in Hash.objects.filter(published_state=State.ACTIVE).values_list("pk", flat=True):
            self.by_pk[pk].published = True
        active = self._active()
        for number, partner in enumerate(self.partners):
            self._match(number, partner, active)
            self._judge(number, partner)
        watch_spikes()
        self._answer()
        publish()
        self._measure()

    def _active(self) -> list[Picture]:
        rows = Hash.objects.filter(published_state=State.ACTIVE).values_list("pk", flat=True)
        return [self.by_pk[pk] for pk in rows if any(self.by_pk[pk].uploads)]

    def _match(self, number: int, partner: Partner, active: Sequence[Picture]) -> None:
        action = Action.BLOCKED if number == AUTOMATIC else Action.REVIEW
        means = [each.uploads[number] / self.plan.steps_a_day for each in active]
        more = []
        for each, count in zip(active, self.dice.poisson(means), strict=True):
            if not count:
                continue
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
        for pk, holder in Suspension.objects.values_list("hash_id", "holder"):
            self.by_pk[pk].held_by.add(holder)


@contextmanager
def clock(now: Callable[[], datetime]) -> Iterator[None]:
    """Move the clock of everything that asks Django what time it is."""
    with patch.object(timezone, "now", now):
        yield


def report(week: Week) -> list[str]:
    """Return the week's numbers, a line for each sort of picture."""
    lines = []
    active = set(Hash.objects.filter(published_state=State.ACTIVE).values_list("value", flat=True))
    for sort in ("private", "spread", "viral", "logo", "meme", "artwork"):
        some = [each for each in week.pictures if each.sort == sort]
        reached = [each.hours_in_feed for each in some if each.published]
        held = [each.hours_held for each in some if each.hours_held]
        lines.append(
            f"{sort:8} {len(some):6,}: {len(reached):6,} reached the feed, "
            f"{_median(reached):5.0f} h in it at the median, {max(reached, default=0):4.0f} h at "
            f"most; {len(held):4,} held back ({_by_rules(some):,} by rules), {_median(held):4.0f} h "
            f"at the median, {max(held, default=0):4.0f} h at most; "
            f"{sum(each.value in active for each in some):6,} in it at the end"
        )
    open_items = ReviewItem.objects.filter(decision="").count()
    return [
        *lines,
        f"staff decided {ReviewItem.objects.count() - open_items:,} items, {open_items:,} wait",
    ]


def _by_rules(some: Sequence[Picture]) -> int:
    return sum(bool(each.held_by - {Holder.STAFF}) for each in some)


def _median(hours: Sequence[float]) -> float:
    return statistics.median(hours) if hours else 0


def main() -> None:
    """Print what the week of 10,000 cases brought."""
    connection.creation.create_test_db(verbosity=0, serialize=False)
    week = Week(Plan())
    week.run()
    print("\n".join(report(week)))
