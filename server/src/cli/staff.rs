use std::{io::Read as _, process::ExitCode};

use app::words::Lang;
use domain::{
    access::Role,
    act::Envelope,
    fields::{Fields, Form as _},
    ids::ActId,
    refused::{Field, Refused},
    team::AddStaff,
};
use store::{Actor, Settings};

use crate::cli::outcome::{Failed, open};

/// Adds an account. The password is read from standard input, so that it does not appear on the command line.
pub async fn add(w: Lang, settings: &Settings, role: Role, login: String, name: String) -> Result<ExitCode, Failed> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).map_err(|error| Failed(error.to_string()))?;
    let password =
        password.strip_suffix('\n').map_or(password.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    let fields = Fields::default()
        .with(Field::Login, login.as_str())
        .with(Field::Name, name)
        .with(Field::Role, role.code())
        .with(Field::Password, password);
    let act = AddStaff::read(&fields).map_err(Refused::Faults)?;
    let store = open(settings).await?;
    let outcome = store.act(&Actor::operator(), Envelope { id: ActId(store::new_id()), act }).await;
    store.close().await;
    outcome?;
    println!("{}", w.cli_staff_done(&login));
    Ok(ExitCode::SUCCESS)
}
