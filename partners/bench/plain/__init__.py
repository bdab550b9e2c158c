"""What the feed is measured against: lists as one writes them with the REST framework in ten lines.

They stand in the same server, behind the same middleware and the same keys, and read pages of the
same table along the same index. They count no requests, note no position, know no cursor.
"""
