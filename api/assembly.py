"""Where do the concrete parts meet? Here, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.auth import Gate
from api.background import Background
from api.clock import now
from api.idempotency import Records
from api.metrics import Tally
from api.schemas.batches import read_order
from api.schemas.rating_rules import read_rating_rules
from api.services.batching.desk import Desk
from api.services.batching.shelf import Shelf
from api.services.batching.waking import Waking
from api.services.batching.workers import Workers
from api.services.batching.working import Reached as BatchReached
from api.services.batching.working import Working, unwatched
from api.services.carrier_accounts import CarrierAccounts, Vault
from api.services.carrier_calls import CarrierCalls
from api.services.classifying import Classifying
from api.services.dispatching import dispatch
from api.services.mailing import Mailer, read_server
from api.services.merchant_rules import MerchantRules, no_rules
from api.services.notices import Notices
from api.services.purchase_book import PurchaseBook
from api.services.purchasing import Purchasing, Reached, nowhere
from api.services.quotes import QuoteRequest
from api.services.rating import installed_cards, rate
from api.services.reconciling import Reconciling
from api.services.screening import Screening
from api.services.screening_again import Rescreening
from api.services.screening_quotes import QuoteScreening
from api.services.screening_reviews import Reviews
from api.services.shipping import Shipping
from api.services.signing import Signer
from api.services.tidings import Tidings
from api.services.tracking import Following
from api.services.tracking_polls import Polls
from api.services.webhooks import Webhooks
from api.settings import Settings
from api.storage import Storage
from api.web.notice_mail import compose
from carriers.errors import CarrierError
from carriers.manifest import Capability
from carriers.offers import Offer, RateRequest, Silence
from carriers.purchase import Policy
from carriers.rate_cards import EMBEDDED
from carriers.registry import Accounts, Agent, Registry, no_accounts
from carriers.resilience import Guard
from carriers.resilience.ladder import Ladder
from carriers.rules import NO_RULES, Rules
from customs.exchange import Exchange
from customs.rulebook import Rulebook
from customs.screening.policy import Policy as ScreeningPolicy
from customs.screening.policy import read_old_lists
from customs.screening.snapshot import ListSnapshots
from data.store.outbox import Hears
from tariffs.snapshot import NoSnapshotError, Snapshots


@dataclass(frozen=True, slots=True)
class Services:
    """What the routes and commands work with. Nothing in it is open before it is used.

    `policy` says how purchases without an answer are followed up, `hearers` hear what happened, and
    `reached` is told of each step of a purchase.
    """

    settings: Settings
    storage: Storage
    gate: Gate
    snapshots: Snapshots
    carriers: Registry
    tally: Tally
    signer: Signer | None = None
    ladder: Ladder = field(default_factory=lambda: Ladder(Guard()))
    merchant_rules: MerchantRules = field(default_factory=no_rules)
    carrier_accounts: CarrierAccounts | None = None
    policy: Policy = field(default_factory=Policy)
    watch_lists: ListSnapshots = field(default_factory=lambda: ListSnapshots(None))
    hearers: tuple[Hears, ...] = ()
    reached: Reached = nowhere
    mailer: Mailer | None = None
    vault: Vault | None = None

    @property
    def idempotency(self) -> Records:
        """Requests that were made before."""
        return self.storage

    @property
    def quotes(self) -> Storage:
        """Quotes that were made before."""
        return self.storage

    def accounts_of(self, account: str | None) -> Accounts:
        """An account's accounts with carriers."""
        if self.carrier_accounts is None or account is None:
            return no_accounts
        return self.carrier_accounts.of(account)

    def agent(self, account: str, carrier: str, capability: Capability) -> Agent:
        """A carrier's adapter with an account's credentials. Raises `CarrierError`."""
        return self.carriers.agent(carrier, capability, self.accounts_of(account))

    @property
    def purchasing(self) -> Purchasing:
        """Buys labels."""
        book = PurchaseBook(lambda: self.storage.engine, now, self.policy)
        return Purchasing(book, self.agent, self.reached)

    @property
    def reconciling(self) -> Reconciling:
        """Finds out what became of purchases."""
        return Reconciling(lambda: self.storage.engine, self.purchasing)

    @property
    def shipping(self) -> Shipping:
        """Labels: asked for, looked at, given back."""
        return Shipping(lambda: self.storage.engine, self.purchasing, self.reconciling)

    @property
    def classifying(self) -> Classifying:
        """Finds commodity codes by descriptions."""
        return Classifying(lambda: self.storage.engine)

    @property
    def notices(self) -> Notices:
        """Messages to those who wait for parcels."""
        public_url = self.settings.public_url
        return Notices(
            lambda: self.storage.engine, self.mailer, compose, self.carrier_name, public_url
        )

    @property
    def tidings(self) -> Tidings:
        """Writes down what carriers say of parcels."""
        tally = self.tally
        return Tidings(lambda: self.storage.engine, (self.notices,), tally.count_unknown_code)

    @property
    def following(self) -> Following:
        """Parcels that are followed."""
        engine, manifest = lambda: self.storage.engine, self.carriers.manifest
        return Following(engine, self.agent, manifest, self.tidings)

    @property
    def polls(self) -> Polls:
        """Asks carriers about the parcels that are followed."""
        first_look = self.following.first_look
        return Polls(lambda: self.storage.engine, self.agent, self.tidings, first_look)

    @property
    def carrier_calls(self) -> CarrierCalls:
        """Calls of carriers."""
        settings = self.settings
        secrets = [each for each in (settings.secret_key, settings.old_secret_key) if each]
        return CarrierCalls(lambda: self.storage.engine, self.agent, self.tidings, secrets)

    @property
    def webhooks(self) -> Webhooks | None:
        """Calls to whoever wants to hear of events; None without a secret to seal theirs under."""
        if self.vault is None:
            return None
        return Webhooks(self.storage.engine, self.vault, self.settings.open)

    @property
    def listeners(self) -> tuple[Hears, ...]:
        """Everybody who hears what happened."""
        webhooks = self.webhooks
        return (self.following, *((webhooks,) if webhooks else ()), *self.hearers)

    @property
    def batch_desk(self) -> Desk:
        """Files of orders, handed in and given back as papers."""
        shelf, engine = Shelf(self.settings.batch_dir), lambda: self.storage.engine
        return Desk(engine, shelf, read_order, self.batch_waking().wake, self.facts_version)

    def batch_waking(self) -> Waking:
        """Tells workers that there is something to do."""
        return Waking(self.settings.batch_dir, self.settings.redis_url)

    def batch_working(self, reached: BatchReached = unwatched) -> Working:
        """One worker of batches, in this process."""
        shelf, engine = Shelf(self.settings.batch_dir), lambda: self.storage.engine

        def rulebook(version: str | None) -> Rulebook:
            return self.rulebook() if version is None else self.rulebook_of(version)

        return Working(engine, shelf, read_order, rulebook, now, reached)

    def batch_workers(self) -> Workers:
        """The processes that work on batches, kept by this one."""
        settings = self.settings
        return Workers(
            lambda: self.storage.engine, settings, settings.batch_dir, settings.batch_workers
        )

    def facts_version(self) -> str | None:
        """The version of the newest facts; None where no snapshot is held."""
        try:
            return self.snapshots.current().version
        except NoSnapshotError:
            return None

    def carrier_name(self, code: str) -> str:
        """A carrier's name, as people know it."""
        try:
            return self.carriers.manifest(code).name
        except CarrierError:
            return code

    def background(self, every: float = 1.0, lease: float = 15.0) -> Background:
        """What a server process does beside its requests: every so many seconds, while its lease
        holds.
        """
        works = (
            self.reconciling.once,
            lambda: dispatch(self.storage.engine, self.listeners, now),
            lambda: self.carrier_calls.take(now),
            lambda: self.rescreening.once(now),
        )
        return Background(lambda: self.storage.engine, works, now, every, timedelta(seconds=lease))

    def outreach(self, every: float = 1.0, lease: float = 60.0) -> Background:
        """What a server process does beside its requests that waits for others."""
        works = (
            lambda: self.polls.follow_due(now),
            lambda: self.notices.send_due(now),
            lambda: self.webhooks.call_due(now) if self.webhooks else 0,
        )
        longest, engine = timedelta(seconds=lease), lambda: self.storage.engine
        return Background(engine, works, now, every, longest, name="outreach")

    @property
    def screening(self) -> Screening:
        """Compares parties with lists."""
        policy = ScreeningPolicy(old_lists=read_old_lists(self.settings.screening_old_lists))
        return Screening(lambda: self.storage.engine, self.watch_lists, policy)

    @property
    def reviews(self) -> Reviews:
        """Matches that people look at."""
        return Reviews(lambda: self.storage.engine)

    @property
    def rescreening(self) -> Rescreening:
        """Compares parties again when a list has changed."""
        return Rescreening(self.screening)

    def quote_screening(self, at: datetime) -> QuoteScreening:
        """Compares the parties of one quote."""
        return QuoteScreening(self.screening, at)

    def rate(
        self, parcels: RateRequest, request: QuoteRequest, account: str | None = None
    ) -> tuple[Sequence[Offer], Sequence[Silence]]:
        """Ask the carriers, all or those named: their offers, and who gave none and why.

        With the rules of an account, where it is somebody's request.
        """
        rules = self.merchant_rules.of(account) if account is not None else NO_RULES

        def exchange() -> Exchange:
            rulebook = self.rulebook()
            territory = rulebook.territory_of(parcels.ship_to)
            return rulebook.exchange(request.on, request.exchange_rates, territory)

        accounts = self.accounts_of(account)
        return rate(self.carriers, self.ladder, parcels, request, accounts, rules, exchange)

    @property
    def sign(self) -> Callable[[bytes], Mapping[str, str] | None] | None:
        """Makes the proof of an answer; None where signing is not configured."""
        return None if self.signer is None else self.signer.sign

    def rulebook(self) -> Rulebook:
        """The rules of the newest facts. Raises `NoSnapshotError`."""
        snapshot = self.snapshots.current()
        return snapshot.memo.get("rulebook", lambda: Rulebook(snapshot))

    def rulebook_of(self, version: str) -> Rulebook:
        """The rules of an older version of the facts. Raises `NoSnapshotError`."""
        snapshot = self.snapshots.version(version)
        return snapshot.memo.get("rulebook", lambda: Rulebook(snapshot))


