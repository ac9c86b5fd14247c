//! Collects what a source finds, and decides on visibility, locale, ids and translation groups in the same way for all
//! sources.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;

use helpdex::{Article, ArticleFields, Error, ErrorKind, Locale, Result, Visibility};

use crate::articles::{self, Articles};
use crate::claims::{Claim, settle};
use crate::error_list::ErrorList;
use crate::input::{Input, InputFile};
use crate::options::ImportOptions;
use crate::report::{Import, LeftOut, PassedOver, Warning};
use crate::restriction::Restriction;
use crate::source::Source;
use crate::spool::{Spool, Spooled};

/// The place in the input where a record was found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// The path of the file in the input.
    pub path: String,
    /// The line of the record, from 1.
    pub line: Option<usize>,
    /// The name of the record within its file.
    pub record: Option<String>,
}

/// An article as a source found it.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The fields of the article, with the visibility that the source states; the locale is "" if the source states
    /// none.
    pub fields: ArticleFields,
    pub origin: Origin,
    /// Whether the source states who may read the article.
    pub states_visibility: bool,
    /// A key or a line that seems to restrict who may read the article, but that Helpdex does not read as such.
    pub restriction: Option<Restriction>,
    /// Whether the id is the one that the path of the file gives.
    pub is_of_path: bool,
}

