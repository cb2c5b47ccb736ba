//! The HTML document of a page: its head, its style sheet and the script that hydrates it.

use leptos::{nonce::use_nonce, prelude::*};

use crate::{
    app::App,
    components::page::tab_title,
    pages::screen_of,
    request::{Assets, RequestContext},
    words::Lang,
};

/// The address of the page that is shown for an unknown path.
const LOST: &str = "/lost";

/// The document of a page for a request with a session.
pub fn shell() -> impl IntoView {
    let request = use_context::<RequestContext>();
    let (data, assets) =
        request.map_or_else(Default::default, |request| (request.page.clone(), (*request.assets).clone()));
    // The page that replaces an unknown or forbidden one is not hydrated, because the browser would then request
    // the page of the address again.
    let lost = data.address == LOST;
    let script = (!assets.js.is_empty() && !lost).then(|| {
        view! {
            <link rel="modulepreload" href=format!("/pkg/{}", assets.js) nonce=use_nonce()/>
            <link rel="preload" href=format!("/pkg/{}", assets.wasm) r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=use_nonce()>{hydration_script(&assets)}</script>
        }
    });
    // Runs before the page is painted. Where scripts are off, or modules are unknown, nothing sets the attribute.
    let starting = (!assets.js.is_empty()).then(|| {
        view! { <script nonce=use_nonce()>"'noModule' in document.createElement('script') && document.documentElement.setAttribute('data-live', 'starting')"</script> }
    });
    let name = title_of(data.lang, &data.address);
    view! {
        <!DOCTYPE html>
        <html lang=data.lang.code() data-theme=data.theme.code()>
            <head>
                {head(assets.css, assets.font)}
                {starting}
                {script}
                // The title is inner HTML, because Leptos would otherwise insert a marker into the text.
                <title inner_html=name></title>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The script that loads the WebAssembly module, if the browser has every API that it uses. Otherwise, and when loading
/// fails, the page stays as the server rendered it: its forms and links work without JavaScript, and a notice says that
/// the page does not update itself (`data-live`, `style/components/notice.css`).
fn hydration_script(assets: &Assets) -> String {
    let (js, wasm) = (&assets.js, &assets.wasm);
    format!(
        "const off = () => {{ document.documentElement.dataset.live = 'off'; }};
const has = (there) => {{ try {{ return Boolean(there()); }} catch {{ return false; }} }};
const needed = [() => AbortSignal.timeout, () => crypto.randomUUID, () => EventSource, () => WebAssembly.instantiate, \
() => BroadcastChannel, () => navigator.locks.request, () => Element.prototype.replaceChildren];
if (needed.every(has)) {{
  import('/pkg/{js}').then((module) => module.default({{ module_or_path: '/pkg/{wasm}' }}).then(() => module.hydrate())).catch(off);
}} else {{ off(); }}"
    )
}

/// The title of the browser's tab until the page is hydrated.
fn title_of(w: Lang, address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    tab_title(w, screen_of(path).map_or(w.lost_title(), |(screen, _)| (screen.title)(w)))
}

/// The common elements of the head of every document. They do not reveal the purpose of the site and load nothing from
/// other origins.
pub(crate) fn head(css: String, font: String) -> impl IntoView {
    view! {
        <meta charset="utf-8"/>
        // The response header says `no-referrer`, with which browsers post forms with `Origin: null`, which the
        // guard refuses. With `same-origin` they send the origin and the referrer to this server only.
        <meta name="referrer" content="same-origin"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="robots" content="noindex, nofollow"/>
        <meta name="color-scheme" content="dark light"/>
        <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
        <link rel="preload" href=format!("/pkg/{font}") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
        <link rel="stylesheet" href=format!("/pkg/{css}")/>
    }
}
