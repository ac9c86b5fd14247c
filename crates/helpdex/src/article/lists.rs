//! Checks the lists of an article: the number of entries, and the length of each.

use crate::error::{Error, Result};

/// The most labels, products and user segments of an article. Zendesk allows 50 labels per article and 200 content tags
/// per account (its "Guide product limits"); the larger number accepts every export.
pub(super) const MAX_ENTRIES: usize = 200;
/// The deepest path of sections. Zendesk has 6 levels, a category and 5 of sections; folders of files are deeper.
pub(super) const MAX_SECTIONS: usize = 32;
/// The longest entry of a list, in characters: what help centers accept for a name on one line.
pub(super) const MAX_ENTRY_CHARS: usize = 255;

/// Checks the number and length of the entries in a path of sections.
pub(super) fn check_sections(path: &[String]) -> Result<()> {
    check_entries("section_path", path, MAX_SECTIONS)
}

/// Checks the number and length of the entries in the list of labels, products or user segments.
pub(super) fn check_list(name: &str, list: &[String]) -> Result<()> {
    check_entries(name, list, MAX_ENTRIES)
}

fn check_entries(name: &str, list: &[String], most: usize) -> Result<()> {
    if list.len() > most {
        return Err(Error::invalid(format!(
            "{name} has {} entries; give at most {most}",
            list.len()
        )));
    }
    if list.iter().any(|entry| entry.trim().is_empty()) {
        return Err(Error::invalid(format!(
            "{name} has an empty entry; remove it"
        )));
    }
    list.iter().try_for_each(|entry| check_length(name, entry))
}

/// Checks the length of an entry, or of another text with the same limit.
pub(super) fn check_length(name: &str, entry: &str) -> Result<()> {
    let chars = entry.chars().count();
    if chars > MAX_ENTRY_CHARS {
        return Err(Error::invalid(format!(
            "{name} has an entry of {chars} characters; shorten it to {MAX_ENTRY_CHARS}"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::article::fields::ArticleFields;

    fn fields() -> ArticleFields {
        ArticleFields {
            id: "a".into(),
            locale: "en".into(),
            title: "Title".into(),
            visibility: crate::audience::Visibility::SignedIn,
            ..ArticleFields::default()
        }
    }

    #[test]
    fn a_list_that_is_too_long_and_an_entry_that_is_are_named_with_size_and_limit() {
        type List = fn(&mut ArticleFields) -> &mut Vec<String>;
        let lists: [(&str, List, usize); 4] = [
            ("section_path", |f| &mut f.section_path, 32),
            ("labels", |f| &mut f.labels, 200),
            ("products", |f| &mut f.products, 200),
            ("user_segments", |f| &mut f.user_segments, 200),
        ];
        for (name, list, most) in lists {
            let with = |entries: usize, chars: usize| {
                let mut fields = fields();
                *list(&mut fields) = vec!["\u{E15}".repeat(chars); entries];
                Article::new(fields)
            };
            assert!(with(most, 255).is_ok(), "{name}");
            let error = with(most + 1, 1).unwrap_err().to_string();
            let expected = format!("{name} has {} entries; give at most {most}", most + 1);
            assert!(error.contains(&expected), "{error}");
            let error = with(1, 256).unwrap_err().to_string();
            let expected = format!("{name} has an entry of 256 characters; shorten it to 255");
            assert!(error.contains(&expected), "{error}");
            let error = with(1, 0).unwrap_err().to_string();
            assert!(error.contains("has an empty entry"), "{error}");
        }
        let brand = Article::new(ArticleFields {
            brand: Some("x".repeat(256)),
            ..fields()
        });
        let error = brand.unwrap_err().to_string();
        assert!(
            error.contains("brand has an entry of 256 characters"),
            "{error}"
        );
    }
}
