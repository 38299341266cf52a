"""The spiders that Scrapy lists."""
