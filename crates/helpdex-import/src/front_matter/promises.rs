//! Property tests of front matter.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{FrontMatterValue, parse_front_matter, split_front_matter};

fn yaml() -> impl Strategy<Value = String> {
    let pieces: &[&str] = &[
        "a: ", "b:\n", "- ", "  ", "\n", "1.10", "true", "~", "'", "\"", "[", "]", "{", "}", ", ",
        "&x ", "*x", "<<: ", "!!int ", "!!str ", "|\n", ">-\n", "# c\n", "---\n", "...\n", "? ",
        ": ", "%", "\t", "再", ".nan", "0x1F",
    ];
    let piece = prop_oneof![
        4 => select(pieces).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn front_matter_and_body_make_up_the_file(yaml in yaml(), body in any::<String>()) {
        for file in [format!("---\n{yaml}\n---\n{body}"), yaml, body] {
            let Ok((block, rest)) = split_front_matter(&file) else {
                continue;
            };
            prop_assert!(file.ends_with(rest));
            if let Some(block) = block {
                prop_assert!(file.contains(block.yaml));
                let _ = block.parse();
            } else {
                prop_assert_eq!(rest, file.strip_prefix('\u{feff}').unwrap_or(&file));
            }
        }
    }

    #[test]
    fn front_matter_never_panics_and_is_read_the_same_twice(yaml in yaml()) {
        let once = parse_front_matter(&yaml).map_err(|error| error.to_string());
        let again = parse_front_matter(&yaml).map_err(|error| error.to_string());
        prop_assert_eq!(&again, &once);
        if let Err(error) = once {
            prop_assert!(error.starts_with("front matter, line ") && !error.contains('\n'), "{}", error);
        }
    }

    #[test]
    fn plain_values_of_front_matter_are_kept(key in "[a-z]{1,8}", value in "[a-z][a-z0-9 äก]{0,20}[a-z]", number in any::<i32>()) {
        let values = parse_front_matter(&format!("{key}: \"{value}\"\n{key}2: {number}\n")).unwrap();
        prop_assert_eq!(&values[&key], &FrontMatterValue::String(value));
        prop_assert_eq!(&values[&format!("{key}2")], &FrontMatterValue::Number(number.to_string()));
    }
}
