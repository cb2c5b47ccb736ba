//! Forms as they are sent: names and texts. One reader turns them into acts, in the browser before
//! sending and in the house on receipt, with the same faults on both sides.

use std::{collections::BTreeMap, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    refused::{Fault, FaultCode, Field},
    time::When,
};

/// Longest name, label or short answer, in characters.
pub const SHORT: usize = 80;
/// Longest sentence.
pub const SENTENCE: usize = 300;
/// Longest note.
pub const NOTE: usize = 4_000;

/// An act that can be read from a form.
pub trait Form: Act {
    /// Reads it, or says which fields are wrong. Nothing of what was typed is in the faults.
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>>;
}

/// What a form sends. Names that no act knows are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Fields from pairs; a later pair of the same name wins.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The text of a name, if it was sent.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Puts a text under a name.
    pub fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// The same, for building in one expression.
    #[must_use]
    pub fn with(mut self, field: Field, text: impl Into<String>) -> Self {
        self.set(field.code(), text);
        self
    }

    /// All names and texts.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Begins reading.
    pub fn reader(&self) -> Reader<'_> {
        Reader { fields: self, faults: Vec::new() }
    }
}

/// Reads fields one by one and gathers every fault, so that a person is told all at once.
pub struct Reader<'a> {
    fields: &'a Fields,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// A text, cleaned (`clean`); none when empty. A fault when longer than `max` characters.
    pub fn text(&mut self, field: Field, max: usize) -> Option<String> {
        let text = clean(self.fields.get(field.code())?);
        if text.is_empty() {
            return None;
        }
        if text.chars().nth(max).is_some() {
            self.faults.push(Fault::limit(field, FaultCode::TooLong, max as i64));
            return None;
        }
        Some(text)
    }

    /// A text that must be there.
    pub fn required_text(&mut self, field: Field, max: usize) -> Option<String> {
        self.required(field, |reader| reader.text(field, max))
    }

    /// A secret: kept to the letter, never trimmed.
    pub fn secret(&mut self, field: Field, max: usize) -> Option<String> {
        let text = self.fields.get(field.code()).unwrap_or_default();
        if text.is_empty() {
            self.fault(field, FaultCode::Missing);
            return None;
        }
        if text.chars().nth(max).is_some() {
            self.faults.push(Fault::limit(field, FaultCode::TooLong, max as i64));
            return None;
        }
        Some(text.to_owned())
    }

    /// A value in its own notation: an identifier, a number.
    pub fn value<T: FromStr>(&mut self, field: Field) -> Option<T> {
        self.parse(field, |text| text.parse().ok())
    }

    /// A value that must be there.
    pub fn required_value<T: FromStr>(&mut self, field: Field) -> Option<T> {
        self.required(field, |reader| reader.value(field))
    }

    /// A code of a list.
    pub fn code<T>(&mut self, field: Field, from_code: fn(&str) -> Option<T>) -> Option<T> {
        self.parse(field, from_code)
    }

    /// A code that must be there.
    pub fn required_code<T>(&mut self, field: Field, from_code: fn(&str) -> Option<T>) -> Option<T> {
        self.required(field, |reader| reader.code(field, from_code))
    }

    /// A date, `2026-11-23`.
    pub fn date(&mut self, field: Field) -> Option<NaiveDate> {
        self.parse(field, parse_date)
    }

    /// A moment: empty means now.
    pub fn when(&mut self, field: Field) -> When {
        let Some(when) = self.parse(field, When::parse) else { return When::Now };
        match (when, self.value::<i16>(Field::Offset)) {
            (When::At { local, offset_minutes: None }, Some(offset)) => {
                When::At { local, offset_minutes: Some(offset) }
            }
            _ => when,
        }
    }

    /// A box: ticked or not.
    pub fn flag(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|text| !matches!(text, "" | "false" | "0"))
    }

    /// The ticked boxes of a list, sent as `field.CODE`.
    pub fn flags<T: Copy>(&self, field: Field, all: &[T], code: fn(T) -> &'static str) -> Vec<T> {
        all.iter().copied().filter(|item| self.flag(&format!("{}.{}", field.code(), code(*item)))).collect()
    }

    /// Records a fault found by the caller.
    pub fn fault(&mut self, field: Field, code: FaultCode) {
        self.faults.push(Fault::new(field, code));
    }

    /// The act, or every fault found.
    pub fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, Vec<Fault>> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        build().ok_or_else(|| vec![Fault::new(Field::Form, FaultCode::Missing)])
    }

    fn parse<T>(&mut self, field: Field, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let text = self.fields.get(field.code())?.trim();
        if text.is_empty() {
            return None;
        }
        let value = parse(text);
        if value.is_none() {
            self.fault(field, FaultCode::NotUnderstood);
        }
        value
    }

    fn required<T>(&mut self, field: Field, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let before = self.faults.len();
        let value = read(self);
        if value.is_none() && self.faults.len() == before {
            self.fault(field, FaultCode::Missing);
        }
        value
    }
}

/// A date as forms and addresses write it.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok().filter(|date| {
        use chrono::Datelike;
        (1900..=2999).contains(&date.year())
    })
}

/// A text as it is kept: outer spaces off, line ends as `\n`, tabs as spaces so that words pasted from a
/// table stay apart, no control characters and none of the signs that turn the direction of the text
/// around them. Emoji and right-to-left names stay whole.
pub fn clean(text: &str) -> String {
    let kept: String = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\t', " ")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .filter(|c| !matches!(*c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}'))
        .collect();
    kept.trim().to_owned()
}

#[cfg(test)]
mod tests;
