//! Comparing what people were told with what the data holds.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use serde_json::Value;
use store::testing::raw_texts;
use tokio::task::JoinSet;

use crate::{
    browser::Browser,
    house::Place,
    ledger::{Entry, Told},
    load::People,
};

/// Everything that was ever told, over all interruptions.
#[derive(Default)]
pub struct Truth {
    /// Acts that are done for good, with their answers.
    done: HashMap<String, Value>,
    /// Acts that were refused for good.
    never: Vec<String>,
    pub figures: Figures,
}

/// What is printed at the end.
#[derive(Debug, Default)]
pub struct Figures {
    /// Acts sent.
    pub sent: usize,
    /// Acts whose answer arrived.
    pub acked: usize,
    /// Acts acknowledged that the data does not hold, or holds otherwise.
    pub lost: usize,
    /// Acts whose answer came after the cut, when nobody could have heard it.
    pub late: usize,
    /// Those of them that the data does not hold.
    pub late_lost: usize,
    /// Unanswered acts that were done all the same.
    pub done_unanswered: usize,
    /// Unanswered acts that were not done.
    pub not_done: usize,
    /// Acts done more or less than once, or without their line in the audit; rules broken.
    pub half_done: usize,
    /// Acts sent again.
    pub replayed: usize,
    /// What went wrong, in words.
    pub wrong: Vec<String>,
}

/// What the data holds of acts.
struct Held {
    answers: HashMap<String, Value>,
    lines: HashMap<String, usize>,
    wrong: Vec<String>,
}

impl Truth {
    /// Compares the files as an interruption left them with what was told.
    pub async fn look(&mut self, place: &Place, ledgers: &[Vec<Entry>], scratch: &Path) {
        let held = held(place, scratch).await;
        let figures = &mut self.figures;
        for line in held.wrong {
            figures.half_done += 1;
            figures.wrong.push(line);
        }
        for (id, answer) in &self.done {
            if held.answers.get(id) != Some(answer) {
                figures.lost += 1;
                figures.wrong.push(format!("act {id}, done before, is lost"));
            }
        }
        for entry in ledgers.iter().flatten() {
            figures.sent += 1;
            let (answer, lines) = (held.answers.get(&entry.id), held.lines.get(&entry.id).copied().unwrap_or(0));
            if lines != usize::from(answer.is_some()) {
                figures.half_done += 1;
                figures.wrong.push(format!("{} {}: {lines} lines in the audit", entry.path, entry.id));
            }
            match (&entry.told, answer) {
                (Told::Acked(told), held) => {
                    figures.acked += 1;
                    if held != Some(told) {
                        figures.lost += 1;
                        let now = held.map_or_else(|| "is lost".to_owned(), |held| format!("is now {held}"));
                        figures.wrong.push(format!("{} {} was answered {told} and {now}", entry.path, entry.id));
                    }
                }
                (Told::Late(_), held) => {
                    figures.late += 1;
                    figures.late_lost += usize::from(held.is_none());
                }
                (Told::Refused(_), Some(_)) => {
                    figures.half_done += 1;
                    figures.wrong.push(format!("{} {} was refused and is done", entry.path, entry.id));
                }
                (Told::Refused(_), None) => self.never.push(entry.id.clone()),
                (Told::Nothing, Some(_)) => figures.done_unanswered += 1,
                (Told::Nothing, None) => figures.not_done += 1,
            }
        }
        for id in &self.never {
            if held.answers.contains_key(id) || held.lines.contains_key(id) {
                figures.half_done += 1;
                figures.wrong.push(format!("{id} was refused and is done"));
            }
        }
    }

    /// Every writer sends again what she had sent: what was answered is answered alike, what was not is
    /// done now if it was not done before. The next look proves that each was done once.
    pub async fn replay(&mut self, people: &People, ledgers: &[Vec<Entry>]) {
        let mut replaying = JoinSet::new();
        for (browser, entries) in people.writers.iter().zip(ledgers) {
            replaying.spawn(send_again(browser.clone(), entries.clone()));
        }
        while let Some(outcome) = replaying.join_next().await {
            for (entry, outcome) in outcome.unwrap() {
                self.figures.replayed += 1;
                match (&entry.told, outcome) {
                    (Told::Acked(told), Ok(answer)) if *told != answer => {
                        self.figures
                            .wrong
                            .push(format!("{} {} is answered {answer}, was {told}", entry.path, entry.id));
                    }
                    (Told::Acked(told), Err(status)) => {
                        self.figures
                            .wrong
                            .push(format!("{} {} is answered {status}, was {told}", entry.path, entry.id));
                    }
                    (_, Ok(answer)) => {
                        self.done.insert(entry.id, answer);
                    }
                    (_, Err(400..500)) => self.never.push(entry.id),
                    (_, Err(status)) => {
                        self.figures.wrong.push(format!("{} {} is answered {status}", entry.path, entry.id))
                    }
                }
            }
        }
    }

    /// Nothing acknowledged was lost, nothing was half done, nothing was done twice.
    pub fn must_hold(&self) {
        let Figures { lost, half_done, wrong, .. } = &self.figures;
        assert!(
            wrong.is_empty() && *lost == 0 && *half_done == 0,
            "{lost} lost, {half_done} half done:\n{}",
            wrong.join("\n")
        );
    }
}

async fn send_again(browser: Browser, entries: Vec<Entry>) -> Vec<(Entry, Result<Value, u16>)> {
    let mut outcomes = Vec::new();
    for entry in entries.into_iter().filter(|entry| !matches!(entry.told, Told::Refused(_))) {
        let first = browser.act(&entry.path, &entry.body).await.expect("the house is back");
        let mut outcome = if first.status == 200 { Ok(first.json()) } else { Err(first.status) };
        if !matches!(entry.told, Told::Acked(_)) && outcome.is_ok() {
            // Once more, for what this very sending may have done.
            let second = browser.act(&entry.path, &entry.body).await.expect("the house is back");
            if second.status != 200 || Ok(second.json()) != outcome {
                outcome = Err(second.status.max(500));
            }
        }
        outcomes.push((entry, outcome));
    }
    outcomes
}

async fn held(place: &Place, scratch: &Path) -> Held {
    let store = place.open_copy(scratch).await;
    let wrong = store.check_integrity().await.expect("the data answers").wrong;
    let pairs = async |sql: &str| -> BTreeMap<String, String> {
        let rows = raw_texts(&store, sql).await.unwrap();
        rows.into_iter()
            .map(|row| {
                let (id, rest) = row.split_once(' ').unwrap();
                (uuid::Uuid::parse_str(id).unwrap().to_string(), rest.to_owned())
            })
            .collect()
    };
    let answers = pairs("SELECT hex(id) || ' ' || answer FROM acts").await;
    let lines =
        pairs("SELECT hex(act) || ' ' || count(*) FROM audit WHERE act IS NOT NULL AND outcome = 'done' GROUP BY act")
            .await;
    store.close().await;
    Held {
        answers: answers.into_iter().map(|(id, answer)| (id, serde_json::from_str(&answer).unwrap())).collect(),
        lines: lines.into_iter().map(|(id, count)| (id, count.parse().unwrap())).collect(),
        wrong,
    }
}
