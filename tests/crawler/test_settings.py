"""Only what is used of Scrapy is there: nothing listens, nothing but the web is asked"""

from scrapy.settings import Settings

import crawler.settings


def test_the_parts_that_are_loaded():
    found = Settings()
    found.setmodule(crawler.settings, priority="project")
    kinds = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "DOWNLOAD_HANDLERS")
    parts = {kind: {**found[kind + "_BASE"], **found[kind]} for kind in kinds}
    assert set(parts["DOWNLOAD_HANDLERS"]) == {"http", "https"}
    loaded = " ".join(str(part) for some in parts.values() for part in some)
    for unwanted in (
        "telnet",
        "remote_control",
        "cookies",
        "redirect",
        "retry",
        "robotstxt",
        "httpcache",
        "feedexport",
    ):
        assert unwanted not in loaded
    assert not found.getbool("TELNETCONSOLE_ENABLED")
    assert not found.getbool("REMOTE_CONTROL_ENABLED")
    assert found.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
