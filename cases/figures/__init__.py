"""Figures by day and month, for staff and for everybody. They name nobody."""
