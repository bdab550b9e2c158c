"""Our plug-in for `tx`: what is withdrawn is deleted, and verdicts come back."""

import subprocess
from pathlib import Path

import pytest
from PIL import Image
from skimage import data
from threatexchange.exchanges.fetch_state import SignalOpinion, SignalOpinionCategory
from threatexchange.signal_type.pdq.signal import PdqSignal

from hashes.signal_types import ImagePDQ
from ncii.tests.stack import Stack
from partners.clients.tx_hash_bank import HashBankAPI, HashBankCredentials
from partners.tests.photos import copy_of, one_of_a_kind, pdq_hex
from partners.tests.tx import TX, Tx, claim_on, new_key, withdraw_on

pytestmark = pytest.mark.e2e


def test_fetch_match_withdraw_fetch_no_match(stack: Stack, tmp_path: Path) -> None:
    photo = one_of_a_kind(data.chelsea())
    value = ("ImagePDQ", pdq_hex(photo))
    claim_on(stack, value, *(("ImagePDQ", example) for example in ImagePDQ.examples))
    copy_of(photo).save(tmp_path / "copy.png")
    tx = Tx(tmp_path, stack, new_key(stack, "Plug-in"))
    tx.join_with_plug_in()
    tx.run("fetch")
    assert "Hash bank" in tx.run("match", "photo", str(tmp_path / "copy.png"))
    withdraw_on(stack, value)
    tx.run("fetch")
    assert value[1] not in tx.signals()
    assert "Hash bank" not in tx.run("match", "photo", str(tmp_path / "copy.png"))


def test_an_opinion_is_read_by_another_platform(stack: Stack, tmp_path: Path) -> None:
    value = pdq_hex(Image.fromarray(data.rocket()))
    claim_on(stack, ("ImagePDQ", value), ("ImagePDQ", ImagePDQ.examples[0]))
    reader = Tx(tmp_path, stack, new_key(stack, "Plug-in reader"))
    reader.join_with_plug_in()
    reader.run("fetch")
    assert "INVESTIGATION_SEED" in reader.signals()[value]
    judge = HashBankAPI(HashBankCredentials(new_key(stack, "Plug-in judge"), stack.url))
    opinion = SignalOpinion(True, SignalOpinionCategory.POSITIVE_CLASS, {"reviewed"})
    judge.report_opinion(PdqSignal, value, opinion)
    stack.manage("shell", stdin="from hashes.publisher import publish\npublish()\n")
    reader.run("fetch")
    assert "POSITIVE_CLASS" in reader.signals()[value]


def test_a_wrong_key_is_told_in_words(stack: Stack, tmp_path: Path) -> None:
    tx = Tx(tmp_path, stack, new_key(stack, "Plug-in wrong key"))
    tx.join_with_plug_in()
    tx.env["TX_HASH_BANK"] = f"nhb_mistyped,{stack.url}"
    ran = subprocess.run([TX, "-v", "fetch"], env=tx.env, capture_output=True, text=True)
    assert ran.returncode != 0
    assert "copied whole" in ran.stderr
