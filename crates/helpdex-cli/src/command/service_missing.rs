//! `helpdex serve`, `helpdex mcp` and `helpdex demo` of a command that was built without the service.

use std::ffi::OsString;

use clap::Args;

use crate::failure::Failure;

/// This command was built without the service.
#[derive(Args)]
pub(crate) struct Missing {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _arguments: Vec<OsString>,
}

pub(crate) type Serve = Missing;
pub(crate) type Demo = Missing;
pub(crate) type Mcp = Missing;

impl Missing {
    #[expect(clippy::unused_self, reason = "it runs as every command")]
    pub(crate) fn run(&self) -> Result<(), Failure> {
        Err(
            "this helpdex was built without the service; install it with: cargo install --path crates/helpdex-cli \
             --features server"
                .into(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_without_the_service_says_how_to_get_it() {
        let missing = Missing {
            _arguments: vec!["--kb".into()],
        };
        let message = missing.run().unwrap_err().to_string();
        assert!(message.contains("--features server"), "{message}");
    }
}
