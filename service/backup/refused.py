"""Why a backup or a restore was not carried out."""


class NotDone(RuntimeError):
    """Nothing was put in place. The message is one line in plain words, without anything personal."""
