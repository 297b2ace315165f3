"""The verifier: folds the record into the rows it says there are and compares every cell of every table with it."""

from service.store.verify.finding import Finding
from service.store.verify.raw import NotReadable
from service.store.verify.run import Report, inspect, inspect_record, verify

__all__ = ["Finding", "NotReadable", "Report", "inspect", "inspect_record", "verify"]
