//! Form data as it is sent: names and texts. The same code parses it into acts in the browser, before sending, and on
//! the server, on receipt, so that both sides find the same faults.

use std::{collections::BTreeMap, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    act::Act,
    refused::{Fault, FaultCode, Field},
    time::When,
};

/// The maximum length of a name, a label or a short text, in characters.
pub const SHORT: usize = 80;
/// The maximum length of a sentence, in characters.
pub const SENTENCE: usize = 300;
/// The maximum length of a note, in characters.
pub const NOTE: usize = 4_000;

/// An act that can be parsed from a form.
pub trait Form: Act {
    /// Parses the act. The caller must still run [`Act::check`], and the server must authorise the act.
    ///
    /// # Errors
    /// Every fault found. The faults contain nothing of what was typed.
    fn read(fields: &Fields) -> Result<Self, Vec<Fault>>;
}

/// The data of a form. Names that the act does not use are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// Makes fields from pairs of a name and a text. Of several pairs with the same name the last one counts.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The text of a name, if the form contains it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Sets the text of a name.
    pub fn set(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.insert(name.into(), text.into());
    }

    /// Sets the text of a field and returns the fields, for use in one expression.
    #[must_use]
    pub fn with(mut self, field: Field, text: impl Into<String>) -> Self {
        self.set(field.code(), text);
        self
    }

    /// All pairs of a name and a text, in the order of the names.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// A reader that parses these fields.
    pub fn reader(&self) -> Reader<'_> {
        Reader { fields: self, faults: Vec::new() }
    }
}

/// Parses fields one by one and collects every fault, so that the form can show all of them at once. A method that
/// returns none either found the field empty or recorded a fault.
pub struct Reader<'a> {
    fields: &'a Fields,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    /// The text of a field, cleaned by [`clean`]; none when empty. More than `max` characters are a fault.
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

    /// The text of a field that must not be empty.
    pub fn required_text(&mut self, field: Field, max: usize) -> Option<String> {
        self.required(field, |reader| reader.text(field, max))
    }

    /// A secret that must not be empty. It is kept exactly as typed, with its spaces. More than `max` characters are a
    /// fault.
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

    /// A value that parses itself, such as an identifier or a number.
    pub fn value<T: FromStr>(&mut self, field: Field) -> Option<T> {
        self.parse(field, |text| text.parse().ok())
    }

    /// A value of a field that must not be empty.
    pub fn required_value<T: FromStr>(&mut self, field: Field) -> Option<T> {
        self.required(field, |reader| reader.value(field))
    }

    /// A code of a closed list.
    pub fn code<T>(&mut self, field: Field, from_code: fn(&str) -> Option<T>) -> Option<T> {
        self.parse(field, from_code)
    }

    /// A code of a field that must not be empty.
    pub fn required_code<T>(&mut self, field: Field, from_code: fn(&str) -> Option<T>) -> Option<T> {
        self.required(field, |reader| reader.code(field, from_code))
    }

    /// A date such as `2026-11-23`.
    pub fn date(&mut self, field: Field) -> Option<NaiveDate> {
        self.parse(field, parse_date)
    }

    /// A wall-clock time of the house; an empty field means [`When::Now`]. The field `offset`, in minutes, applies when
    /// the text itself contains no offset.
    pub fn when(&mut self, field: Field) -> When {
        let Some(when) = self.parse(field, When::parse) else { return When::Now };
        match (when, self.value::<i16>(Field::Offset)) {
            (When::At { local, offset_minutes: None }, Some(offset)) => {
                When::At { local, offset_minutes: Some(offset) }
            }
            _ => when,
        }
    }

    /// Whether a checkbox is ticked.
    pub fn flag(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|text| !matches!(text, "" | "false" | "0"))
    }

    /// The ticked checkboxes of a list, whose names are `field.CODE`.
    pub fn flags<T: Copy>(&self, field: Field, all: &[T], code: fn(T) -> &'static str) -> Vec<T> {
        all.iter().copied().filter(|item| self.flag(&format!("{}.{}", field.code(), code(*item)))).collect()
    }

    /// Records a fault that the caller found.
    pub fn fault(&mut self, field: Field, code: FaultCode) {
        self.faults.push(Fault::new(field, code));
    }

    /// Builds the act, if no fault was found.
    ///
    /// # Errors
    /// Every fault found.
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

/// Parses a date as forms and addresses contain it, such as `2026-11-23`; none when the text is not a date or its year
/// is not in 1900..=2999.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok().filter(|date| {
        use chrono::Datelike;
        (1900..=2999).contains(&date.year())
    })
}

/// A text as it is stored: trimmed, with line ends as `\n`, with tabs as spaces so that words pasted from a table stay
/// separate, without control characters and without characters that change the direction of the surrounding text.
/// Emoji and right-to-left names are kept.
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
