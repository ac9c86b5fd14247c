//! The curve of thresholds: coverage and precision at each.

use serde::Serialize;

use super::count::count;
use super::interval::clopper_pearson;
use super::labelled::LabelledPredictions;

/// The most points of a curve: enough for a smooth line.
const POINTS: usize = 50;

/// The coverage and precision of a threshold over the labelled predictions.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CurvePoint {
    /// The threshold: answers with at least this probability are shown.
    pub threshold: f64,
    /// The share of the decided tickets that are shown an answer, in (0, 1].
    pub coverage: f64,
    /// The share of right answers among those shown, in [0, 1].
    pub precision: f64,
    /// The lower end of the 95% interval of the precision (Clopper and Pearson 1934), for this threshold alone.
    pub low: f64,
    /// The upper end of the 95% interval of the precision.
    pub high: f64,
}

impl LabelledPredictions {
    /// Returns coverage and precision at thresholds, from the strictest one to the one that shows everything: at most
    /// 50 points of about equal distance in coverage; none without predictions.
    #[must_use]
    pub fn curve(&self) -> Vec<CurvePoint> {
        let points = POINTS.min(self.len());
        let mut sets: Vec<_> = (1..=points)
            .map(|point| self.set_of((point * self.len()).div_ceil(points)))
            .collect();
        sets.dedup_by_key(|set| set.decided());
        let curve = sets.into_iter().filter_map(|set| {
            let precision = clopper_pearson(set.right, set.decided())?;
            Some(CurvePoint {
                threshold: set.threshold,
                coverage: count(set.decided()) / count(self.len()),
                precision: precision.value,
                low: precision.low,
                high: precision.high,
            })
        });
        curve.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_from_the_surest_to_all() {
        let predictions = [(0.9, true), (0.2, false), (0.5, true), (0.5, false)];
        let curve = LabelledPredictions::new(predictions).curve();
        let points: Vec<(f64, f64, f64)> = curve
            .iter()
            .map(|point| (point.threshold, point.coverage, point.precision))
            .collect();
        assert_eq!(
            points,
            [(0.9, 0.25, 1.0), (0.5, 0.75, 2.0 / 3.0), (0.2, 1.0, 0.5)]
        );
        assert!(
            curve
                .iter()
                .all(|point| point.low <= point.precision && point.precision <= point.high)
        );
        assert_eq!(LabelledPredictions::default().curve(), []);
    }

    #[test]
    fn a_curve_of_many_has_50_points() {
        let predictions = (0..1_234).map(|i| (f64::from(i) / 1_234.0, i % 3 == 0));
        let curve = LabelledPredictions::new(predictions).curve();
        assert_eq!(curve.len(), 50);
        assert!((curve[49].coverage - 1.0).abs() < 1e-12);
    }
}
