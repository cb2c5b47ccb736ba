//! The texts of the user interface in French and in English, checked when the program is built.
//!
//! `build.rs` generates the methods of [`Lang`] from `locales/*.json`. This module formats dates, times and numbers. It
//! uses wall-clock values of the house only, so that the server and the browser produce the same text.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use leptos::prelude::use_context;
use serde::{Deserialize, Serialize};

/// A language of the user interface. French is the default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

include!(concat!(env!("OUT_DIR"), "/words.rs"));

/// The language of the page that is being rendered.
pub fn use_words() -> Lang {
    use_context::<Lang>().unwrap_or_default()
}

impl Lang {
    /// The code of the language, as in `?lang=fr` and in the attribute `lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of a code; none for an unknown code.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The other language.
    pub const fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    /// A time of day: `2 h 14`, `02:14`.
    pub fn time(self, time: NaiveTime) -> String {
        match self {
            Self::Fr => format!("{}\u{a0}h\u{a0}{:02}", time.hour(), time.minute()),
            Self::En => format!("{:02}:{:02}", time.hour(), time.minute()),
        }
    }

    /// A day in a sentence: `lundi 23 novembre`, `Monday 23 November`.
    pub fn day(self, date: NaiveDate) -> String {
        format!("{} {}", self.weekday(date), self.day_of_month(date))
    }

    /// A day and its year: `23 novembre 2026`.
    pub fn date(self, date: NaiveDate) -> String {
        format!("{} {}", self.day_of_month(date), date.year())
    }

    /// A short date: `23 nov.`, `23 Nov`; with its year if that differs from the year of `today`.
    pub fn short_date(self, date: NaiveDate, today: NaiveDate) -> String {
        let month = self.words_months_short(&date.month().to_string());
        let day = match (self, date.day()) {
            (Self::Fr, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        };
        if date.year() == today.year() {
            format!("{day}\u{a0}{month}")
        } else {
            format!("{day}\u{a0}{month} {}", date.year())
        }
    }

    /// A wall-clock time relative to `now`: the time alone on the same date, with "yesterday", "tomorrow" or its date
    /// otherwise.
    pub fn moment(self, at: NaiveDateTime, now: NaiveDateTime) -> String {
        let time = self.time(at.time());
        match (now.date() - at.date()).num_days() {
            0 => time,
            1 => self.time_yesterday(&time),
            -1 => self.time_tomorrow(&time),
            _ => format!("{}, {time}", self.short_date(at.date(), now.date())),
        }
    }

    /// The night of a date: `nuit du lundi 23 au mardi 24 novembre`.
    pub fn night(self, date: NaiveDate) -> String {
        let next = date.succ_opt().unwrap_or(date);
        let first = if date.month() == next.month() {
            format!("{} {}", self.weekday(date), self.day_number(date))
        } else {
            self.day(date)
        };
        self.time_night(&first, &self.day(next))
    }

    /// A whole number with its digits in groups of three.
    pub fn number(self, n: i64) -> String {
        let digits = n.unsigned_abs().to_string();
        let mut out = String::new();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(match self {
                    Self::Fr => "\u{202f}",
                    Self::En => ",",
                });
            }
            out.push(digit);
        }
        if n < 0 { format!("\u{2212}{out}") } else { out }
    }

    /// A number with one decimal.
    pub fn decimal(self, value: f64) -> String {
        let tenths = (value * 10.0).round() as i64;
        let sign = match self {
            Self::Fr => ',',
            Self::En => '.',
        };
        format!("{}{sign}{}", self.number(tenths / 10), (tenths % 10).abs())
    }

    /// A percentage with one decimal.
    pub fn percent(self, value: f64) -> String {
        match self {
            Self::Fr => format!("{}\u{a0}%", self.decimal(value)),
            Self::En => format!("{}%", self.decimal(value)),
        }
    }

    fn weekday(self, date: NaiveDate) -> &'static str {
        self.words_weekdays(&date.weekday().number_from_monday().to_string())
    }

    fn day_number(self, date: NaiveDate) -> String {
        match (self, date.day()) {
            (Self::Fr, 1) => "1er".to_owned(),
            (_, day) => day.to_string(),
        }
    }

    fn day_of_month(self, date: NaiveDate) -> String {
        format!("{}\u{a0}{}", self.day_number(date), self.words_months(&date.month().to_string()))
    }
}

/// Replaces each placeholder `{name}` of a text by its value; a placeholder without a value is removed.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            out.push_str(value);
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
