//! The sign-in page, the page that sets up a new house, and the error pages: documents without any script.

use domain::{
    fields::Fields,
    refused::{Fault, Refused},
    team::PASSWORD_MIN,
};
use leptos::prelude::*;

use crate::{
    components::refusal::{fault_sentence, sentence},
    request::{Assets, RequestContext, SignInPage, Theme},
    shell::head,
    words::Lang,
};

/// The logins of a demo house.
const DEMO: [&str; 3] = ["nuit", "coordination", "direction"];
/// The password of every account of a demo house.
pub const DEMO_PASSWORD: &str = "une petite lampe";

/// The document of the sign-in page, or of the setup page if the house has not been set up yet.
pub fn sign_in_shell() -> impl IntoView {
    let request = use_context::<RequestContext>();
    let (data, assets) =
        request.map_or_else(Default::default, |request| (request.page.clone(), (*request.assets).clone()));
    let w = data.lang;
    provide_context(w);
    let sprite = assets.icons.clone();
    let to_open = data.sign_in.to_open;
    let body = if to_open { open_house(w, data.sign_in.clone()) } else { sign_in(w, data.sign_in.clone()) };
    view! {
        <!DOCTYPE html>
        <html lang=w.code() data-theme=data.theme.code()>
            <head>{head(assets.css, assets.font)}<title inner_html=w.app_name()></title></head>
            <body>
                <main class="sign-in">
                    <svg class="icon lamp-sign" viewBox="0 0 24 24" aria-hidden="true"><use href=format!("/pkg/{sprite}#lamp")/></svg>
                    {body}
                    {corner(w, data.theme)}
                </main>
            </body>
        </html>
    }
}

/// The document for an HTTP error. It says what happened and what to do next.
pub fn error_page(w: Lang, assets: &Assets, status: u16) -> String {
    let sentence = match status {
        403 => w.error_forbidden(),
        404 | 405 => w.lost_sentence(),
        413 => w.error_too_large(),
        421 => w.error_host(),
        429 => w.error_too_many(),
        503 => w.refused_unavailable(),
        507 => w.refused_disk_full(),
        400..500 => w.error_request(),
        _ => w.error_internal(),
    };
    let sentence = view! { <p>{sentence}</p> }.into_any();
    in_place(w, assets, sentence, "/", w.lost_back())
}

/// The document for a refusal whose form is not on the page of its origin any more: the reason, and a link back.
pub fn refused_page(w: Lang, assets: &Assets, refused: &Refused, back: &str) -> String {
    let why = view! { <p class="refusal" role="alert">{sentence(w, refused, None)}</p> }.into_any();
    in_place(w, assets, why, back, w.error_back())
}

fn in_place(w: Lang, assets: &Assets, what: AnyView, back: &str, label: &'static str) -> String {
    let (css, font, back) = (assets.css.clone(), assets.font.clone(), back.to_owned());
    let page = Owner::new().with(|| {
        view! {
            <html lang=w.code() data-theme=Theme::Night.code()>
                <head>{head(css, font)}<title inner_html=w.app_name()></title></head>
                <body><main class="sign-in"><h1>{w.error_title()}</h1>{what}<p><a class="button main" href=back>{label}</a></p></main></body>
            </html>
        }
        .to_html()
    });
    format!("<!DOCTYPE html>{page}")
}

fn sign_in(w: Lang, page: SignInPage) -> AnyView {
    let refused = page.refused.map(|refused| {
        let said =
            if refused == Refused::SignIn { w.sign_in_refused().to_owned() } else { sentence(w, &refused, None) };
        view! { <p class="refusal" role="alert">{said}</p> }
    });
    let demo = page.demo.then(|| {
        view! {
            <section class="panel demo"><h2>{w.demo_title()}</h2><p>{w.demo_sentence()}</p>
            <dl>{DEMO.iter().map(|login| view! { <dt><code>{*login}</code></dt><dd>{w.demo_who(login)}</dd> }).collect_view()}</dl>
            <p>{w.demo_password()} " " <code>{DEMO_PASSWORD}</code></p></section>
        }
    });
    let login = typed(&page.typed, "login");
    view! {
        <h1>{w.sign_in_title()}</h1>
        {refused}
        <form method="post" action="/api/sign_in">
            <label class="field"><span class="label">{w.field_login()}</span>
                <input type="text" name="login" value=login.clone() autofocus=login.is_empty() autocomplete="username" autocapitalize="none" spellcheck="false" required=true maxlength="40"/></label>
            <label class="field"><span class="label">{w.field_password()}</span>
                <input type="password" name="password" autofocus=!login.is_empty() autocomplete="current-password" required=true maxlength="256"/></label>
            <button class="button main">{w.sign_in()}</button>
        </form>
        {demo}
    }
    .into_any()
}

fn open_house(w: Lang, page: SignInPage) -> AnyView {
    let faults: Vec<Fault> = match &page.refused {
        Some(Refused::Faults(faults)) => faults.clone(),
        _ => Vec::new(),
    };
    let refused =
        page.refused.as_ref().map(|refused| view! { <p class="refusal" role="alert">{sentence(w, refused, None)}</p> });
    let field = |name: &'static str, label: &'static str, kind: &'static str, auto: &'static str| {
        let wrong = faults.iter().find(|fault| fault.field.code() == name).map(|fault| fault_sentence(w, fault));
        // A refused form keeps its texts, except for the password.
        let value = if kind == "password" { String::new() } else { typed(&page.typed, name) };
        view! {
            <label class="field"><span class="label">{label}</span>
                <input type=kind name=name value=value autocomplete=auto spellcheck="false" required=true/>
                <span class="fault">{wrong}</span></label>
        }
    };
    view! {
        <h1>{w.open_title()}</h1>
        <p>{w.open_sentence()}</p>
        {refused}
        <form method="post" action="/api/open">
            {field("code", w.field_code(), "text", "one-time-code")}
            {field("alias", w.field_alias(), "text", "off")}
            <p class="soft">{w.hint_alias()}</p>
            {field("name", w.field_your_name(), "text", "name")}
            {field("login", w.field_login(), "text", "username")}
            {field("password", w.field_password(), "password", "new-password")}
            <p class="soft">{w.password_rule(PASSWORD_MIN as i64)}</p>
            <button class="button main">{w.open_do()}</button>
        </form>
    }
    .into_any()
}

fn typed(fields: &Fields, name: &str) -> String {
    fields.get(name).unwrap_or_default().to_owned()
}

fn corner(w: Lang, theme: Theme) -> impl IntoView {
    let (lang, theme) = (w.other(), theme.other());
    view! {
        <p class="corner">
            <a class="button" href=format!("?lang={}", lang.code()) lang=lang.code()
                aria-label=format!("{} : {}", w.language_label(), w.other_language())>{w.other_language()}</a>
            <a class="button" href=format!("?theme={}", theme.code())
                aria-label=format!("{} : {}", w.theme_label(), w.theme(theme.code()))>{w.theme(theme.code())}</a>
        </p>
    }
}
