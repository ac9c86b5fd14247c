"""Cases of figures.py, computed by hand."""

import unittest

from figures import Ratio, exponent, least_of_rounds, median_difference, overlap, percentile, ratio


class Figures(unittest.TestCase):
    def test_a_percentile_is_one_of_the_values(self) -> None:
        values = [40, 10, 30, 20]
        self.assertEqual([percentile(values, share) for share in (0.5, 0.51, 0.95, 0)], [20, 30, 40, 10])
        self.assertEqual(percentile(range(1, 101), 0.99), 99)

    def test_the_least_is_taken_a_query_and_a_cut_round_misses_the_last_ones(self) -> None:
        self.assertEqual(least_of_rounds([[3, 9, 5], [4, 8]]), [3, 8, 5])

    def test_a_ratio_compares_medians_of_one_round_over_queries_that_both_reached(self) -> None:
        # Rounds: 2 / 4, 6 / 2, and 3 / 1, where the third query was not reached.
        rounds, base = [[1, 2, 3], [6, 6, 6], [3, 3]], [[4, 4, 4], [2, 2, 2], [1, 1, 100]]
        self.assertEqual(ratio(rounds, base), Ratio(3, 0.5, 3))

    def test_overlap_is_a_share_of_the_reference(self) -> None:
        # 2 of 4, and 1 of 1; the query without a reference is left out.
        found, reference = [["a", "b", "x"], ["c", "d"], ["e"]], [["a", "b", "c", "d"], ["c"], []]
        self.assertEqual(overlap(found, reference), 0.75)
        self.assertIsNone(overlap([["a"]], [[]]))

    def test_a_difference_is_the_median_over_queries(self) -> None:
        self.assertEqual(median_difference([5, 9, 100], [4, 6, 8]), 3)

    def test_twice_the_size_and_four_times_the_time_is_a_square(self) -> None:
        self.assertAlmostEqual(exponent(400, 100, 20, 10), 2)


if __name__ == "__main__":
    unittest.main()
