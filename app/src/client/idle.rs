//! The idle lock: a screen that nobody touches goes back to the sign-in page.

use std::{cell::Cell, rc::Rc};

use leptos::task::spawn_local;
use web_sys::Event;

use crate::client::{
    document::window,
    fetch::{to_sign_in, touch},
    listeners::{every, now_ms, on},
};

/// A touch is told to the server at most this often, in milliseconds.
const TELL_TOUCH_EVERY: f64 = 20_000.0;

/// Tells the server of touches, and locks the screen after so many seconds without one. Only fingers and keys touch.
pub(crate) fn watch(idle_s: u32) {
    let last_touch = Rc::new(Cell::new(now_ms()));
    let last_told = Rc::new(Cell::new(now_ms()));
    for name in ["pointerdown", "keydown"] {
        let (last_touch, last_told) = (last_touch.clone(), last_told.clone());
        on(window().as_deref(), name, move |_: Event| {
            let now = now_ms();
            last_touch.set(now);
            if now - last_told.get() > TELL_TOUCH_EVERY {
                last_told.set(now);
                // Without a session this leads to the sign-in page.
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
