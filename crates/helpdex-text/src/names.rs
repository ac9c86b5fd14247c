//! Gives the values of an enum the names that they have in JSON, on the command line and in Python.

#[doc(hidden)]
pub use serde_core;

#[doc(hidden)]
pub use crate::error::Error;

/// Gives every value of an enum its name: `ALL`, `name()`, [`FromStr`](std::str::FromStr) and serde's two traits.
///
/// The second argument is what errors call such a value, as in "unknown source".
#[doc(hidden)]
#[macro_export]
macro_rules! names {
    ($type:ident, $what:literal { $($value:ident => $name:literal),+ $(,)? }) => {
        impl $type {
            /// All values, in the order in which the enum is declared.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$value),+];

            #[doc = concat!("Returns the name of the ", $what, $(" `", $name, "`",)+ ".")]
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $name),+
                }
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::names::Error;

            fn from_str(name: &str) -> Result<Self, Self::Err> {
                match name {
                    $($name => Ok(Self::$value),)+
                    _ => Err($crate::names::unknown($what, name, &[$($name),+])),
                }
            }
        }

        impl $crate::names::serde_core::Serialize for $type {
            fn serialize<S: $crate::names::serde_core::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> $crate::names::serde_core::Deserialize<'de> for $type {
            fn deserialize<D: $crate::names::serde_core::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let name = <std::borrow::Cow<'de, str> as $crate::names::serde_core::Deserialize>::deserialize(deserializer)?;
                name.parse().map_err($crate::names::serde_core::de::Error::custom)
            }
        }
    };
}

/// Returns the error for a name that is none of `known`.
#[doc(hidden)]
#[must_use]
pub fn unknown(what: &str, name: &str, known: &[&str]) -> Error {
    let shown: String = name.chars().take(40).collect();
    let known: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
    Error::new(format!(
        "{what} {shown:?} is unknown; give one of {}",
        known.join(", ")
    ))
}
