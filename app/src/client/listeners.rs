//! Listeners and timers that live as long as the page.

use wasm_bindgen::{JsCast as _, closure::Closure};
use web_sys::Event;

use crate::client::document::window;

/// Runs something on each event of a target, for as long as the page lives.
pub(crate) fn on(target: Option<&web_sys::EventTarget>, name: &str, run: impl FnMut(Event) + 'static) {
    let run = Closure::<dyn FnMut(Event)>::new(run);
    if let Some(target) = target {
        target.add_event_listener_with_callback(name, run.as_ref().unchecked_ref()).ok();
    }
    run.forget();
}

/// Runs something again and again, for as long as the page lives.
pub(crate) fn every(ms: i32, run: impl FnMut() + 'static) {
    let run = Closure::<dyn FnMut()>::new(run);
    if let Some(window) = window() {
        window.set_interval_with_callback_and_timeout_and_arguments_0(run.as_ref().unchecked_ref(), ms).ok();
    }
    run.forget();
}

/// Milliseconds of the tablet's own clock: it goes on while the tablet sleeps.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}
