//! The program `veilleuse`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
