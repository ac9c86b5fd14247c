//! Tokens by which a host states who reads.

use std::collections::HashSet;
use std::fs;

use helpdex::{Audience, Error, Result, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::access::jwt_crypto;
use crate::config::ReaderTokens;
use crate::problem::Problem;

/// The least number of bytes of an HS256 secret: as many as the signature has (RFC 7518, 3.2).
const MIN_SECRET_BYTES: usize = 32;

/// The most user segments of a reader; an article may have no more either.
const MAX_SEGMENTS: usize = 200;

/// Verifies the reader tokens of one tenant, or of every tenant.
pub(crate) struct ReaderVerifier {
    tenant: Option<String>,
    key: DecodingKey,
    validation: Validation,
}

/// The claims of a reader token.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// The Unix seconds at which the token ends.
    exp: i64,
    /// The Unix seconds before which the token is not valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    /// The tenant that the reader belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    /// The user segments of the reader.
    #[serde(default)]
    segments: Vec<String>,
}

impl ReaderVerifier {
    /// # Errors
    /// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) unless exactly one key is given and is long enough,
    /// [`Storage`](helpdex::ErrorKind::Storage) when the file of a secret cannot be read.
    pub(crate) fn new(tokens: &ReaderTokens) -> Result<Self> {
        jwt_crypto::install();
        let (key, algorithm) = match (&tokens.secret, &tokens.secret_file, &tokens.public_key) {
            (Some(secret), None, None) => (secret_key(secret)?, Algorithm::HS256),
            (None, Some(path), None) => {
                let secret = fs::read_to_string(path)
                    .map_err(|error| Error::storage("read the secret", path, error))?;
                (secret_key(secret.trim())?, Algorithm::HS256)
            }
            (None, None, Some(x)) => {
                let key = DecodingKey::from_ed_components(x).ok();
                let key = key.filter(|key| key.try_get_as_bytes().is_ok_and(|b| b.len() == 32));
                let key = key.ok_or_else(|| {
                    Error::invalid(
                        "public_key of reader_tokens is not 32 bytes in base64url without padding; give the x of the JWK",
                    )
                })?;
                (key, Algorithm::EdDSA)
            }
            _ => {
                return Err(Error::invalid(
                    "reader_tokens need exactly one of secret, secret_file and public_key",
                ));
            }
        };
        let mut validation = Validation::new(algorithm);
        // The times are compared below with the moment that the caller gives.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.validate_aud = false;
        validation.required_spec_claims = HashSet::from(["exp".to_owned()]);
        Ok(Self {
            tenant: tokens.tenant.clone(),
            key,
            validation,
        })
    }

    /// Whether the tokens of this tenant are verified with this key.
    pub(crate) fn is_for(&self, tenant: Option<&str>) -> bool {
        self.tenant.is_none() || self.tenant.as_deref() == tenant
    }

    /// Returns the audience that a token proves: a signed-in reader with their user segments, never more.
    ///
    /// # Errors
    /// Refuses a token of another key, algorithm or tenant, one that has ended or is not valid yet, and one that is
    /// valid for longer than `max_seconds`. The message does not say which key would be right.
    pub(crate) fn audience(
        &self,
        token: &str,
        tenant: Option<&str>,
        now: Timestamp,
        max_seconds: u32,
    ) -> std::result::Result<Audience, Problem> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.key, &self.validation);
        let claims = decoded
            .map_err(|_| {
                Problem::unauthorized("the reader token is not one of this service; sign it anew")
            })?
            .claims;
        let now = now.unix_seconds();
        if claims.exp <= now {
            return Err(Problem::unauthorized(
                "the reader token has ended; sign a new one",
            ));
        }
        if claims.exp > now.saturating_add(max_seconds.into()) {
            return Err(Problem::unauthorized(format!(
                "the reader token holds for more than {max_seconds} seconds; sign one that ends earlier"
            )));
        }
        if claims.nbf.is_some_and(|begin| begin > now) {
            return Err(Problem::unauthorized("the reader token does not hold yet"));
        }
        let names_tenant = claims.tenant.as_deref() == tenant;
        let may_be_silent = claims.tenant.is_none() && self.tenant.is_some();
        if !names_tenant && !may_be_silent {
            return Err(Problem::unauthorized(
                "the reader token is of another tenant",
            ));
        }
        if claims.segments.len() > MAX_SEGMENTS {
            return Err(Problem::unauthorized(format!(
                "the reader token names more than {MAX_SEGMENTS} segments"
            )));
        }
        Ok(Audience::signed_in(claims.segments))
    }
}

fn secret_key(secret: &str) -> Result<DecodingKey> {
    if secret.len() < MIN_SECRET_BYTES {
        return Err(Error::invalid(format!(
            "the secret of reader_tokens has {} bytes; give at least {MIN_SECRET_BYTES} random ones",
            secret.len()
        )));
    }
    DecodingKey::from_secret(secret.as_bytes())
        .map_err(|_| Error::invalid("the secret of reader_tokens cannot be used; give another one"))
}

/// Signs a reader token with HS256, as a host does: for a signed-in reader of these user segments, valid until `ends`.
///
/// ```
/// use helpdex_server::sign_reader_token;
///
/// let secret = "as many random bytes as a code of HS256 has";
/// let token = sign_reader_token(secret, None, &["gold"], "2026-03-01T09:10:00Z".parse()?)?;
/// assert_eq!(token.split('.').count(), 3);
/// # Ok::<(), helpdex::Error>(())
/// ```
///
/// # Errors
/// [`InvalidInput`](helpdex::ErrorKind::InvalidInput) for a secret that cannot sign.
pub fn sign_reader_token(
    secret: &str,
    tenant: Option<&str>,
    user_segments: &[&str],
    ends: Timestamp,
) -> Result<String> {
    jwt_crypto::install();
    let claims = Claims {
        exp: ends.unix_seconds(),
        nbf: None,
        tenant: tenant.map(str::to_owned),
        segments: user_segments
            .iter()
            .map(|&segment| segment.to_owned())
            .collect(),
    };
    let signed = EncodingKey::from_secret(secret.as_bytes())
        .and_then(|key| jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key));
    signed.map_err(|_| Error::invalid("the secret of reader tokens cannot sign; give another one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_keep_tokens_apart_is_refused() {
        let check = |secret: Option<&str>, public_key: Option<&str>, part: &str| {
            let tokens = ReaderTokens {
                tenant: None,
                secret: secret.map(str::to_owned),
                secret_file: None,
                public_key: public_key.map(str::to_owned),
            };
            let error = ReaderVerifier::new(&tokens).err().unwrap().to_string();
            assert!(error.contains(part), "{error}");
            assert!(!error.contains("marker"), "{error}");
        };
        check(Some("marker"), None, "at least 32");
        check(None, None, "exactly one");
        check(Some("marker"), Some("marker"), "exactly one");
        check(None, Some("marker"), "32 bytes");
        check(None, Some("****"), "32 bytes");
    }
}
