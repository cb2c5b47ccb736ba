//! The body of a form that a browser sends by itself.

use axum::http::Uri;
use domain::fields::Fields;

/// Fields that are not shown again.
const SECRETS: [&str; 2] = ["password", "current_password"];

/// The body of a form, as names and texts.
pub struct FormBody(Vec<(String, String)>);

impl FormBody {
    /// Reads a body of the kind `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, text)| (name.into_owned(), text.into_owned())).collect())
    }

    /// The first text of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// All names and texts.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// The fields of an act: what is sent as `fields[name]`.
    pub fn fields(&self) -> Fields {
        Fields::new(self.0.iter().filter_map(|(name, text)| {
            let name = name.strip_prefix("fields[")?.strip_suffix(']')?;
            Some((name.to_owned(), text.clone()))
        }))
    }

    /// The same without secrets, to be shown again.
    pub fn fields_to_show(&self) -> Fields {
        Fields::new(
            self.fields()
                .pairs()
                .filter(|(name, _)| !SECRETS.contains(name))
                .map(|(name, text)| (name.to_owned(), text.to_owned())),
        )
    }
}

/// The address a form says it stood at, if it is one of this program.
pub fn own_address(text: Option<&str>) -> Option<String> {
    let text = text?;
    let ours = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.contains(char::is_control)
        && text.parse::<Uri>().is_ok();
    ours.then(|| text.to_owned())
}
