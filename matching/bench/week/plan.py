"""Who sends what when in the made-up week, and where it turns up: all that is not measured."""

import random
from dataclasses import dataclass, field

from matching.bench.week.pictures import KNOWN, known, photograph, unheard_of


@dataclass(frozen=True)
class Plan:
    """The week. Staff decide `answers_a_day` items, of which `staff_err` wrongly.

    `flood` forms come within an hour from one address; another time `crowd` from one address each.
    """

    honest: int = 10_000
    poisoned: int = 50
    flood: int = 1_000
    crowd: int = 1_000
    days: int = 7
    steps_a_day: int = 12
    answers_a_day: int = 60
    staff_err: float = 0.02
    # In a step a platform's reviewers get to this part of what they have matched.
    reviewed: float = 0.1
    # What they say of it: (Blocked, NotBlocked), the rest undecided. Some are wrong.
    of_honest: tuple[float, float] = (0.90, 0.06)
    of_poisoned: tuple[float, float] = (0.08, 0.88)
    # Whether a copy matches only the copies that it is near, or, if not, all of its picture's.
    measured_reach: bool = True
    seed: int = 1


# The first platform blocks whatever matches, without a look.
PLATFORMS = 5
AUTOMATIC = 0

HONEST = ("private", "spread", "viral")
UNKNOWN = ("news photo", "artwork")
JUNK = ("flood", "crowd")
# In this order, over and over: 30 of 50 are what everybody knows.
POISON = (
    *("flag", "logo", "news photo", "artwork", "test card"),
    *("flag", "logo", "news photo", "artwork", "page"),
)


@dataclass
class Picture:
    """A hash, whose it is, where it turns up (uploads a day by platform), and what became of it."""

    value: str
    sort: str
    starts: int
    uploads: list[float]
    pk: int = 0
    matched: int = 0
    published: bool = False
    hours_in_feed: float = 0
    hours_held: float = 0
    said: set[int] = field(default_factory=set)
    held_by: set[str] = field(default_factory=set)

    @property
    def poisoned(self) -> bool:
        """Whether it should not be there."""
        return self.sort not in HONEST


def pictures(plan: Plan) -> list[Picture]:
    """Return the week's pictures: one in a hundred honest ones is viral, most turn up nowhere."""
    chance = random.Random(plan.seed)
    sorts = [_honest_sort(chance) for _ in range(plan.honest)]
    sorts += [POISON[number % len(POISON)] for number in range(plan.poisoned)]
    sorts += ["flood"] * plan.flood + ["crowd"] * plan.crowd
    made: dict[str, Picture] = {}
    for sort in sorts:
        value, reach = _value(sort, chance)
        while value in made:
            value, reach = _value(sort, chance)
        uploads = [each * (reach if plan.measured_reach else 1) for each in _uploads(sort, chance)]
        made[value] = Picture(value, sort, _starts(sort, plan, chance), uploads)
    return list(made.values())


def _value(sort: str, chance: random.Random) -> tuple[str, float]:
    """Return a hash and its reach: which part of the picture's uploads it matches."""
    if sort in KNOWN:
        return known(sort, chance)
    return (photograph(chance) if sort in HONEST else unheard_of(chance)), 1


def _starts(sort: str, plan: Plan, chance: random.Random) -> int:
    """Return the step. Poison comes when the bank has some days of its own."""
    steps = plan.days * plan.steps_a_day
    if sort in JUNK:
        return steps // 2 + JUNK.index(sort)
    first = 0 if sort in HONEST else steps // 3
    return chance.randrange(first, max(first + 1, steps * 2 // 3))


def _honest_sort(chance: random.Random) -> str:
    return chance.choices(("private", "spread", "viral"), (90, 9, 1))[0]


def _uploads(sort: str, chance: random.Random) -> list[float]:
    """Return uploads a day on each platform. What everybody knows is everywhere."""
    if sort in JUNK:
        return [0.0] * PLATFORMS
    everywhere = (PLATFORMS, lambda: chance.lognormvariate(5.7, 0.8))
    where, often = {
        "private": (0, lambda: 0.0),
        "spread": (chance.randint(1, 2), lambda: chance.expovariate(1 / 2)),
        "viral": (chance.randint(1, 5), lambda: min(400.0, 20 * chance.paretovariate(1.2))),
        "news photo": (3, lambda: chance.lognormvariate(4.8, 0.5)),
        "artwork": (2, lambda: chance.expovariate(1 / 3)),
    }.get(sort, everywhere)
    chosen = set(chance.sample(range(PLATFORMS), where))
    return [often() if number in chosen else 0.0 for number in range(PLATFORMS)]
