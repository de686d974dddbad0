"""The app that Flower looks through: the lab's broker, and nothing of its tasks.

Flower finds its way about a Redis by the transport's name, and does not know ours.
"""

from celery import Celery

from workers import settings

app = Celery("manyhands", broker=settings.broker_url(), set_as_current=False)
app.conf.update(accept_content=["json"], broker_connection_retry_on_startup=True)
