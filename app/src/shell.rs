//! The document around every page: head, style sheet, and the script that wakes it.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{root::App, visit::Visit};

/// The document of a page for someone signed in.
pub fn shell() -> impl IntoView {
    let visit = use_context::<Visit>();
    let (start, assets) =
        visit.map_or_else(Default::default, |visit| (visit.start.clone(), (*visit.assets).clone()));
    let script = (!assets.js.is_empty()).then(|| {
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
    view! {
        <!DOCTYPE html>
        <html lang=start.lang.code() data-theme=start.theme.code()>
            <head>
                {head(assets.css, assets.font)}
                {script}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// What every document's head holds: nothing that says what this is, nothing from elsewhere.
pub(crate) fn head(css: String, font: String) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="robots" content="noindex, nofollow"/>
        <meta name="color-scheme" content="dark light"/>
        <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
        <link rel="preload" href=format!("/pkg/{font}") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
        <link rel="stylesheet" href=format!("/pkg/{css}")/>
    }
}
