//! The entry point of the WebAssembly module that browsers load: it hydrates the page that the server rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Hydrates the page. The script in the head of the document calls this function once.
#[wasm_bindgen]
pub fn hydrate() {
    // With the hook the console shows where a panic happened; without it, it shows only "unreachable".
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
