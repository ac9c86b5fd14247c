//! The owner of a file. Every file of a knowledge base names its knowledge base and tenant, and other knowledge bases
//! refuse it.

use std::fmt;
use std::path::{self, Path};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::timestamp::Timestamp;

/// The unique number of a knowledge base: 128 bits, written as 32 hexadecimal digits.
///
/// No answer depends on it, and a copy of the folder keeps it.
///
/// ```
/// use helpdex::Identity;
///
/// let identity: Identity = "00112233445566778899aabbccddeeff".parse()?;
/// assert_eq!(identity.to_string(), "00112233445566778899aabbccddeeff");
/// # Ok::<(), helpdex::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Identity(u128);

impl Identity {
    /// Makes the identity with this number, for a host that has numbers of its own.
    #[must_use]
    pub const fn new(number: u128) -> Self {
        Self(number)
    }
}

impl fmt::Display for Identity {
    /// Writes 32 hexadecimal digits in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let is_hexadecimal = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match u128::from_str_radix(text, 16) {
            Ok(number) if is_hexadecimal => Ok(Self(number)),
            _ => Err(Error::invalid(format!(
                "identity {text:?} cannot be read; give 32 hexadecimal digits"
            ))),
        }
    }
}

impl From<Identity> for String {
    fn from(identity: Identity) -> Self {
        identity.to_string()
    }
}

impl TryFrom<String> for Identity {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

/// The knowledge base that a file belongs to, and its tenant if the host named one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub knowledge_base: Identity,
    pub tenant: Option<String>,
}

/// The first change of a knowledge base that is written to disk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum FirstChange<'a> {
    /// A publish, or a learned verdict, at this moment.
    At(Timestamp),
    /// The denial of these articles, before anything is published.
    Denied(&'a [&'a str]),
}

/// The context string that separates this hash from all others with the same input.
const DERIVATION: &str = "helpdex 2026-11 identity of a knowledge base";

impl Owner {
    /// Derives the identity from the tenant, the folder and the first change. Two knowledge bases that a script makes
    /// in the same second lie in different folders.
    pub(crate) fn derive(
        tenant: Option<&str>,
        folder: Option<&Path>,
        first: FirstChange<'_>,
    ) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(DERIVATION);
        let is_given = [u8::from(tenant.is_some()), u8::from(folder.is_some())];
        hash_part(&mut hasher, &is_given);
        hash_part(&mut hasher, tenant.unwrap_or_default().as_bytes());
        if let Some(folder) = folder {
            let absolute = path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
            hash_part(&mut hasher, absolute.as_os_str().as_encoded_bytes());
        }
        match first {
            FirstChange::At(moment) => {
                hash_part(&mut hasher, &moment.unix_seconds().to_le_bytes());
            }
            FirstChange::Denied(ids) => {
                for id in ids {
                    hash_part(&mut hasher, id.as_bytes());
                }
            }
        }
        let mut bytes = [0; 16];
        hasher.finalize_xof().fill(&mut bytes);
        Self {
            knowledge_base: Identity(u128::from_be_bytes(bytes)),
            tenant: tenant.map(str::to_owned),
        }
    }

    /// Refuses a file of another owner. `remedy` completes the sentence of the error.
    ///
    /// # Errors
    /// [`OtherOwner`](ErrorKind::OtherOwner).
    pub(crate) fn check(&self, found: &Self, remedy: &str) -> Result<()> {
        if found == self {
            return Ok(());
        }
        let message = if found.tenant == self.tenant {
            format!(
                "the file is of knowledge base {}, not of {}; {remedy}",
                found.knowledge_base, self.knowledge_base
            )
        } else {
            format!(
                "the file is of {}, not of {}; {remedy}",
                tenant_name(found.tenant.as_deref()),
                tenant_name(self.tenant.as_deref())
            )
        };
        Err(Error::new(ErrorKind::OtherOwner, message))
    }
}

/// Hashes a part with its length in front, so that different lists of parts never give the same bytes.
fn hash_part(hasher: &mut blake3::Hasher, part: &[u8]) {
    hasher.update(&(part.len() as u64).to_le_bytes());
    hasher.update(part);
}

#[cfg(test)]
impl Owner {
    /// Makes an owner for tests of files.
    pub(crate) fn example() -> Self {
        Self {
            knowledge_base: Identity(1),
            tenant: Some("acme".into()),
        }
    }
}

/// Returns the tenant as part of a sentence, such as `tenant "acme"` or `no tenant`.
pub(crate) fn tenant_name(tenant: Option<&str>) -> String {
    tenant.map_or_else(
        || "no tenant".to_owned(),
        |tenant| format!("tenant {tenant:?}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenant_folder_and_first_change_tell_knowledge_bases_apart() {
        let at = |seconds| FirstChange::At(Timestamp::from_unix_seconds(seconds));
        let folder = |name| Some(Path::new(name));
        let all = [
            Owner::derive(None, None, at(1)),
            Owner::derive(None, None, at(2)),
            Owner::derive(Some(""), None, at(1)),
            Owner::derive(Some("acme"), None, at(1)),
            Owner::derive(Some("acme"), folder("/a"), at(1)),
            Owner::derive(Some("acme"), folder("/b"), at(1)),
            Owner::derive(Some("acme"), folder("/b"), FirstChange::Denied(&["a", "b"])),
            Owner::derive(Some("acme"), folder("/b"), FirstChange::Denied(&["ab"])),
        ];
        for (number, owner) in all.iter().enumerate() {
            for other in &all[..number] {
                assert_ne!(owner.knowledge_base, other.knowledge_base);
                assert!(owner.check(other, "x").is_err());
            }
        }
        assert_eq!(all[0], Owner::derive(None, None, at(1)));
    }

    #[test]
    fn an_identity_is_32_hexadecimal_digits() {
        let text = "0123456789abcdef0123456789ABCDEF";
        let identity: Identity = text.parse().unwrap();
        assert_eq!(identity.to_string(), text.to_lowercase());
        assert_eq!(
            identity,
            Identity::new(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef)
        );
        for wrong in [
            "",
            "12",
            "+123456789abcdef0123456789abcdef0",
            &text.replace('f', "g"),
        ] {
            let error = wrong.parse::<Identity>().unwrap_err();
            assert!(
                error.to_string().contains("32 hexadecimal digits"),
                "{error}"
            );
        }
    }
}
