//! The body of a form submitted by a browser without JavaScript.

use axum::http::Uri;
use domain::fields::Fields;

/// The fields that are never sent back to the browser.
const SECRETS: [&str; 2] = ["password", "current_password"];

/// The body of a form, as pairs of name and text.
pub struct FormBody(Vec<(String, String)>);

impl FormBody {
    /// Parses a body of type `application/x-www-form-urlencoded`.
    pub fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).map(|(name, text)| (name.into_owned(), text.into_owned())).collect())
    }

    /// Returns the first text with a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// Returns all pairs of name and text.
    pub fn into_pairs(self) -> Vec<(String, String)> {
        self.0
    }

    /// Returns the fields of an act, which are sent as `fields[name]`.
    pub fn fields(&self) -> Fields {
        Fields::new(self.0.iter().filter_map(|(name, text)| {
            let name = name.strip_prefix("fields[")?.strip_suffix(']')?;
            Some((name.to_owned(), text.clone()))
        }))
    }

    /// Returns the fields of an act without passwords, for a form that is shown again.
    pub fn fields_to_show(&self) -> Fields {
        Fields::new(
            self.fields()
                .pairs()
                .filter(|(name, _)| !SECRETS.contains(name))
                .map(|(name, text)| (name.to_owned(), text.to_owned())),
        )
    }
}

/// Returns the address of the page that contained the form, if it is a path of this program. Any other address is
/// dropped, which prevents open redirects.
pub fn own_address(text: Option<&str>) -> Option<String> {
    let text = text?;
    let ours = text.starts_with('/')
        && !text.starts_with("//")
        && !text.contains('\\')
        && !text.contains(char::is_control)
        && text.parse::<Uri>().is_ok();
    ours.then(|| text.to_owned())
}
