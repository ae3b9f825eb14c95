import unittest

import floe
from floe.ack import Sent
from floe.unacked import Unacked


class UnackedTest(unittest.TestCase):
    def batches(self, *sizes, lasting=False):
        unacked = Unacked(numbered=True, lasting=lasting)
        made = [unacked.add(b"", Sent(0, size)) for size in sizes]
        return unacked, made

    def test_offsets_leave_no_gap(self):
        unacked, made = self.batches(3, 1, 2)
        unacked.opened(10)
        self.assertEqual([10, 13, 14], [batch.offset for batch in made])
        behind = unacked.without(made[0], 10)
        self.assertEqual([10, 11], [batch.offset for batch in behind])
        self.assertEqual(13, unacked.next_offset)

    def test_a_batch_that_the_stream_has_in_part_is_not_stored(self):
        unacked, made = self.batches(3, 3)
        unacked.opened(0)
        for batch in made:
            batch.went = True
        self.assertEqual([], unacked.opened(2))
        self.assertEqual(made[:1], unacked.opened(4))

    def test_a_stream_that_is_ahead_or_behind_is_not_gone_on_with(self):
        for offset in (0, 9):
            unacked, made = self.batches(3, 3)
            unacked.opened(1)
            made[0].went = True
            with self.assertRaises(floe.FloeError):
                unacked.opened(offset)


if __name__ == "__main__":
    unittest.main()
