"""Every table: a foreign key names its target by word, so all must be known before the first write"""

from storage.models import article, operation, page, portal, story

MODULES = (article, operation, page, portal, story)
