"""Meta's `tx` command line, unmodified, each with a home folder of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from ncii.tests.stack import Stack

PLUG_IN = Path(__file__).parents[1] / "clients" / "tx_hash_bank.py"
TX = str(Path(sys.executable).with_name("tx"))


class Tx:
    """`tx` of one platform: its key and the exchange's address stand in the environment."""

    def __init__(self, home: Path, stack: Stack, key: str) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TX_STOPNCII_KEYS": f"{key},{key},{stack.url}/v1",
            "TX_HASH_BANK": f"{key},{stack.url}",
            "PYTHONPATH": str(home / "extensions"),
        }

    def run(self, *arguments: str) -> str:
        """Return what it printed; raise AssertionError with everything it said if it failed."""
        ran = subprocess.run(
            [TX, "--verbose", *arguments], env=self.env, capture_output=True, text=True, timeout=300
        )
        assert ran.returncode == 0, f"tx {arguments}:\n{ran.stdout}{ran.stderr}"
        return ran.stdout

    def join(self) -> None:
        """Configure the exchange, as its documentation says."""
        self.run("config", "collab", "edit", "stop_ncii", "--create", "Hash bank")

    def join_with_plug_in(self) -> None:
        """Put our plug-in where a platform would, and configure it."""
        extensions = Path(self.env["PYTHONPATH"])
        extensions.mkdir(exist_ok=True)
        shutil.copy(PLUG_IN, extensions)
        self.run("config", "extensions", "add", PLUG_IN.stem)
        self.run("config", "collab", "edit", "hash_bank", "--create", "Hash bank")

    def signals(self) -> dict[str, str]:
        """Return {value: the line the tool prints of it} of everything it holds."""
        lines = self.run("dataset", "-P", "-c", "Hash bank").splitlines()
        return {line.split()[1]: line for line in lines}


def new_key(stack: Stack, name: str) -> str:
    """Make a partner with a key on the stack, as staff would; return the key."""
    stack.manage("make_partner", name)
    return stack.manage("make_key", name).strip().partition("key=")[2]


def claim_on(stack: Stack, *signals: tuple[str, str]) -> None:
    """Claim these (signal, value) as one case would, and publish them."""
    stack.manage("shell", stdin=_CLAIM.format(signals=signals))


def withdraw_on(stack: Stack, *signals: tuple[str, str]) -> None:
    """Withdraw all claims on these, and publish it."""
    stack.manage("shell", stdin=_WITHDRAW.format(values=[value for _, value in signals]))


_CLAIM = """
from django.db import transaction
from hashes.publisher import publish
from hashes.services import SignalClaim, make_claims
from ncii.lib.days import today
wanted = [SignalClaim(signal, value, "original") for signal, value in {signals!r}]
exec("with transaction.atomic():\\n make_claims(wanted, source='case', on=today())")
publish()
"""
_WITHDRAW = """
from django.db import transaction
from hashes.models import Claim
from hashes.publisher import publish
from hashes.services import withdraw_claims
from ncii.lib.days import today
claims = Claim.objects.filter(hash__value__in={values!r})
exec("with transaction.atomic():\\n withdraw_claims(claims, on=today())")
publish()
"""
