//! The provider's process: started by a client, or by a person who debugs it.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use terraform::server::{self, Mode, Options};
use terraform_provider_flink::provider;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const HELP: &str = "Terraform starts this program itself; see https://developer.hashicorp.com/terraform/language/providers.\n\n  --debug    serve until interrupted, and print how clients attach\n  --version  print the version\n  --help     print this text";

fn main() -> ExitCode {
    let said = match std::env::args().nth(1).as_deref() {
        None => return serve(Mode::Plugin),
        Some("--debug" | "-debug") => return serve(Mode::Debug),
        Some("--version") => format!("terraform-provider-flink {VERSION}"),
        Some(_) => HELP.to_owned(),
    };
    writeln!(io::stdout(), "{said}").map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

fn serve(mode: Mode) -> ExitCode {
    let service = provider::registry().into_service();
    let address = "terraform-provider-flink/flink";
    let stop = service.end();
    server::run(service, Options { name: "flink", address, version: VERSION, mode, stop })
}
