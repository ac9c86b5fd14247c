//! Who sends a request: its key, its origin, its tenant, and the audience for which it is answered.

mod jwt_crypto;
pub(crate) mod keys;
pub(crate) mod reader_token;

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use helpdex::Audience;

use crate::access::keys::Permission;
use crate::clock;
use crate::problem::Problem;
use crate::state::State;

/// The name of the header with the token of a signed-in reader.
pub(crate) const READER_TOKEN: &str = "helpdex-reader";

/// The name of the header in which a request with a key for every tenant names its tenant.
pub(crate) const TENANT: &str = "helpdex-tenant";

/// The names of query parameters that would contain a key. They are refused, because addresses are written to logs and
/// histories.
const KEY_PARAMETERS: [&str; 7] = [
    "key",
    "api_key",
    "apikey",
    "token",
    "access_token",
    "authorization",
    "secret",
];

/// A request that may ask for suggestions: with any configured key, or with none if the service has no keys.
#[derive(Debug)]
pub(crate) struct Access {
    pub permission: Permission,
    /// The tenant of the request; `None` if the service has a single knowledge base.
    pub tenant: Option<String>,
    /// The readers for whom the request is answered: the public, or the signed-in reader of a verified token.
    pub audience: Audience,
}

/// A request with a server key, which may use every address of the service.
#[derive(Debug)]
pub(crate) struct ServerAccess(pub Access);

impl FromRequestParts<State> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        refuse_key_in_address(parts.uri.query())?;
        let permission = permission(&parts.headers, state)?;
        check_origin(parts, &permission)?;
        state.rates.check(
            permission.id(),
            matches!(permission, Permission::Server { .. }),
            client_address(parts, state),
        )?;
        let tenant = tenant(&parts.headers, &permission)?;
        let audience = audience(&parts.headers, state, tenant.as_deref())?;
        tracing::Span::current().record("key", permission.id());
        Ok(Self {
            permission,
            tenant,
            audience,
        })
    }
}

impl FromRequestParts<State> for ServerAccess {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &State) -> Result<Self, Problem> {
        let access = Access::from_request_parts(parts, state).await?;
        match access.permission {
            Permission::Server { .. } => Ok(Self(access)),
            Permission::Open => Err(Problem::unauthorized(
                "this needs a server key; configure one, and send it in the Authorization header",
            )),
            Permission::Site(_) => Err(Problem::forbidden(
                "a site key may not do this; send a server key from a program of your own",
            )),
        }
    }
}

fn refuse_key_in_address(query: Option<&str>) -> Result<(), Problem> {
    let names = query.unwrap_or_default().split('&');
    let mut names = names.map(|pair| pair.split('=').next().unwrap_or_default());
    if names.any(is_key_parameter) {
        return Err(Problem::invalid(
            "an address must hold no key, since addresses are logged; send it in the Authorization header",
        ));
    }
    Ok(())
}

fn is_key_parameter(name: &str) -> bool {
    let mut all = KEY_PARAMETERS.iter();
    all.any(|key| key.eq_ignore_ascii_case(name))
}

/// Returns what the key of the request permits, or a refusal.
fn permission(headers: &HeaderMap, state: &State) -> Result<Permission, Problem> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = given.next() else {
        if state.keys.is_empty() {
            return Ok(Permission::Open);
        }
        return Err(Problem::unauthorized(
            "there is no key; send one in the header Authorization: Bearer",
        ));
    };
    let text = value.to_str().unwrap_or_default();
    let (scheme, key) = text.split_once(' ').unwrap_or_default();
    let is_one = given.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    is_one
        .then(|| state.keys.find(key.trim()))
        .flatten()
        .ok_or_else(|| Problem::unauthorized("the key is not one of this service"))
}

