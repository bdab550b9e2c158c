"""The alert rules speak of metrics that there are."""

import re
from pathlib import Path

import pytest
import yaml
from django.test import Client
from pytest_django import Settings

RULES = Path(__file__).resolve().parents[2] / "docs" / "alerts.yml"


@pytest.mark.django_db
def test_every_metric_in_a_rule_is_given(settings: Settings) -> None:
    settings.METRICS_TOKEN = "x" * 40
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {'x' * 40}"})
    given = set(re.findall(r"^(ncii_\w+) ", answer.content.decode(), re.M))
    rules = [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]
    asked = {name for rule in rules for name in re.findall(r"ncii_\w+", rule["expr"])}
    assert len(asked) == len(rules)
    assert asked <= given
    assert all(rule["annotations"]["do"] for rule in rules)
