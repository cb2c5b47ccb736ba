//! Text fields of several lines.

use domain::refused::Field;
use leptos::prelude::*;

use crate::components::field::{FaultOf, described_by, initial, name_of};

/// A text field of several lines. No other component may use a `<textarea>` directly: Leptos 0.8 does not escape its
/// children on the server, so the text is escaped here and set as inner HTML.
#[component]
pub fn TextArea(
    /// The field.
    field: Field,
    /// Its label.
    label: &'static str,
    /// An explanation in small type, beside the label.
    #[prop(optional)]
    hint: &'static str,
    /// The initial text.
    #[prop(optional, into)]
    value: String,
    /// The number of visible lines.
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

/// The text escaped as the content of a `<textarea>`. HTML drops a leading line break, so one is added before it.
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
