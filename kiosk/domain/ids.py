"""Names for the identifiers of the branch, so that one is never taken for another."""

from typing import NewType

BranchId = NewType("BranchId", str)
TicketId = NewType("TicketId", str)
"""Opaque, unique for ever; every verb addresses a ticket by it, never by its number."""
VisitId = NewType("VisitId", str)
"""One person's stay in the hall; it may hold several tickets."""
QueueId = NewType("QueueId", str)
ServiceId = NewType("ServiceId", str)
CounterId = NewType("CounterId", str)
ClassId = NewType("ClassId", str)
"""A priority class: ``regular``, ``vip``, ``appointment`` or one of the site's own."""
SegmentId = NewType("SegmentId", str)
ClientRef = NewType("ClientRef", str)
"""The clients database's opaque reference of a client; no part of it tells who that is."""
StaffRef = NewType("StaffRef", str)
"""The accounts database's opaque reference of a member of staff."""
DeviceId = NewType("DeviceId", str)
AlertId = NewType("AlertId", str)
"""Its cause and recipient, in a form that stands in addresses."""
JobId = NewType("JobId", str)
"""One attempt to put one slip on paper."""
CardToken = NewType("CardToken", str)
"""HMAC-SHA-256 of a card number under the bank's key, hexadecimal: all that is known of it."""
Language = NewType("Language", str)
"""A lower-case code of ISO 639-1: ``zh``, ``en``, ``ru``, ``cs``, ``kk``."""