def assemble(settings: Settings) -> Services:
    """The services of this installation."""
    storage = Storage(settings.database_url)

    def rules_of(account: str) -> Rules | None:
        stored = storage.rating_rules(account)
        return None if stored is None else read_rating_rules(stored.document)

    guard = Guard(fresh_seconds=settings.rates_fresh_seconds, workers=settings.workers)
    secret = settings.secret_key
    older = (settings.old_secret_key,) if settings.old_secret_key else ()
    vault = Vault(secret, older) if secret else None
    return Services(
        settings=settings,
        storage=storage,
        gate=Gate(storage.account_of),
        snapshots=Snapshots(settings.snapshot_dir),
        carriers=Registry(),
        tally=Tally(settings.tally_dir),
        signer=Signer(storage.signing_key, secret) if secret else None,
        carrier_accounts=CarrierAccounts(storage.credentials, vault),
        ladder=Ladder(guard, installed_cards(settings.data_dir / "rate_cards", EMBEDDED)),
        merchant_rules=MerchantRules(rules_of),
        mailer=_mailer(settings),
        vault=vault,
        watch_lists=ListSnapshots(settings.lists_dir),
    )


def _mailer(settings: Settings) -> Mailer | None:
    if settings.smtp_url is None or settings.mail_from is None:
        return None
    return Mailer(read_server(settings.smtp_url), settings.mail_from)
