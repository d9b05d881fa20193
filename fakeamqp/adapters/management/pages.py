"""What stands where a browser looks: a page in place of RabbitMQ's own."""

from __future__ import annotations

from fakeamqp.adapters.management.answers import Answer, missing
from fakeamqp.adapters.management.resource import Resource

_PAGE = """<!DOCTYPE html>
<html>
  <head><title>fakeamqp</title></head>
  <body>
    <h1>RabbitMQ {version}, in memory</h1>
    <p>This is fakeamqp. It has RabbitMQ's management HTTP API, below <code>/api</code>, and no page for it.</p>
  </body>
</html>
"""


class Page(Resource):
    """/, /index.html, /api/index.html, /cli/index.html"""

    open = True

    def get(self) -> Answer:
        """A short page."""
        return Answer(200, _PAGE.format(version=self.broker.profile.release), content_type="text/html")


class Nothing(Resource):
    """Every other path, as that of a file that is not there: it can be read, if it were there, and nothing else."""

    open = True

    def get(self) -> Answer:
        """There is no such file."""
        raise missing()


class ToIndex(Resource):
    """/api and /cli"""

    open = True

    def get(self) -> Answer:
        """Where their pages are."""
        return Answer(301, headers={"Location": f"/{self.asked.path[0]}/index.html"})
