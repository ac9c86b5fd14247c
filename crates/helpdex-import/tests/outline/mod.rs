//! Writes an import as lines.

use crate::whole::Whole;

/// Returns one line for each article, then the reasons for records that are left out, and the number of skipped
/// records.
pub fn outline(import: &Whole) -> Vec<String> {
    let mut lines: Vec<String> = import
        .articles
        .iter()
        .map(|article| {
            let fields = article.fields();
            let segments = fields.user_segments.join("+");
            let visibility = fields.visibility.name();
            let group = article.translation_group();
            format!(
                "{} {} {visibility}{segments} {group}: {}",
                article.id(),
                fields.locale,
                fields.title
            )
        })
        .collect();
    let left_out = import.left_out.iter();
    lines.extend(left_out.map(|(reason, list)| format!("{} {}", reason.name(), list.count())));
    if import.skipped.count() > 0 {
        lines.push(format!("skipped {}", import.skipped.count()));
    }
    lines
}
