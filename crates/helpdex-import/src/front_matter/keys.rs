//! The keys of front matter that Helpdex knows.

/// The keys of front matter from which an article is made, in lower case: Helpdex's own, and the names that common site
/// generators use for the same things.
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