/// Refuses a request from a page whose origin the key is not for. Browsers state the origin, and a page cannot change
/// it.
fn check_origin(parts: &Parts, permission: &Permission) -> Result<(), Problem> {
    let origin = parts
        .headers
        .get(ORIGIN)
        .map(|value| value.to_str().unwrap_or("null"));
    let host = parts
        .headers
        .get(HOST)
        .and_then(|value| value.to_str().ok());
    match (permission, origin) {
        (Permission::Server { .. }, _) => Ok(()),
        (Permission::Open, origin) => {
            // A page of another site may let its name point to this machine: the host of the request then names that site.
            let host = host.unwrap_or_default();
            let is_own = origin.is_none_or(|origin| origin.strip_prefix("http://") == Some(host));
            if is_loopback(host) && is_own {
                return Ok(());
            }
            Err(Problem::forbidden(
                "without keys the service answers programs and pages of this machine only; configure a site key",
            ))
        }
        (Permission::Site(key), Some(origin)) if key.origins.contains(origin) => Ok(()),
        // Browsers leave the origin out only where a page reads from its own.
        (Permission::Site(_), None) if parts.method == Method::GET => Ok(()),
        (Permission::Site(_), _) => Err(Problem::forbidden(
            "the site key is not for pages of this origin; add the origin to its origins",
        )),
    }
}

/// Whether the host in a request is one of this machine's own names, such as `localhost`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Returns the address of the client: that of the connection, or the one that the configured proxy states; `None` if
/// neither is known.
fn client_address(parts: &Parts, state: &State) -> Option<IpAddr> {
    if let Some(header) = &state.config.client_address_header {
        let last = parts.headers.get_all(header.as_str()).iter().next_back()?;
        let last = last.to_str().ok()?.rsplit(',').next()?;
        return last.trim().parse().ok();
    }
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>()?;
    Some(connection.0.ip())
}

fn tenant(headers: &HeaderMap, permission: &Permission) -> Result<Option<String>, Problem> {
    let named = headers
        .get(TENANT)
        .map(|value| value.to_str().unwrap_or_default());
    if permission.is_for_any_tenant() {
        return match named {
            Some(name) => Ok(Some(name.to_owned())),
            None => Err(Problem::invalid(
                "this key is for every tenant; name one in the header Helpdex-Tenant",
            )),
        };
    }
    let own = permission.tenant();
    if named.is_some() && named != own {
        return Err(Problem::forbidden("the key is not for this tenant"));
    }
    Ok(own.map(str::to_owned))
}

/// Returns the audience that the reader token of the request proves; the public without a token.
fn audience(headers: &HeaderMap, state: &State, tenant: Option<&str>) -> Result<Audience, Problem> {
    let mut given = headers.get_all(READER_TOKEN).iter();
    let Some(token) = given.next() else {
        return Ok(Audience::public());
    };
    let token = token.to_str().unwrap_or_default();
    if given.next().is_some() {
        return Err(Problem::unauthorized(
            "there are two reader tokens; send one",
        ));
    }
    let now = clock::now();
    let max_seconds = state.config.limits.reader_token_seconds;
    let mut refused = None;
    for verifier in state.readers.iter().filter(|one| one.is_for(tenant)) {
        match verifier.audience(token, tenant, now, max_seconds) {
            Ok(audience) => return Ok(audience),
            Err(problem) => refused = Some(problem),
        }
    }
    Err(refused.unwrap_or_else(|| {
        Problem::unauthorized(
            "no key that verifies reader tokens is configured; configure reader_tokens",
        )
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_the_loopback() {
        for host in [
            "localhost",
            "localhost:7070",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:80",
            "[::1]",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "localhost.example.org:80",
            "10.0.0.1",
            "127.0.0.1.example.org",
            "[::2]:1",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_key_in_an_address_is_refused_by_its_name() {
        for query in ["key=x", "a=1&API_KEY=x", "token", "access_token=x"] {
            assert!(refuse_key_in_address(Some(query)).is_err(), "{query}");
        }
        for query in ["", "a=key", "keys=1"] {
            assert!(refuse_key_in_address(Some(query)).is_ok(), "{query}");
        }
    }
}
