"""The workers do the work: the Celery app, its tasks, the stations of the shop, and the instrument that watches."""