/// Collects the articles that a source finds.
pub(crate) struct Collector<'a> {
    pub options: &'a ImportOptions,
    import: Import,
    root: PathBuf,
    has_folders: bool,
    /// The articles, stored until it is decided which of several records with the same id keeps the id.
    spool: Spool,
    claims: Vec<Claim>,
    /// The path of the last claim, which the claims of one file share.
    place: Rc<PathBuf>,
    /// The first error that ends the import, such as a full disk.
    fatal: Option<Error>,
    /// The ids of the records that cannot be read, with their places.
    unread: BTreeMap<String, PathBuf>,
    warnings: BTreeMap<&'static str, Warning>,
    /// The paths of the files in which a record was found.
    touched: BTreeSet<String>,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(
        options: &'a ImportOptions,
        input: &Input,
        source: Source,
        detected_by: String,
    ) -> Self {
        Self {
            options,
            import: Import::of_nothing(source, detected_by),
            root: input.root.clone(),
            has_folders: input.has_folders,
            spool: Spool::new(),
            claims: Vec::new(),
            place: Rc::new(input.root.clone()),
            fatal: None,
            unread: BTreeMap::new(),
            warnings: BTreeMap::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Notes that a record was found in a file.
    fn touch(&mut self, origin: &Origin) {
        if !self.touched.contains(&origin.path) {
            self.touched.insert(origin.path.clone());
        }
    }

    /// Whether a record was found in a file, whether it is an article or not.
    pub(crate) fn is_touched(&self, file: &InputFile) -> bool {
        self.touched.contains(&file.path)
    }

    fn place(&self, origin: &Origin) -> PathBuf {
        if self.has_folders && !origin.path.is_empty() {
            self.root.join(&origin.path)
        } else {
            self.root.clone()
        }
    }

    fn at(&self, error: Error, origin: &Origin) -> Error {
        let error = error.at_path(&self.place(origin));
        let error = match &origin.record {
            Some(record) if error.article_id().is_none() => error.about_article(record),
            _ => error,
        };
        match origin.line {
            Some(line) => error.at_line(line),
            None => error,
        }
    }

    /// Adds an article that the source found.
    pub(crate) fn article(&mut self, found: Found) {
        self.import.records += 1;
        self.touch(&found.origin);
        let origin = found.origin.clone();
        let id = found.fields.id.clone();
        match self.take(found) {
            Ok(()) => {}
            Err(error) if Self::is_fatal(&error) => self.end(error),
            Err(error) => self.skip(error, &origin, Some(id)),
        }
    }

    fn take(&mut self, found: Found) -> Result<()> {
        let Found {
            mut fields,
            origin,
            states_visibility,
            restriction,
            is_of_path,
        } = found;
        let restriction = restriction
            .filter(|_| !states_visibility && self.options.visibility < Visibility::Internal);
        if restriction.is_some() {
            fields.visibility = Visibility::Internal;
        } else if !states_visibility {
            fields.visibility = self.options.visibility;
        }
        if fields.locale.is_empty() {
            let Some(locale) = &self.options.locale else {
                self.import.records -= 1;
                self.left_out(LeftOut::NoLocale, &origin);
                return Ok(());
            };
            fields.locale = locale.to_string();
        }
        let is_unproven = !states_visibility && fields.visibility == Visibility::Internal;
        if fields.title.trim().is_empty() && fields.body.trim().is_empty() {
            self.import.records -= 1;
            self.left_out(LeftOut::Empty, &origin);
            return Ok(());
        }
        let article = Article::new(fields)?;
        if let Some(restriction) = restriction {
            let line = restriction.line;
            let error = self.at(restriction.error(&article), &origin);
            let error = if line > 0 { error.at_line(line) } else { error };
            self.import.made_internal.push(error);
        }
        let place = self.place(&origin);
        if *self.place != place {
            self.place = Rc::new(place);
        }
        self.claims.push(Claim {
            id: article.id().into(),
            article: articles::put(&mut self.spool, &article)?,
            locale: article.locale().clone(),
            visibility: article.fields().visibility,
            updated_at: article.fields().updated_at,
            path: Rc::clone(&self.place),
            line: origin.line,
            is_of_path,
            is_record: origin.record.is_some(),
            is_unproven,
        });
        Ok(())
    }

    /// Stores a text until the records that it belongs to are known.
    pub(crate) fn keep(&mut self, text: &str) -> Spooled {
        self.spool.put(text.as_bytes()).unwrap_or_else(|error| {
            self.end(error);
            Spooled::default()
        })
    }

    /// Returns a text that [`keep`](Self::keep) stored in the spool.
    pub(crate) fn kept(&mut self, text: Spooled) -> String {
        let read = self.spool.get(text).unwrap_or_else(|error| {
            self.end(error);
            Vec::new()
        });
        String::from_utf8_lossy(&read).into_owned()
    }

    /// Notes an error that ends the import: the folder of temporary files is full.
    fn end(&mut self, error: Error) {
        self.fatal = self.fatal.take().or(Some(error));
    }

    /// Notes a record that is left out because it is not an article for readers.
    pub(crate) fn left_out(&mut self, reason: LeftOut, origin: &Origin) {
        self.import.records += 1;
        self.touch(origin);
        let error = self.at(Error::invalid(reason.name().replace('_', " ")), origin);
        self.import.left_out.entry(reason).or_default().push(error);
    }

    /// Notes a record that cannot be read, with the id that it would have.
    pub(crate) fn failed(&mut self, error: Error, origin: &Origin, id: Option<String>) {
        self.import.records += 1;
        self.touch(origin);
        self.skip(error, origin, id);
    }

    fn skip(&mut self, error: Error, origin: &Origin, id: Option<String>) {
        let place = self.place(origin);
        let error = if error.path().is_some() {
            error
        } else {
            self.at(error, origin)
        };
        self.import.skipped.push(error);
        match id.filter(|id| !id.is_empty()) {
            Some(id) => {
                self.import.unread_ids.insert(id.clone());
                self.unread.insert(id, place);
            }
            None => self.import.unread_without_id += 1,
        }
    }

    /// Notes a further id that an unreadable record may have.
    pub(crate) fn unread(&mut self, id: String) {
        self.import.unread_ids.insert(id);
    }

    /// Notes a file that the source does not read.
    pub(crate) fn passed_over(&mut self, file: &InputFile) {
        let passed = self.import.passed_over.entry(file.ending());
        let passed = passed.or_insert_with(|| PassedOver {
            count: 0,
            first: file.path.clone(),
        });
        passed.count += 1;
    }

    /// Notes that an address or a path of the help center leads to an article (by its id), or to another address or
    /// path.
    pub(crate) fn redirect(&mut self, from: &str, to: String) {
        let from = self.site_address(from);
        self.import.redirects.push((from, to));
    }

    /// Returns the address of a page that states its address, or its path on the site.
    pub(crate) fn site_address(&self, stated: &str) -> String {
        let path = stated.trim_start_matches('/');
        match self.options.base_url.as_deref() {
            _ if stated.contains("://") => stated.to_owned(),
            Some(base) if !base.contains("{locale}") => {
                format!("{}/{path}", base.trim_end_matches('/'))
            }
            _ => format!("/{path}"),
        }
    }

    /// Counts something that the report should mention. All warnings of a kind have one message; `first` is the place
    /// of this one.
    pub(crate) fn warn(&mut self, kind: &'static str, message: &'static str, first: &str) {
        let first: String = first.chars().take(200).collect();
        let warning = self.warnings.entry(kind).or_insert_with(|| Warning {
            kind,
            count: 0,
            first,
            message,
        });
        warning.count += 1;
    }

    /// Returns the source that is read.
    pub(crate) fn source(&self) -> Source {
        self.import.source
    }

    /// Returns the default locale.
    pub(crate) fn default_locale(&self) -> Option<&Locale> {
        self.options.locale.as_ref()
    }

    /// Decides which records keep their ids, and returns the import.
    ///
    /// # Errors
    /// [`Storage`](helpdex::ErrorKind::Storage) when the articles do not fit into the folder of temporary files.
    pub(crate) fn finish(mut self, not_followed: ErrorList) -> Result<Import> {
        if let Some(error) = self.fatal {
            return Err(error);
        }
        self.import.not_followed = not_followed;
        let claims = settle(
            self.claims,
            &self.unread,
            &mut self.spool,
            &mut self.import.skipped,
            &mut self.import.unread_ids,
        )?;
        for claim in &claims {
            self.import.unproven += usize::from(claim.is_unproven);
            let of_locale = self.import.counts.entry(claim.locale.clone()).or_default();
            *of_locale.entry(claim.visibility).or_default() += 1;
        }
        let kept = claims.iter().map(|claim| claim.article).collect();
        self.import.articles = Articles::new(self.spool, kept);
        let no_locale = self.import.left_out.get(&LeftOut::NoLocale);
        if let Some(list) = no_locale {
            self.import.warnings.push(Warning {
                kind: "no_locale",
                count: list.count(),
                first: list
                    .kept()
                    .first()
                    .and_then(|error| error.path())
                    .map(|path| path.display().to_string())
                    .unwrap_or_default(),
                message: "articles state no locale and are left out; give a default locale (--default-locale en)",
            });
        }
        self.import.warnings.extend(self.warnings.into_values());
        Ok(self.import)
    }

    /// Whether an error ends the import, such as one of the disk.
    pub(crate) fn is_fatal(error: &Error) -> bool {
        matches!(error.kind(), ErrorKind::Storage | ErrorKind::Internal)
    }
}
