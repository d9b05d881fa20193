import subprocess


def test_an_order_waits_to_be_packed(fakeamqp_server, node_packages):
    subprocess.run(["node", "tests/clients/node/order_cloudamqp.mjs", fakeamqp_server.url], check=True, timeout=30)
    assert [message.body for message in fakeamqp_server.broker.queue("orders").messages] == [b"tea"]
