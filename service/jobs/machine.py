"""Whether a process of this machine is still the one that it was: how a successor knows that it waits for nobody."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_FORM = "process"


@dataclass(frozen=True)
class Machine:
    """A world of process numbers: one machine since its start, one container of it.

    `place` tells it apart from every other, "" where that cannot be said; then nobody is ever called dead. Two that
    bear the same name at different times are no danger: whoever ran in the earlier one is gone.
    """

    place: str
    proc: Path = PROC

    def holder(self, mark: str, pid: int | None = None) -> str:
        """A name for a process of this machine (this one, unless `pid` says otherwise): at most 64 characters.

        `mark` (up to 16 characters) tells apart two that the kernel gave the same number and the same moment.
        """
        number = os.getpid() if pid is None else pid
        began = self._began(number)
        return f"{_FORM} {self.place or '-'} {number} {'-' if began is None else began} {mark[:16]}"

    def is_dead(self, holder: str) -> bool:
        """Whether the process that `holder` names has ended. False wherever that is not certain.

        Another machine's, another container's, and a name that is none of `holder`'s are never certain.
        """
        words = holder.split()
        if len(words) != 5 or words[0] != _FORM or not self.place or words[1] != self.place:
            return False
        if not (words[2].isdigit() and words[3].isdigit()):
            return False
        pid, began = int(words[2]), int(words[3])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except OSError:  # another account's: it lives, and /proc may be closed to us
            pass
        now = self._began(pid)
        return now is not None and now != began

    def _began(self, pid: int) -> int | None:
        """When a process began, in the kernel's ticks; -1 of one that has ended and waits to be collected.

        None where it cannot be read. See proc(5): the fields after the name, which itself may hold brackets.
        """
        try:
            told = (self.proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = told.rpartition(")")[2].split()
        if len(fields) < 20:
            return None
        return -1 if fields[0] in ("Z", "X") else int(fields[19])


def this_machine(proc: Path = PROC) -> Machine:
    """This machine, as the kernel tells it: this start of it, and the namespace that process numbers belong to."""
    try:
        if (proc / "self").readlink().name != str(os.getpid()):  # a /proc of other numbers than ours
            return Machine("", proc)
        told = [
            (proc / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip(),
            *(str((proc / "self/ns" / name).readlink()) for name in ("pid", "time")),
        ]
    except OSError:
        return Machine("", proc)
    return Machine(hashlib.sha256("\0".join(told).encode()).hexdigest()[:16], proc)
