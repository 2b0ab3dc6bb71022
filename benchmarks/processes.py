"""What a process costs, as Linux counts it in /proc."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, in its own code and in the kernel for it; resolution 1/100 s (proc(5), `stat`)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_bytes(pid: int) -> int:
    """Resident memory of a process (proc(5), `statm`)."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def load_average() -> float:
    """The machine's load over the last minute: above two here, somebody else works too."""
    return round(os.getloadavg()[0], 2)
