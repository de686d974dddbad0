"""What is wrong is told on the page, and what to do: and it leaves by itself."""

import redis

from manyhands.lab import LAB_VARIABLE, Lab
from tests.browser.conftest import RUN_LIMIT_S, Serves, Visits

NOTICES = "document.querySelector('#notices').textContent"


def test_a_broker_that_is_gone(serve: Serves, visit: Visits, lab: Lab, broker: redis.Redis) -> None:
    look = visit()
    look.open(serve(broker_url=lab.broker.url).url)
    assert look.ask(NOTICES) == ""

    broker.shutdown(nosave=True)

    look.wait(f"{NOTICES}.startsWith('The broker does not answer.')", RUN_LIMIT_S)
    assert look.page.locator("#notices code").inner_text() == "manyhands doctor"
    # It keeps nothing on a disk, and nobody knows who is there
    assert "Nothing is lost" not in look.ask(NOTICES)
    look.wait("document.querySelector('#lab').textContent === 'Waiting for the broker'")


def test_nobody_works_for_the_pool_that_is_asked_for(serve: Serves, visit: Visits, lab: Lab) -> None:
    look = visit()
    look.open(serve(broker_url=lab.broker.url, **{LAB_VARIABLE: "yes"}).url)
    look.page.locator("#exercise").select_option("work:coffee")
    look.page.locator('#batch [data-name="pool"]').select_option("gevent")
    look.wait(f"{NOTICES}.startsWith('Nobody works the gevent queue.')")
    assert "gevent" in look.page.locator("#notices code").inner_text()

    # Where nobody works in truth, nobody is missed
    look.page.locator('[data-name="simulate"]').select_option("yes")
    look.wait(f"{NOTICES} === ''")


def test_a_page_that_is_behind_says_so_in_steps(serve: Serves, visit: Visits) -> None:
    look = visit()
    look.open(serve().url)
    told = look.ask("""import("/static/notices.js").then(({ noticesOf }) => [0.9, 4, 11, 14.9, 0.6, 0.4].map((behind_s) =>
      noticesOf({ pulse: { behind_s, broker: "ok" } }).map(({ what }) => what)))""")

    some, more = ["The page is a few seconds behind."], ["The page is more than 10\u202fs behind."]
    assert told == [[], some, more, more, some, []]
