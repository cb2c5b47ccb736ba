//! The fields of forms. The document holds what is typed: a field is given its initial value once and is never written
//! to again, so that no update from the server can change what is being typed.

use domain::refused::Field;
use leptos::prelude::*;

use crate::{components::refusal::fault_sentence, form_state::use_form, words::use_words};

/// The name of a field in the body of the request.
pub fn name_of(field: Field) -> String {
    format!("fields[{}]", field.code())
}

/// The initial value of a field: what was typed in the submission that was refused, or else `known`.
pub fn initial(field: Field, known: String) -> String {
    use_form().and_then(|form| form.typed(field.code())).unwrap_or(known)
}

/// The id of the element with the fault of a field, for `aria-describedby`.
pub fn described_by(field: Field) -> String {
    format!("fault-{}", field.code())
}

/// The fault of a field.
#[component]
pub fn FaultOf(
    /// The field.
    field: Field,
) -> impl IntoView {
    let (w, form) = (use_words(), use_form());
    let fault = move || form.and_then(|form| form.faults.get().into_iter().find(|fault| fault.field == field));
    view! {
        <span class="fault" id=described_by(field)>{move || fault().map(|fault| fault_sentence(w, &fault))}</span>
    }
}

/// A text field of one line.
#[component]
pub fn TextField(
    /// The field.
    field: Field,
    /// Its label.
    label: &'static str,
    /// An explanation in small type, beside the label.
    #[prop(optional)]
    hint: &'static str,
    /// The initial value.
    #[prop(optional, into)]
    value: String,
    /// The `type` of the input element.
    #[prop(default = "text")]
    kind: &'static str,
    /// The `inputmode`, which selects the keyboard of a tablet.
    #[prop(optional)]
    keyboard: &'static str,
    /// Whether the field must not be empty.
    #[prop(optional)]
    required: bool,
    /// The value of `autocomplete`, which says what the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether the field has the focus when the document is loaded.
    #[prop(optional)]
    autofocus: bool,
    /// A callback for each change of the text.
    #[prop(optional)]
    changed: Option<Callback<leptos::ev::Event>>,
) -> impl IntoView {
    let secret = kind == "password";
    let value = if secret { String::new() } else { initial(field, value) };
    view! {
        <label class="field">
            <span class="label">{label}</span>
            {(!hint.is_empty()).then(|| view! { <small>{hint}</small> })}
            <input
                type=kind
                name=name_of(field)
                value=value
                required=required
                autofocus=autofocus
                autocomplete=autocomplete
                spellcheck="false"
                autocapitalize=if secret { "off" } else { "sentences" }
                dir=if kind == "text" { "auto" } else { "ltr" }
                inputmode=(!keyboard.is_empty()).then_some(keyboard)
                aria-describedby=described_by(field)
                on:input=move |event| {
                    if let Some(changed) = changed {
                        changed.run(event);
                    }
                }
            />
            <FaultOf field/>
        </label>
    }
}

/// A selection of one code.
#[component]
pub fn Select(
    /// The field.
    field: Field,
    /// Its label.
    label: &'static str,
    /// The codes and their labels.
    options: Vec<(String, String)>,
    /// The code that is selected initially.
    #[prop(optional, into)]
    value: String,
    /// The label of the option that selects nothing; without it a code must be selected.
    #[prop(optional)]
    none: &'static str,
    /// Whether the field must not be empty.
    #[prop(optional)]
    required: bool,
) -> impl IntoView {
    let value = initial(field, value);
    let chosen = value.clone();
    view! {
        <label class="field">
            <span class="label">{label}</span>
            <select name=name_of(field) required=required autocomplete="off" aria-describedby=described_by(field)>
                {(!none.is_empty() || value.is_empty()).then(|| view! { <option value="">{none}</option> })}
                {options.into_iter().map(|(code, label)| {
                    let selected = code == chosen;
                    view! { <option value=code selected=selected>{label}</option> }
                }).collect_view()}
            </select>
            <FaultOf field/>
        </label>
    }
}

/// A list of checkboxes, shown as chips.
#[component]
pub fn Chips(
    /// The field.
    field: Field,
    /// The legend of the group.
    legend: &'static str,
    /// An explanation in small type, beside the legend.
    #[prop(optional)]
    hint: &'static str,
    /// The codes and their labels.
    options: Vec<(&'static str, &'static str)>,
    /// The codes that are ticked initially.
    #[prop(optional)]
    ticked: Vec<&'static str>,
) -> impl IntoView {
    let form = use_form();
    let ticked = move |code: &str| {
        let typed = form.and_then(|form| form.ticked(&format!("{}.{code}", field.code())));
        typed.unwrap_or_else(|| ticked.contains(&code))
    };
    view! {
        <fieldset class="chips-of">
            <legend>{legend} {(!hint.is_empty()).then(|| view! { <small>{hint}</small> })}</legend>
            <div class="chips">
                {options.into_iter().map(|(code, label)| {
                    let name = format!("fields[{}.{code}]", field.code());
                    view! {
                        <label class="chip">
                            <input type="checkbox" name=name value="1" checked=ticked(code)/>
                            <span>{label}</span>
                        </label>
                    }
                }).collect_view()}
            </div>
        </fieldset>
    }
}

/// One checkbox.
#[component]
pub fn Tick(
    /// The field.
    field: Field,
    /// The label.
    label: &'static str,
    /// Whether it is ticked initially.
    #[prop(optional)]
    ticked: bool,
) -> impl IntoView {
    let ticked = use_form().and_then(|form| form.ticked(field.code())).unwrap_or(ticked);
    view! {
        <label class="chip tick">
            <input type="checkbox" name=name_of(field) value="1" checked=ticked/>
            <span>{label}</span>
        </label>
    }
}

/// A hidden field.
#[component]
pub fn Hidden(
    /// The field.
    field: Field,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name_of(field) value=value/> }
}
