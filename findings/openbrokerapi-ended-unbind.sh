#!/bin/sh
# openbrokerapi 4.7.3 (Python), with Flask 3.1.3.
#
# Once an asynchronous delete has ended, last_operation has nothing left to tell of. For an instance the library knows
# that: a broker that raises ErrInstanceDoesNotExist is answered for with 410, which platforms read as the end of the
# delete. For a binding it does not: ErrBindingDoesNotExist, the same word for the same thing, becomes a 500. A
# platform that takes a 500 for "ask again later" polls an unbind that has long ended until its time is up.
#
# Seen: last_operation of an instance 410, of a binding 500.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check openbrokerapi==4.7.3 flask==3.1.3

cat > broker.py <<'PY'
import logging

from flask import Flask
from openbrokerapi import api, errors
from openbrokerapi.catalog import ServicePlan
from openbrokerapi.service_broker import Service, ServiceBroker


class Broker(ServiceBroker):
    def catalog(self):
        return Service("s", "service", "A service", True, [ServicePlan("p", "plan", "A plan")])

    def last_operation(self, instance_id, operation_data, **ids):
        raise errors.ErrInstanceDoesNotExist()

    def last_binding_operation(self, instance_id, binding_id, operation_data, **ids):
        raise errors.ErrBindingDoesNotExist()


logging.disable(logging.CRITICAL)
app = Flask("broker")
app.register_blueprint(api.get_blueprint(Broker(), api.BrokerCredentials("me", "pass"), logging.getLogger()))
client = app.test_client()
for path in ("i", "i/service_bindings/b"):
    answer = client.get(
        f"/v2/service_instances/{path}/last_operation",
        headers={"X-Broker-API-Version": "2.17"},
        auth=("me", "pass"),
    )
    print(answer.status_code)
PY
venv/bin/python broker.py > seen
printf '410\n500\n' | diff - seen
echo "as described: 410 for an instance, 500 for a binding"
