//! The document around every page: head, style sheet, and the script that wakes it.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{components::page::tab_title, server_pages::page_of, root::App, request::RequestContext, words::Lang};

/// The address of the page that says that there is nothing.
const LOST: &str = "/lost";

/// The document of a page for someone signed in.
pub fn shell() -> impl IntoView {
    let visit = use_context::<RequestContext>();
    let (start, assets) = visit.map_or_else(Default::default, |visit| (visit.start.clone(), (*visit.assets).clone()));
    // A page drawn in place of one that is not hers, or not there, stays as it was drawn: awake, it would
    // ask for the page of its address again.
    let lost = start.address == LOST;
    let script = (!assets.js.is_empty() && !lost).then(|| {
        let wake = format!(
            "import init, {{ hydrate }} from '/pkg/{}';\ninit({{ module_or_path: '/pkg/{}' }}).then(hydrate);",
            assets.js, assets.wasm
        );
        view! {
            <link rel="modulepreload" href=format!("/pkg/{}", assets.js) nonce=use_nonce()/>
            <link rel="preload" href=format!("/pkg/{}", assets.wasm) r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=use_nonce()>{wake}</script>
        }
    });
    let name = title_of(start.lang, &start.address);
    view! {
        <!DOCTYPE html>
        <html lang=start.lang.code() data-theme=start.theme.code()>
            <head>
                {head(assets.css, assets.font)}
                {script}
                // As inner HTML: the framework would leave a mark of its own in the text.
                <title inner_html=name></title>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// What the browser's tab says until the page is awake.
fn title_of(w: Lang, address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    let name = match path {
        "/" => w.nav_tonight(),
        "/desk" => w.desk_title(),
        "/veil" => return w.app_name().to_owned(),
        _ => page_of(path).map_or(w.lost_title(), |page| (page.title)(w)),
    };
    tab_title(w, name)
}

/// What every document's head holds: nothing that says what this is, nothing from elsewhere.
pub(crate) fn head(css: String, font: String) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        // The header says `no-referrer`; under it browsers post forms with `Origin: null`, which the
        // guard refuses. Inside the house the address may be told, outside it never is.
        <meta name="referrer" content="same-origin"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="robots" content="noindex, nofollow"/>
        <meta name="color-scheme" content="dark light"/>
        <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
        <link rel="preload" href=format!("/pkg/{font}") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
        <link rel="stylesheet" href=format!("/pkg/{css}")/>
    }
}
