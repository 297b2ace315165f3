"""Who carries texts and letters out of the house, as the settings say: inboxes on this machine until contracted."""

from zoneinfo import ZoneInfo

from service.bootstrap import real_clock
from service.config import Settings
from service.gateways.mail import LocalMail, MailGateway
from service.gateways.receipts import ReceiptReader
from service.gateways.sms import LocalSms, SmsGateway
from service.gateways.smtp import SmtpMail
from service.jobs.delivering import Suppliers


def suppliers(settings: Settings) -> Suppliers:
    """Those that are contracted. Raises ModuleNotFoundError where the extra `twilio` is needed and not installed."""
    return Suppliers(_sms(settings), _mail(settings), ZoneInfo(settings.time_zone))


def receipt_reader(settings: Settings) -> ReceiptReader | None:
    """What tells a supplier's own receipts from everybody else's; None while nobody is contracted."""
    if settings.sms != "twilio":
        return None
    from service.gateways.twilio import TwilioReceipts  # noqa: PLC0415  (an extra)

    shared = settings.secret("twilio_webhook_secret")
    return TwilioReceipts(settings.twilio_callback, shared or settings.secret("twilio_token"), shared_key=bool(shared))


def _sms(settings: Settings) -> SmsGateway:
    if settings.sms == "local":
        return LocalSms(settings.data_dir / "inbox" / "sms.jsonl", real_clock)
    from service.gateways.twilio import TwilioSms  # noqa: PLC0415  (an extra)

    account = settings.twilio_account
    return TwilioSms(
        account, account, settings.secret("twilio_token"), settings.twilio_sender, settings.twilio_callback
    )


def _mail(settings: Settings) -> MailGateway:
    if settings.mail == "local":
        return LocalMail(settings.data_dir / "inbox" / "mail.jsonl", real_clock)
    return SmtpMail(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.smtp_sender,
        clock=real_clock,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.secret("smtp_password"),
    )
