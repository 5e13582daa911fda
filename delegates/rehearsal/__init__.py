"""A whole day of a conference, walked through the services before it comes; nothing of it stays.

| module | what |
|---|---|
| day | the steps: what every room, province and delegate would do, at the hours of the day |
| preparing | what officers and staff do with the rooms before the day |
| filling | delegates for provinces whose list has not come yet |
| checks | what has to agree with what at the end |
"""

from delegates.rehearsal.day import Rehearsal, rehearse

__all__ = ["Rehearsal", "rehearse"]
