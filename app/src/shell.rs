//! The document around every page: head, style sheet, and the script that hydrates it.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    app::App,
    components::page::tab_title,
    pages::screen_of,
    request::{Assets, RequestContext},
    words::Lang,
};

/// The address of the page that says that there is nothing.
const LOST: &str = "/lost";

/// The document of a page for someone signed in.
pub fn shell() -> impl IntoView {
    let request = use_context::<RequestContext>();
    let (data, assets) =
        request.map_or_else(Default::default, |request| (request.page.clone(), (*request.assets).clone()));
    // A page drawn in place of one that does not exist, or that the role may not see, is not hydrated: the browser
    // would ask for the page of its address again.
    let lost = data.address == LOST;
    let script = (!assets.js.is_empty() && !lost).then(|| {
        view! {
            <link rel="modulepreload" href=format!("/pkg/{}", assets.js) nonce=use_nonce()/>
            <link rel="preload" href=format!("/pkg/{}", assets.wasm) r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=use_nonce()>{hydration_script(&assets)}</script>
        }
    });
    let name = title_of(data.lang, &data.address);
    view! {
        <!DOCTYPE html>
        <html lang=data.lang.code() data-theme=data.theme.code()>
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

/// Loads the browser's module where everything it uses exists. Elsewhere, and when it cannot be loaded, the page
/// stays as the server drew it: its forms and links are the browser's own, and a sentence says that it does not follow
/// by itself (`data-live`, `style/components/notice.css`).
fn hydration_script(assets: &Assets) -> String {
    let (js, wasm) = (&assets.js, &assets.wasm);
    format!(
        "const off = () => {{ document.documentElement.dataset.live = 'off'; }};
const has = (there) => {{ try {{ return Boolean(there()); }} catch {{ return false; }} }};
const needed = [() => AbortSignal.timeout, () => crypto.randomUUID, () => EventSource, () => WebAssembly.instantiate, \
() => BroadcastChannel, () => navigator.locks.request, () => Element.prototype.replaceChildren, () => 'inert' in HTMLElement.prototype];
if (needed.every(has)) {{
  import('/pkg/{js}').then((module) => module.default({{ module_or_path: '/pkg/{wasm}' }}).then(() => module.hydrate())).catch(off);
}} else {{ off(); }}"
    )
}

/// What the browser's tab says until the page is hydrated.
fn title_of(w: Lang, address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    tab_title(w, screen_of(path).map_or(w.lost_title(), |(screen, _)| (screen.title)(w)))
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
