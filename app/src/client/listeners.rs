//! Event listeners and timers that live as long as the document.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::Event;

use crate::client::document::window;

/// Calls `run` on each event of a target, for as long as the document lives.
pub(crate) fn on(target: Option<&web_sys::EventTarget>, name: &str, run: impl FnMut(Event) + 'static) {
    let run = Closure::<dyn FnMut(Event)>::new(run);
    if let Some(target) = target {
        target.add_event_listener_with_callback(name, run.as_ref().unchecked_ref()).ok();
    }
    run.forget();
}

/// Calls `run` every `ms` milliseconds, for as long as the document lives.
pub(crate) fn every(ms: i32, run: impl FnMut() + 'static) {
    let run = Closure::<dyn FnMut()>::new(run);
    if let Some(window) = window() {
        window.set_interval_with_callback_and_timeout_and_arguments_0(run.as_ref().unchecked_ref(), ms).ok();
    }
    run.forget();
}

/// The milliseconds since the Unix epoch by the tablet's clock, which continues while the tablet is suspended.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}
