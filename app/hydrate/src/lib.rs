//! The browser's entry: wakes the page that the server has drawn.

use wasm_bindgen::prelude::wasm_bindgen;

/// Wakes the page.
#[wasm_bindgen]
pub fn hydrate() {
    // A panic says where, in the console; without it a browser says only "unreachable".
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
