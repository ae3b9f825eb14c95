import random
import unittest

import floe
from tests.fake_server import KEY, Break, FakeServer, Storage

WAIT_SECONDS = 10


def setUpModule():
    unittest.addModuleCleanup(setattr, floe.rpc, "_RETRY_SECONDS", floe.rpc._RETRY_SECONDS)
    floe.rpc._RETRY_SECONDS = 0.02


class TwoServersTest(unittest.TestCase):
    def setUp(self):
        storage = Storage()
        self.servers = [FakeServer(storage=storage), FakeServer(storage=storage)]
        both = "ipv4:" + ",".join(server.target for server in self.servers)
        self.client = floe.connect(floe.Endpoints(both, both, both), api_key=KEY, call_seconds=5)

    def tearDown(self):
        self.client.close()
        for server in self.servers:
            server.close()

    def test_a_writer_goes_on_at_another_server(self):
        with self.client.writer("events", batch_rows=2, in_flight=4, patience=WAIT_SECONDS) as writer:
            for id in range(40):
                writer.append({"id": id})
                if id == 20:
                    max(self.servers, key=lambda server: server.calls).close()
        self.assertEqual(list(range(40)), self.servers[0].ids())
        self.assertTrue(all(server.calls for server in self.servers))

    def test_a_stream_that_changes_servers_at_random_has_each_row_once(self):
        clients = [floe.connect(server.target, api_key=KEY, call_seconds=5) for server in self.servers]
        for seed in range(4):
            rnd = random.Random(seed)
            before = len(self.servers[0].stored)

            def breaks(n, request, rnd=rnd):
                if rnd.random() < 0.1:
                    raise Break(stored=rnd.random() < 0.5)

            for server in self.servers:
                server.on_append = breaks
            stream, rows = f"import-{seed}", 60
            at = 0
            while at < rows:
                client = rnd.choice(clients)
                writer = client.writer("events", stream=stream, batch_rows=rnd.randrange(1, 6), patience=WAIT_SECONDS)
                at = writer.next_offset
                for id in range(at, min(rows, at + rnd.randrange(1, 30))):
                    writer.append({"id": id})
                if rnd.random() < 0.5:
                    writer.close()
                else:
                    writer._stream.close()  # as if its process was gone
            self.assertEqual(list(range(rows)), self.servers[0].ids()[before:], f"seed {seed}")
        for client in clients:
            client.close()


if __name__ == "__main__":
    unittest.main()
