//! Reads CSV files of varying form: with or without a byte order mark, quoted or not, with columns in any order,
//! missing or unknown.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufReader, Read as _},
    path::Path,
};

use chrono::{NaiveDate, NaiveDateTime};

/// The columns that are never imported: this program does not need them, and data that is not stored cannot leak.
pub const DROPPED: &[&str] = &[
    "SSN",
    "SSNDataQuality",
    "LastName",
    "MiddleName",
    "NameSuffix",
    "AmIndAKNative",
    "Asian",
    "BlackAfAmerican",
    "NativeHIPacific",
    "White",
    "RaceNone",
    "Ethnicity",
    "HispanicLatinaeo",
    "HispanicLatinaO",
    "MidEastNAfrican",
    "AdditionalRaceEthnicity",
];

const NEEDED: [&str; 5] = ["Project.csv", "Client.csv", "Enrollment.csv", "Exit.csv", "Inventory.csv"];

/// Why a folder cannot be read. No variant contains data of a person.
#[derive(Debug)]
pub enum ReadError {
    /// Required files are missing, so this is not an HMIS folder.
    NotAFolder {
        /// The folder.
        folder: String,
        /// The names of the missing files.
        files: String,
    },
    /// A file is not valid CSV.
    NotCsv {
        /// The file.
        file: &'static str,
        /// The number of the line, from 1.
        line: u64,
        /// What is wrong with the line, as a code, without its content.
        what: &'static str,
    },
    /// A required column is missing.
    NoColumn {
        /// The file.
        file: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The project is not in the folder.
    NoProject {
        /// The project requested.
        project: String,
        /// The projects in the folder.
        known: String,
    },
}

/// The files of a folder.
pub struct Tables {
    pub project: Table,
    pub client: Table,
    pub enrollment: Table,
    pub exit: Table,
    pub inventory: Table,
    pub services: Table,
    pub enrollment_coc: Table,
    pub dropped: Vec<String>,
}

/// One file: its columns by lower-case name, and its rows with their line numbers.
pub struct Table {
    file: &'static str,
    columns: HashMap<String, usize>,
    rows: Vec<(u64, csv::StringRecord)>,
    /// The lines whose number of cells differs from the number of columns, so that no cell can be attributed with
    /// certainty.
    broken: Vec<u64>,
}

/// One row of a file.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
    pub line: u64,
    record: &'a csv::StringRecord,
}

impl Tables {
    /// Returns every file that is read.
    pub fn all(&self) -> [&Table; 7] {
        [
            &self.project,
            &self.client,
            &self.enrollment,
            &self.exit,
            &self.inventory,
            &self.services,
            &self.enrollment_coc,
        ]
    }
}

/// Reads the files of a folder. Services.csv and EnrollmentCoC.csv are optional.
pub fn folder(folder: &Path) -> Result<Tables, ReadError> {
    let missing: Vec<&str> = NEEDED.into_iter().filter(|file| !folder.join(file).is_file()).collect();
    if !missing.is_empty() {
        return Err(ReadError::NotAFolder { folder: folder.display().to_string(), files: missing.join(", ") });
    }
    let tables = Tables {
        project: table(folder, "Project.csv", &["ProjectID"])?,
        client: table(folder, "Client.csv", &["PersonalID"])?,
        enrollment: table(folder, "Enrollment.csv", &["EnrollmentID", "PersonalID", "ProjectID", "EntryDate"])?,
        exit: table(folder, "Exit.csv", &["EnrollmentID", "ExitDate"])?,
        inventory: table(folder, "Inventory.csv", &["ProjectID", "BedInventory"])?,
        services: table(folder, "Services.csv", &[])?,
        enrollment_coc: table(folder, "EnrollmentCoC.csv", &[])?,
        dropped: Vec::new(),
    };
    let dropped = DROPPED
        .iter()
        .filter(|column| tables.client.columns.contains_key(&column.to_lowercase()))
        .map(|column| (*column).to_owned())
        .collect();
    Ok(Tables { dropped, ..tables })
}

