//! Tables in Parquet: read with the feature, and named without it.

#![expect(clippy::unwrap_used, reason = "a test may end where it fails")]

mod outline;
mod whole;

use helpdex_import::{ImportOptions, Source};

use self::outline::outline;
use self::whole::read_whole;

fn options() -> ImportOptions {
    ImportOptions {
        locale: Some("en".parse().unwrap()),
        visibility: helpdex::Visibility::Public,
        columns: vec![("title".to_owned(), "Betreff".to_owned())],
        ..ImportOptions::default()
    }
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_the_feature_names_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kb.parquet"), b"PAR1rest").unwrap();
    let import = read_whole(folder.path(), &options()).unwrap();
    assert_eq!(import.source, Source::Table);
    assert_eq!(outline(&import), ["skipped 1"]);
    let error = import.skipped.kept()[0].to_string();
    assert!(error.contains("with the feature parquet"), "{error}");
}

#[cfg(feature = "parquet")]
mod reading {
    use std::fs::File;
    use std::path::Path;
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    /// Writes a table of titles, bodies, who sees them, and times.
    fn write(path: &Path, rows: &[(&str, &str, &str, i64)]) {
        let schema = "message kb { required binary Betreff (UTF8); required binary body (UTF8); required binary \"Staff access\" (UTF8); \
                      required int64 updated_at (TIMESTAMP_MILLIS); }";
        let schema = schema.replace("\"Staff access\"", "staff_access");
        let schema = Arc::new(parse_message_type(&schema).unwrap());
        let properties = Arc::new(WriterProperties::builder().build());
        let file = File::create(path).unwrap();
        let mut writer = SerializedFileWriter::new(file, schema, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let texts: [Vec<ByteArray>; 3] = [
            rows.iter().map(|row| row.0.into()).collect(),
            rows.iter().map(|row| row.1.into()).collect(),
            rows.iter().map(|row| row.2.into()).collect(),
        ];
        for texts in texts {
            let mut column = group.next_column().unwrap().unwrap();
            let typed = column.typed::<ByteArrayType>();
            typed.write_batch(&texts, None, None).unwrap();
            column.close().unwrap();
        }
        let times: Vec<i64> = rows.iter().map(|row| row.3).collect();
        let mut column = group.next_column().unwrap().unwrap();
        let typed = column.typed::<Int64Type>();
        typed.write_batch(&times, None, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
    }

    #[test]
    fn a_table_is_read_by_its_columns_and_what_restricts_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kb.parquet");
        let rows = [
            ("Open", "The text.", "no", 1_767_225_600_000),
            ("Kept", "The text.", "yes", i64::MAX),
        ];
        write(&path, &rows);
        let import = read_whole(folder.path(), &options()).unwrap();
        assert_eq!(import.source, Source::Table);
        let outline = outline(&import);
        assert!(
            outline[0].contains(" en public ") && outline[0].ends_with(": Open"),
            "{outline:?}"
        );
        assert!(
            outline[1].contains(" en internal ") && outline[1].ends_with(": Kept"),
            "{outline:?}"
        );
        let updated_at = import.articles[0].fields().updated_at.unwrap();
        assert_eq!(updated_at.to_string(), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn no_cut_or_changed_table_breaks_the_import() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kb.parquet");
        write(&path, &[("Open", "The text.", "no", 0); 3]);
        let whole = std::fs::read(&path).unwrap();
        for at in (4..whole.len()).step_by(7) {
            let mut changed = whole.clone();
            changed[at] ^= 0x55;
            std::fs::write(&path, &changed).unwrap();
            let _ = read_whole(folder.path(), &options());
            std::fs::write(&path, &whole[..at]).unwrap();
            let import = read_whole(folder.path(), &options()).unwrap();
            assert_eq!(outline(&import), ["skipped 1"]);
        }
    }
}
