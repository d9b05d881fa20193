"""/api/definitions: all that was declared and laid down, out and in."""

from __future__ import annotations

import json
from typing import Any

from fakeamqp.adapters.management.answers import DONE, Answer, bad_request, crashed, reason_of, told
from fakeamqp.adapters.management.resource import Resource
from fakeamqp.model.definitions import DefinitionsRefused
from fakeamqp.model.policy import CRASHED


class Definitions(Resource):
    """/api/definitions, /api/definitions/{vhost}"""

    def check_reader(self) -> None:
        """For administrators."""
        self.demand_administrator()

    def get(self) -> Answer:
        """Those of the whole broker, or of one virtual host."""
        name = self.asked.names.get("vhost")
        if name is not None and name not in self.model.vhosts:
            raise bad_request("vhost_not_found")
        found = self.broker.export_definitions(name)
        file = self.asked.query.get("download")
        headers = {} if file is None else {"Content-Disposition": f"attachment; filename={file}"}
        return self.tell(found, headers) if self.dialect.columns_of_definitions else told(found, headers)

    def post(self) -> Answer:
        """Bring definitions in; what comes before something that is refused is there then."""
        name = None if "vhost" not in self.asked.names else self.vhost_to_change.name
        try:
            self.broker.import_definitions(self._read(), name)
        except DefinitionsRefused as refused:
            reason = reason_of(ValueError(refused.reason))
            raise crashed() if reason == CRASHED else bad_request(reason) from None
        return DONE

    def _read(self) -> dict[str, Any]:
        try:
            given = json.loads(self.asked.content)
        except ValueError:
            given = None
        if not isinstance(given, dict):
            raise bad_request("failed_to_parse_json")
        return given