fn table(folder: &Path, file: &'static str, needed: &[&'static str]) -> Result<Table, ReadError> {
    let path = folder.join(file);
    let not_csv = |line, what| ReadError::NotCsv { file, line, what };
    let Ok(open) = File::open(&path) else {
        return if needed.is_empty() {
            Ok(Table { file, columns: HashMap::new(), rows: Vec::new(), broken: Vec::new() })
        } else {
            Err(not_csv(1, "unreadable"))
        };
    };
    let mut bytes = Vec::new();
    BufReader::new(open).read_to_end(&mut bytes).map_err(|_| not_csv(1, "unreadable"))?;
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    if text.contains(&0) {
        return Err(not_csv(1, "binary"));
    }
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(true).from_reader(text);
    let headers = reader.byte_headers().map_err(|_| not_csv(1, "header"))?.clone();
    let columns: HashMap<String, usize> =
        headers.iter().enumerate().map(|(i, name)| (String::from_utf8_lossy(name).trim().to_lowercase(), i)).collect();
    for column in needed {
        if !columns.contains_key(&column.to_lowercase()) {
            return Err(ReadError::NoColumn { file, column });
        }
    }
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    // A quote that is never closed puts the rest of the file into one cell, without an error.
    let open_quote = text.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                let whole = record.len() == headers.len();
                if open_quote && (!whole || record.iter().any(|cell| cell.contains(&b'\n'))) {
                    return Err(not_csv(line, "quote"));
                }
                if !whole {
                    broken.push(line);
                    continue;
                }
                let text = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
                rows.push((line, text));
            }
            Err(error) => return Err(not_csv(error.position().map_or(0, csv::Position::line), "row")),
        }
    }
    Ok(Table { file, columns, rows, broken })
}

impl Table {
    /// Returns the name of the file.
    pub fn file(&self) -> &'static str {
        self.file
    }

    /// Returns the lines whose number of cells differs from the number of columns.
    pub fn broken(&self) -> &[u64] {
        &self.broken
    }

    /// Returns the rows of the file, without the broken lines.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { table: self, line: *line, record })
    }
}

impl<'a> Row<'a> {
    /// Returns a cell; empty when the column or the cell is missing.
    pub fn get(&self, column: &str) -> &'a str {
        self.table.columns.get(&column.to_lowercase()).and_then(|i| self.record.get(*i)).unwrap_or_default()
    }

    /// Returns a date, or `None` when the cell is empty or cannot be parsed.
    pub fn date(&self, column: &str) -> Option<NaiveDate> {
        date(self.get(column))
    }

    /// Returns a number, or `None` when the cell is empty or cannot be parsed.
    pub fn number(&self, column: &str) -> Option<i64> {
        let text = self.get(column);
        text.parse().ok().or_else(|| text.strip_suffix(".0").and_then(|text| text.parse().ok()))
    }

    /// Whether the row is marked as deleted in the source (`DateDeleted`).
    pub fn deleted(&self) -> bool {
        !self.get("DateDeleted").is_empty()
    }
}

/// Parses a date as exports write it: ISO 8601 with or without a time, or month/day/year. Two-digit years up to 49 are
/// in the 2000s, the others in the 1900s.
pub fn date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day = text.split([' ', 'T']).next().unwrap_or_default();
    if day.is_empty() {
        return None;
    }
    if let Ok(date) = NaiveDate::parse_from_str(day, "%Y-%m-%d") {
        return Some(date);
    }
    let parts: Vec<u32> = day.split(['/', '-']).map_while(|part| part.parse().ok()).collect();
    if let [month, day, year] = parts[..] {
        let year = match year {
            0..=49 => 2000 + year,
            50..=99 => 1900 + year,
            year => year,
        };
        return NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day);
    }
    NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S").ok().map(|at| at.date())
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_read_as_people_write_them() {
        let wanted = chrono::NaiveDate::from_ymd_opt(2022, 3, 5);
        for text in [
            "2022-03-05",
            "2022-03-05 14:32:45",
            "2022-03-05T00:00:00",
            "3/5/2022",
            "03/05/22",
            "3/5/22 0:00",
            "03-05-2022 12:00:00",
        ] {
            assert_eq!(date(text), wanted, "{text}");
        }
        for text in ["", "2022-13-40", "unknown", "31/12/2022"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
