"""Fetches: Scrapy's spider, what it reads, when it comes back."""
