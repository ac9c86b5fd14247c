//! The chance coverage of a generation, by visibility and locale.

use std::collections::BTreeMap;

use helpdex_text::Locale;

use crate::audience::Audience;
use crate::error::Result;
use crate::index::columns::{Facets, Validity};
use crate::index::hashes::{ContentHash, combine};
use crate::search::chance_coverage::ChanceCoverage;
use crate::search::measure_chance;
use crate::snapshot::generation::Generation;
use crate::snapshot::manifest::MeasuredChance;

impl Generation {
    /// Measures the chance coverage where the articles have changed since the last measurement. Articles that are not
    /// valid at every moment are left out, because readers at another moment must not notice them.
    pub(super) fn measure_chance(&mut self) -> Result<()> {
        let mut chance = BTreeMap::new();
        for &class in self.classes.keys() {
            let mut locales = BTreeMap::new();
            let known = self.chance.get(&class);
            for (locale, view) in
                self.views_at(&Audience::of_class(class), Validity::Always, |_| true)
            {
                let known = known.and_then(|known| known.get(locale.as_str()));
                let measured = match known {
                    Some(known) if known.content_hash == *view.content_hash() => known.clone(),
                    _ => MeasuredChance {
                        content_hash: *view.content_hash(),
                        coverage: measure_chance::measure(&view, locale)?,
                    },
                };
                locales.insert(locale.to_string(), measured);
            }
            chance.insert(class, locales);
        }
        self.chance = chance;
        Ok(())
    }

    /// Returns how much of a text an article of the locale covers by chance, among those that the audience's class may see.
    pub(crate) fn chance_coverage(&self, audience: &Audience, locale: &Locale) -> ChanceCoverage {
        self.measured_chance(audience, locale)
            .map_or_else(ChanceCoverage::default, |measured| measured.coverage)
    }

    fn measured_chance(&self, audience: &Audience, locale: &Locale) -> Option<&MeasuredChance> {
        let mut seen = self.chance.iter().rev();
        let (_, locales) = seen.find(|(class, _)| audience.sees_class(**class))?;
        locales.get(locale.as_str())
    }

    /// Returns the same as [`chance_coverage`](Self::chance_coverage), among the articles that pass the filter alone. It is
    /// measured when it is first asked for.
    pub(crate) fn filtered_chance_coverage(
        &self,
        audience: &Audience,
        locale: &Locale,
        filter: impl Fn(&Facets) -> bool,
    ) -> Result<ChanceCoverage> {
        // As without a filter: those of user segments stay out.
        let audience = Audience::of_class(audience.visibility());
        let mut content_hash = ContentHash::default();
        for (visibility, class) in &self.classes {
            if let Some(segment) = class.segments.get(locale)
                && audience.sees_class(*visibility)
            {
                let denied = self.denied_in(*visibility, locale);
                let hash = segment.allowed_hash(
                    |facets| audience.sees_segments(&facets.user_segments) && filter(facets),
                    Validity::Always,
                    denied,
                );
                combine(&mut content_hash, &hash);
            }
        }
        if let Some(measured) = self.measured_chance(&audience, locale)
            && measured.content_hash == content_hash
        {
            return Ok(measured.coverage);
        }
        self.filtered_chances.find(locale, &content_hash, || {
            let views = self.views_at(&audience, Validity::Always, &filter);
            let view = views.get(locale);
            view.map_or(Ok(ChanceCoverage::default()), |view| {
                measure_chance::measure(view, locale)
            })
        })
    }
}
