"""Scrapy settings, derived from storage.config"""

from storage import config as _config

DATELINE = _config.load()

BOT_NAME = "dateline"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
USER_AGENT = DATELINE.user_agent
LOG_LEVEL = DATELINE.log_level
LOG_FORMATTER = "crawler.extensions.QuietFormatter"

# Politeness is kept by our own gates, a host at a time and over kills: robots, delays, redirects and tries
# all pass through them, so Scrapy's parts for these are off.
ROBOTSTXT_OBEY = False
RETRY_ENABLED = False
REDIRECT_ENABLED = False
METAREFRESH_ENABLED = False
COOKIES_ENABLED = False
HTTPCACHE_ENABLED = False
AUTOTHROTTLE_ENABLED = False
DOWNLOAD_DELAY = 0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = DATELINE.concurrency
CONCURRENT_REQUESTS_PER_DOMAIN = 64

DOWNLOAD_HANDLERS_BASE: dict[str, str] = {}
DOWNLOAD_HANDLERS = dict.fromkeys(("http", "https"), "crawler.transport.WatchedHandler")
DOWNLOAD_TIMEOUT = DATELINE.page_seconds
DOWNLOAD_MAXSIZE = DATELINE.page_bytes
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.guard.GuardedResolver"
DNS_TIMEOUT = min(10.0, DATELINE.page_seconds)
URLLENGTH_LIMIT = DATELINE.url_length

# Scrapy's ways in from outside.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "*",
    "Accept-Encoding": "gzip, deflate, br, zstd",
}
# Of Scrapy's own parts only those that are used are loaded; unpacking is for the shell, since our spiders do that
# themselves. The web is all that is ever asked.
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
}
SPIDER_MIDDLEWARES_BASE = {"scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25}
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}
EXTENSIONS = {"crawler.extensions.Drain": 0}
