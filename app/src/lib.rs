//! Spike.
use leptos::prelude::*;
leptos_i18n::load_locales!();
pub fn x(l: i18n::Locale, n: i64) -> String { format!("{} {} {}", leptos_i18n::td_string!(l, hello), leptos_i18n::td_string!(l, beds, n = n), 1) }
#[component]
pub fn App() -> impl IntoView { let (n, set) = signal(0i64); view!{ <p on:click=move |_| set.update(|n| *n += 1)>{move || x(i18n::Locale::fr, n.get())}</p> } }
