//! Texts of several lines, escaped.

use domain::refused::Field;
use leptos::prelude::*;

use crate::components::field::{FaultOf, described_by, initial, name_of};

/// A text of several lines. The only place where a raw `<textarea>` stands: Leptos 0.8 does not escape
/// its children on the server, so the text is put in as inner HTML, escaped here.
#[component]
pub fn TextArea(
    /// The field.
    field: Field,
    /// Its label.
    label: &'static str,
    /// What the label adds in small.
    #[prop(optional)]
    hint: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// How many lines it shows.
    #[prop(default = 3)]
    rows: u8,
) -> impl IntoView {
    let text = initial(field, value);
    view! {
        <label class="field wide">
            <span class="label">{label}</span>
            {(!hint.is_empty()).then(|| view! { <small>{hint}</small> })}
            <textarea
                name=name_of(field)
                rows=rows.to_string()
                autocomplete="off"
                spellcheck="false"
                dir="auto"
                aria-describedby=described_by(field)
                inner_html=escaped(&text)
            ></textarea>
            <FaultOf field/>
        </label>
    }
}

/// A text as it stands inside a textarea: a first line break is lost by HTML, so one is put before.
fn escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    if escaped.starts_with('\n') { format!("\n{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_text_cannot_leave_its_textarea() {
        let inside = escaped("</textarea><script>alert(1)</script>\n&amp;");
        assert!(!inside.contains('<') && !inside.contains('>'), "{inside}");
        assert_eq!(escaped("\nsecond"), "\n\nsecond");
    }
}
