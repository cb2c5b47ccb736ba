//! What a writer meant to do and what she was told, on disk before anything else happens.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// A ledger being written.
pub struct Ledger {
    file: File,
}

/// An act of a ledger.
#[derive(Clone, Debug)]
pub struct Entry {
    pub id: String,
    pub path: String,
    /// The form, as it was sent.
    pub body: String,
    pub told: Told,
}

/// What the writer was told of her act.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// It is done; this is the answer.
    Acked(Value),
    /// It is done, it says, and the power had been cut: nobody can have heard that.
    Late(Value),
    /// It was refused: 4xx.
    Refused(u16),
    /// Nothing, or that the house cannot answer: 5xx.
    Nothing,
}

impl Ledger {
    pub fn new(path: &Path) -> Self {
        Self { file: File::options().create_new(true).append(true).open(path).unwrap() }
    }

    /// She is about to send an act.
    pub fn intent(&mut self, id: &str, path: &str, body: &str) {
        self.line(&format!("intent {id} {path} {body}\n"));
    }

    /// She was told that it is done.
    pub fn ack(&mut self, id: &str, answer: &str) {
        self.line(&format!("ack {id} {}\n", answer.trim()));
    }

    /// The answer of an act came after the cut.
    pub fn late(&mut self, id: &str, answer: &str) {
        self.line(&format!("late {id} {}\n", answer.trim()));
    }

    /// She was told that it is not.
    pub fn refused(&mut self, id: &str, status: u16) {
        self.line(&format!("refused {id} {status}\n"));
    }

    fn line(&mut self, line: &str) {
        self.file.write_all(line.as_bytes()).unwrap();
        self.file.sync_data().unwrap();
    }
}

/// The acts of a ledger, in order.
pub fn read(path: &PathBuf) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let mut words = line.splitn(3, ' ');
        let (what, id, rest) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        if what == "intent" {
            let (path, body) = rest.split_once(' ').unwrap();
            entries.push(Entry { id: id.into(), path: path.into(), body: body.into(), told: Told::Nothing });
            continue;
        }
        // A writer has one act under way at a time: its answer follows it.
        let entry = entries.last_mut().filter(|entry| entry.id == id).expect("an answer follows its intent");
        entry.told = match what {
            "ack" => Told::Acked(serde_json::from_str(rest).expect("an answer in JSON")),
            "late" => Told::Late(serde_json::from_str(rest).expect("an answer in JSON")),
            "refused" => Told::Refused(rest.parse().unwrap()),
            other => panic!("{other} in a ledger"),
        };
    }
    entries
}
