//! Fields of forms. The document holds what is typed; a field is given its first value and is never
//! written to again, so nothing that arrives from the house can disturb what is being typed.

use domain::refused::Field;
use leptos::prelude::*;

use crate::{components::refusal::fault_sentence, form_state::use_form, words::use_words};

/// The name a field travels under.
pub fn name_of(field: Field) -> String {
    format!("fields[{}]", field.code())
}

/// What a field holds at first: what was typed before a refusal, else what is known.
pub fn initial(field: Field, known: String) -> String {
    use_form().and_then(|form| form.typed(field.code())).unwrap_or(known)
}

/// The id of the sentence that says what is wrong with a field.
pub fn described_by(field: Field) -> String {
    format!("fault-{}", field.code())
}

/// What is wrong with a field.
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

/// A field of one line.
#[component]
pub fn TextField(
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
    /// Its kind for the browser.
    #[prop(default = "text")]
    kind: &'static str,
    /// Which keyboard a tablet shows.
    #[prop(optional)]
    keyboard: &'static str,
    /// Whether it must be given.
    #[prop(optional)]
    required: bool,
    /// What the browser may fill in by itself; nothing unless said.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it has the focus when the document is loaded.
    #[prop(optional)]
    autofocus: bool,
    /// Said when what is typed changes.
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

/// A choice among codes.
#[component]
pub fn Select(
    /// The field.
    field: Field,
    /// Its label.
    label: &'static str,
    /// Codes and their labels.
    options: Vec<(String, String)>,
    /// The code chosen at first.
    #[prop(optional, into)]
    value: String,
    /// What stands for no choice; none where one must be made.
    #[prop(optional)]
    none: &'static str,
    /// Whether it must be given.
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

/// Boxes of a list, as chips.
#[component]
pub fn Chips(
    /// The field.
    field: Field,
    /// What the boxes are about.
    legend: &'static str,
    /// What the legend adds in small.
    #[prop(optional)]
    hint: &'static str,
    /// Codes and their labels.
    options: Vec<(&'static str, &'static str)>,
    /// Codes ticked at first.
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

/// One box.
#[component]
pub fn Tick(
    /// The field.
    field: Field,
    /// What ticking it means.
    label: &'static str,
    /// Whether it is ticked at first.
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

/// A value that travels with a form unseen.
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
