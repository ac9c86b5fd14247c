//! The keys that are read.

/// The keys of front matter that an article is made of, in lower case: those of Helpdex, and what common site generators call
/// the same.
pub const ARTICLE_KEYS: [&str; 22] = [
    "id",
    "slug",
    "translation_group",
    "locale",
    "lang",
    "title",
    "section_path",
    "labels",
    "tags",
    "products",
    "brand",
    "status",
    "draft",
    "published",
    "visibility",
    "user_segments",
    "valid_from",
    "valid_until",
    "updated_at",
    "lastmod",
    "url",
    "permalink",
];
