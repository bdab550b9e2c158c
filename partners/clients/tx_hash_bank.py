"""The Hash Bank for python-threatexchange and Hasher-Matcher-Actioner: one file, to be copied.

    cp tx_hash_bank.py somewhere/on/your/PYTHONPATH/
    export TX_HASH_BANK="nhb_…,https://bank.example"
    tx config extensions add tx_hash_bank
    tx config collab edit hash_bank --create "Hash bank"
    tx fetch

It speaks the bank's native API and, unlike the tool's own exchange for StopNCII, deletes what
is withdrawn. Opinions (`report_opinion`) go back to the bank as verdicts.
"""

import time
import typing as t
from dataclasses import dataclass, field

import requests
from threatexchange.exchanges import auth, fetch_state, signal_exchange_api
from threatexchange.exchanges.collab_config import CollaborationConfigBase
from threatexchange.extensions.manifest import ThreatExchangeExtensionManifest
from threatexchange.signal_type.md5 import VideoMD5Signal
from threatexchange.signal_type.pdq.signal import PdqSignal
from threatexchange.signal_type.signal_base import SignalType
from urllib3.util.retry import Retry

PAGE = 5000
# After 90 days the bank may erase its record of a withdrawal; long before, we begin anew.
STALE_AFTER = 30 * 24 * 3600
SIGNALS = {"ImagePDQ": PdqSignal.get_name(), "VideoMD5": VideoMD5Signal.get_name()}
Category = fetch_state.SignalOpinionCategory
VERDICTS = {
    Category.POSITIVE_CLASS: "Blocked",
    Category.NEGATIVE_CLASS: "NotBlocked",
    Category.INVESTIGATION_SEED: "PendingReview",
}


@dataclass
class Checkpoint(fetch_state.FetchCheckpointBase):
    """The bank's cursor after what was fetched last."""

    cursor: str
    fetched_at: int

    def is_stale(self) -> bool:
        """Whether to begin anew."""
        return time.time() - self.fetched_at > STALE_AFTER

    def get_progress_timestamp(self) -> int:
        """When the list was as it is."""
        return self.fetched_at


@dataclass
class HashBankMetadata(fetch_state.FetchedSignalMetadata):
    """What the bank says of a hash. `id` is this platform's name of it."""

    id: str
    confidence: str
    variants: list[str] = field(default_factory=list)

    def get_as_opinions(self) -> t.Sequence[fetch_state.SignalOpinion]:
        """Confirmed is a positive, disputed has both, anything else is to be looked at."""
        categories = {
            "confirmed": [Category.POSITIVE_CLASS],
            "disputed": [Category.POSITIVE_CLASS, Category.NEGATIVE_CLASS],
        }.get(self.confidence, [Category.INVESTIGATION_SEED])
        tags = set(self.variants)
        return [fetch_state.SignalOpinion(False, category, tags) for category in categories]


@dataclass
class HashBankCredentials(auth.CredentialHelper):
    """A key and the bank's address."""

    ENV_VARIABLE: t.ClassVar[str] = "TX_HASH_BANK"
    FILE_NAME: t.ClassVar[str] = "~/.tx_hash_bank"

    key: str
    origin: str

    @classmethod
    def _from_str(cls, s: str) -> "HashBankCredentials":
        key, _, origin = s.strip().partition(",")
        return cls(key, origin.rstrip("/"))

    def _are_valid(self) -> bool:
        return self.key.startswith("nhb_") and self.origin.startswith("http")


class HashBankAPI(
    auth.SignalExchangeWithAuth[CollaborationConfigBase, HashBankCredentials],
    signal_exchange_api.SignalExchangeAPIWithSimpleUpdates[
        CollaborationConfigBase, Checkpoint, HashBankMetadata
    ],
):
    """The exchange, by the name `hash_bank`."""

    def __init__(self, credentials: HashBankCredentials) -> None:
        super().__init__()
        self._origin = credentials.origin
        self._session = requests.Session()
        self._session.headers.update(
            {
                "Authorization": f"Bearer {credentials.key}",
                "Ocp-Apim-Subscription-Key": credentials.key,
            }
        )
        again = Retry(total=6, backoff_factor=0.5, status_forcelist=[429, 500, 502, 503, 504])
        self._session.mount(self._origin, requests.adapters.HTTPAdapter(max_retries=again))

    @classmethod
    def for_collab(
        cls,
        collab: CollaborationConfigBase,
        credentials: HashBankCredentials | None = None,
    ) -> "HashBankAPI":
        """Return the exchange with the credentials given, or those in the environment."""
        return cls(credentials or HashBankCredentials.get(cls))

    @classmethod
    def get_name(cls) -> str:
        """Its name in configurations."""
        return "hash_bank"

    @staticmethod
    def get_config_cls() -> type[CollaborationConfigBase]:
        """There is nothing to configure."""
        return CollaborationConfigBase

    @staticmethod
    def get_checkpoint_cls() -> type[Checkpoint]:
        """What is stored between fetches."""
        return Checkpoint

    @staticmethod
    def get_record_cls() -> type[HashBankMetadata]:
        """What is stored of a hash."""
        return HashBankMetadata

    @staticmethod
    def get_credential_cls() -> type[HashBankCredentials]:
        """How to sign in."""
        return HashBankCredentials

    def fetch_iter(
        self,
        supported_signal_types: t.Sequence[type[SignalType]],
        checkpoint: Checkpoint | None,
    ) -> t.Iterator[fetch_state.FetchDelta[tuple[str, str], HashBankMetadata, Checkpoint]]:
        """Yield page after page of the feed; a withdrawn hash is yielded as None, to be deleted."""
        cursor = checkpoint.cursor if checkpoint else ""
        more = True
        while more:
            query = {"limit": str(PAGE)} | ({"after": cursor} if cursor else {})
            page = self._call("GET", "/api/v1/hashes/changes", params=query)
            cursor, more = page["next"], page["more"]
            updates = {_key(change): _metadata(change) for change in page["changes"]}
            yield fetch_state.FetchDelta(updates, Checkpoint(cursor, int(time.time())))

    def report_opinion(
        self, s_type: type[SignalType], signal: str, opinion: fetch_state.SignalOpinion
    ) -> None:
        """Tell the bank what this platform thinks of a hash."""
        feedback = {
            "hashValue": signal,
            "feedbackValue": VERDICTS[opinion.category],
            "tags": sorted(opinion.tags),
        }
        self._call("POST", "/v1/SubmitFeedback", json={"count": 1, "hashFeedbacks": [feedback]})

    def _call(self, method: str, path: str, **more: t.Any) -> t.Any:
        answer = self._session.request(method, self._origin + path, timeout=60, **more)
        if answer.status_code == 401:
            detail = answer.json().get("detail", "")
            raise auth.SignalExchangeAPIInvalidAuthException(type(self), detail)
        if answer.status_code == 410:
            raise RuntimeError("Withdrawals were missed. Begin anew: tx fetch --clear && tx fetch")
        answer.raise_for_status()
        return answer.json()


def _key(change: dict[str, t.Any]) -> tuple[str, str]:
    return SIGNALS.get(change["signal"], change["signal"]), change["value"]


def _metadata(change: dict[str, t.Any]) -> HashBankMetadata | None:
    if change["state"] != "Active":
        return None
    return HashBankMetadata(change["id"], change["confidence"], change["variants"])


TX_MANIFEST = ThreatExchangeExtensionManifest(apis=(HashBankAPI,))
