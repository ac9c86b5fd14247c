//! Finds the number of a ticket in the path of a file.

/// Returns the number that a file of the messages of one ticket has in its path, as in `tickets/42/comments.json` and
/// `42.json`.
pub(super) fn number_of_path(path: &str) -> Option<String> {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut parts = stem.rsplit('/');
    parts
        .find(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_stands_for_the_file_or_its_folder() {
        assert_eq!(number_of_path("tickets/42/comments.json").unwrap(), "42");
        assert_eq!(number_of_path("2026/42.json").unwrap(), "42");
        assert_eq!(number_of_path("comments.json"), None);
    }
}
