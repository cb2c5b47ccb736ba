//! Finding a resident's file by a usual name whose spelling is uncertain.

/// The likeness of two names, from 0 (nothing in common) to 100 (equal after [`fold`]).
///
/// It is 100 minus the percentage of the Damerau-Levenshtein distance in the length of the longer name, and at least
/// 80 when one name is a prefix of three or more characters of the other: `Noémie`/`Noemi` 84, `Camille`/`Kamille` 86,
/// `Inès`/`Lou` 0.
pub fn likeness(left: &str, right: &str) -> u8 {
    let (left, right) = (fold(left), fold(right));
    if left.is_empty() || right.is_empty() {
        return 0;
    }
    if left == right {
        return 100;
    }
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let longer = a.len().max(b.len());
    let score = 100 - (100 * distance(&a, &b) / longer).min(100);
    let begins = a.len().min(b.len()) >= 3 && (left.starts_with(&right) || right.starts_with(&left));
    let score = if begins { score.max(80) } else { score };
    u8::try_from(score).unwrap_or(0)
}

/// The lowest [`likeness`] at which two names are proposed as those of the same person.
pub const LIKELY: u8 = 75;

/// A name in lower case, without accents, spaces and punctuation.
pub fn fold(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).filter_map(unaccented).collect()
}

fn unaccented(c: char) -> Option<char> {
    Some(match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' | 'ā' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ė' => 'e',
        'î' | 'ï' | 'í' | 'ì' | 'ī' => 'i',
        'ñ' | 'ń' => 'n',
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'ø' | 'ō' => 'o',
        'ù' | 'û' | 'ü' | 'ú' | 'ū' => 'u',
        'ÿ' | 'ý' => 'y',
        'š' | 'ş' | 'ș' => 's',
        'ž' | 'ź' | 'ż' => 'z',
        'ł' => 'l',
        'ţ' | 'ț' => 't',
        c if c.is_alphanumeric() => c,
        _ => return None,
    })
}

/// The Damerau-Levenshtein distance of two texts, with transpositions of adjacent characters.
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows = vec![vec![0; width]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_heard_twice_is_found_again() {
        for (left, right) in [
            ("Noémie", "noemie"),
            ("Noémie", "Noemi"),
            ("Camille", "Kamille"),
            ("Sarah-Ève", "sarah eve"),
            ("Thalie", "Thaile"),
        ] {
            assert!(likeness(left, right) >= LIKELY, "{left} and {right}: {}", likeness(left, right));
        }
    }

    #[test]
    fn different_names_stay_apart() {
        for (left, right) in [("Inès", "Lou"), ("Maude", "Jade"), ("Rosalie", "Mélodie"), ("", "Lou"), ("李", "مريم")]
        {
            assert!(likeness(left, right) < LIKELY, "{left} and {right}: {}", likeness(left, right));
        }
    }

    #[test]
    fn names_in_any_script_are_their_own_equal() {
        for name in ["مريم", "李小龍", "Ирина", "👩🏽‍🚀 Zoé"] {
            assert_eq!(likeness(name, name), 100, "{name}");
        }
    }
}
