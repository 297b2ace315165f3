"""Leads put as questions, and what may come of one. English sentences, translated where they are shown."""

from collections.abc import Mapping

from service.web.messages import N_, Message

QUESTIONS: Mapping[str, Message] = {
    "several-convicts": N_("Why does one person visit so many convicts?"),
    "shared-visitors": N_("Why is this convict visited only by people who visit others too?"),
    "several-names-phone": N_("Are these one person under several names? They share a phone."),
    "several-names-document": N_("Are these one person under several names? They share a document."),
    "several-names-device": N_("Are these one person under several names? They share a device."),
    "officer-affinity": N_("Why does this officer decide on this visitor so often?"),
    "officer-exceptions": N_("Why does this officer grant so many exceptions?"),
    "officer-off-hours": N_("Why does this officer decide so often outside working hours?"),
    "officer-queue-jumps": N_("Why do others go before those who waited, when this officer decides?"),
    "officer-just-before": N_("Why does this officer confirm so many ties just before the first visit?"),
    "officer-swaps": N_("Why are places that this officer frees taken by others at once?"),
}
OUTCOMES: Mapping[str, Message] = {
    "explained": N_("Explained: there is a good reason"),
    "data-mended": N_("The data were wrong and were mended"),
    "referred": N_("Passed on to whom it concerns"),
    "confirmed": N_("Confirmed: something was wrong"),
    "no-answer": N_("No answer was given"),
}
COUNTS: Mapping[str, Message] = {
    "convicts": N_("convicts"),
    "visits": N_("visits"),
    "visitors": N_("visitors"),
    "others": N_("visit this many others at least"),
    "names": N_("names"),
    "together": N_("decided by this officer"),
    "usual share": N_("usual share"),
    "count": N_("counted"),
    "chances": N_("of so many"),
    "expected": N_("usual would be"),
}
