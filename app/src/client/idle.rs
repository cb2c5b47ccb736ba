//! The idle timeout: a page without activity goes to the sign-in page.

use std::{cell::Cell, rc::Rc};

use leptos::task::spawn_local;
use web_sys::Event;

use crate::client::{
    document::window,
    fetch::{to_sign_in, touch},
    listeners::{every, now_ms, on},
};

/// The minimum time between two reports of activity to the server, in milliseconds.
const TELL_TOUCH_EVERY: f64 = 20_000.0;

/// Reports activity to the server, and goes to the sign-in page after `idle_s` seconds without any. Activity is a
/// pointer or key that is pressed, not a movement.
pub(crate) fn watch(idle_s: u32) {
    let last_touch = Rc::new(Cell::new(now_ms()));
    let last_report = Rc::new(Cell::new(now_ms()));
    for name in ["pointerdown", "keydown"] {
        let (last_touch, last_report) = (last_touch.clone(), last_report.clone());
        on(window().as_deref(), name, move |_: Event| {
            let now = now_ms();
            last_touch.set(now);
            if now - last_report.get() > TELL_TOUCH_EVERY {
                last_report.set(now);
                // Without a session this call goes to the sign-in page.
                spawn_local(touch());
            }
        });
    }
    every(1_000, move || {
        if now_ms() - last_touch.get() > f64::from(idle_s) * 1000.0 {
            to_sign_in();
        }
    });
}
