//! The event stream, shared by all open pages (tabs) of a browser.
//!
//! A browser opens at most six connections to a server (HTTP/1.1), so the pages share one stream. The visible pages
//! request one Web Lock; the page that holds it opens the stream and forwards every event to the others on a broadcast
//! channel. A page that is hidden or left closes its stream and releases the lock. The next page to hold the lock opens
//! the stream after the last version that it received, so no event is missed, and a version received twice has no
//! effect.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use domain::{events::Change, refused::Refused, time::HouseTime};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, Event, EventSource, MessageEvent};

use crate::{
    client::{
        document::{document, pause_ms, window},
        fetch::{empty_page, session_holds, to_sign_in},
        idle,
        listeners::{every, now_ms, on},
    },
    page_state::{Freshness, PageState},
};

/// The name of the lock that the page with the stream holds, and of the broadcast channel.
const NAME: &str = "veilleuse-events";
/// The name of the message with which a page that has become visible sends the last version that it received.
const HELLO: &str = "hello";

/// Follows the event stream, updates the freshness of the page, and goes to the sign-in page after `idle_s` seconds
/// without activity.
pub fn listen(state: PageState, idle_s: u32) {
    let Ok(channel) = BroadcastChannel::new(NAME) else { return };
    let stream = Rc::new(Stream {
        state,
        channel,
        source: RefCell::default(),
        release: RefCell::default(),
        wanted: Cell::new(false),
        last_word: Cell::new(now_ms()),
    });
    stream.hear_the_others();
    stream.clone().follow_visibility();
    stream.clone().watch_freshness();
    watch_leaving(stream);
    idle::watch(idle_s);
}

/// The state of the stream in one page.
struct Stream {
    state: PageState,
    channel: BroadcastChannel,
    /// The connection, if this page holds the stream.
    source: RefCell<Option<EventSource>>,
    /// The function that releases the lock, if this page holds it.
    release: RefCell<Option<js_sys::Function>>,
    /// Whether this page is visible and so may hold the stream.
    wanted: Cell<bool>,
    last_word: Cell<f64>,
}

impl Stream {
    /// Requests the stream while the page is visible. A page that becomes visible sends the last version that it
    /// received, so that the page with the stream can send it what it missed.
    fn follow_visibility(self: Rc<Self>) {
        let this = self.clone();
        on(document().as_ref().map(AsRef::as_ref), "visibilitychange", move |_: Event| this.clone().match_visibility());
        self.match_visibility();
    }

    fn match_visibility(self: Rc<Self>) {
        let hidden = document().is_some_and(|document| document.hidden());
        if hidden {
            self.let_go();
        } else if !self.wanted.replace(true) {
            self.say(HELLO, &self.state.seen.get_untracked().to_string());
            self.ask_for_the_lock();
        }
    }

    /// Closes the stream, if this page holds it, and releases the lock for another page.
    fn let_go(&self) {
        self.wanted.set(false);
        if let Some(source) = self.source.borrow_mut().take() {
            source.close();
        }
        if let Some(release) = self.release.borrow_mut().take() {
            release.call0(&JsValue::NULL).ok();
        }
    }

    fn ask_for_the_lock(self: Rc<Self>) {
        let Some(locks) = locks() else { return };
        let this = self.clone();
        // The lock is held until the promise that the callback returns is resolved.
        let held = Closure::<dyn FnMut(JsValue) -> js_sys::Promise>::new(move |_| {
            let this = this.clone();
            js_sys::Promise::new(&mut |resolve, _| {
                if this.wanted.get() {
                    *this.release.borrow_mut() = Some(resolve);
                    this.clone().connect();
                } else {
                    resolve.call0(&JsValue::NULL).ok();
                }
            })
        });
        let Some(asked) = request_lock(&locks, held.as_ref()) else { return };
        // The closure must live until the lock is released.
        spawn_local(async move {
            wasm_bindgen_futures::JsFuture::from(asked).await.ok();
            drop(held);
        });
    }

    fn connect(self: Rc<Self>) {
        let address = format!("/events?after={}", self.state.seen.get_untracked());
        let Ok(source) = EventSource::new(&address) else { return };
        for name in ["change", "heartbeat", "all", "over"] {
            let this = self.clone();
            on(Some(&source), name, move |event: Event| {
                let data = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string());
                let data = data.unwrap_or_default();
                this.say(name, &data);
                this.heard(name, &data);
            });
        }
        // The browser reconnects by itself after an interruption. When the server refused, the page must find out why.
        let this = self.clone();
        on(Some(&source.clone()), "error", {
            let source = source.clone();
            move |_: Event| {
                // After an error the page counts as three seconds without an event, so that it becomes stale sooner.
                this.last_word.set(this.last_word.get().min(now_ms() - 3_000.0));
                if source.ready_state() == EventSource::CLOSED && this.wanted.get() {
                    let this = this.clone();
                    spawn_local(async move {
                        pause_ms(1_000 + (js_sys::Math::random() * 2_000.0) as u32).await;
                        // Without a session this call goes to the sign-in page.
                        if session_holds().await != Err(Refused::SignIn) && this.wanted.get() {
                            this.connect();
                        }
                    });
                }
            }
        });
        *self.source.borrow_mut() = Some(source);
    }

    fn hear_the_others(self: &Rc<Self>) {
        let this = self.clone();
        on(Some(&self.channel), "message", move |event: Event| {
            let Ok(event) = event.dyn_into::<MessageEvent>() else { return };
            let Some((name, data)) = event
                .data()
                .as_string()
                .and_then(|text| text.split_once(' ').map(|(n, d)| (n.to_owned(), d.to_owned())))
            else {
                return;
            };
            if name == HELLO {
                this.answer_hello(&data);
            } else {
                this.heard(&name, &data);
            }
        });
    }

    /// Answers a page that has become visible. If this page holds the stream and has received a newer version, it sends
    /// an event that stands for all missed ones.
    fn answer_hello(&self, heard: &str) {
        let seen = self.state.seen.get_untracked();
        if self.source.borrow().is_some() && heard.parse::<i64>().is_ok_and(|heard| heard < seen) {
            let all = Change { version: seen, areas: Vec::new(), subject: None };
            self.say("all", &serde_json::to_string(&all).unwrap_or_default());
        }
    }

    fn say(&self, name: &str, data: &str) {
        self.channel.post_message(&JsValue::from_str(&format!("{name} {data}"))).ok();
    }

    fn heard(&self, name: &str, data: &str) {
        self.last_word.set(now_ms());
        let state = self.state;
        match name {
            "change" => {
                if let Ok(change) = serde_json::from_str::<Change>(data) {
                    state.heard(&change);
                }
            }
            // This event stands for many missed ones.
            "all" => {
                if let Ok(change) = serde_json::from_str::<Change>(data) {
                    state.heard_all(change.version);
                }
            }
            "heartbeat" => {
                state.freshness.set(Freshness::Live(0));
                if let Ok(now) = serde_json::from_str::<HouseTime>(data) {
                    state.clock.set(Some(now));
                }
            }
            "over" => to_sign_in(),
            _ => {}
        }
    }

    fn watch_freshness(self: Rc<Self>) {
        every(1_000, move || {
            if self.state.freshness.get_untracked() != Freshness::Drawn {
                self.state.freshness.set(Freshness::after(((now_ms() - self.last_word.get()) / 1000.0) as i64));
            }
        });
    }
}

/// The browser's lock manager, obtained by reflection because `web-sys` has no stable binding for it.
fn locks() -> Option<JsValue> {
    js_sys::Reflect::get(&window()?.navigator(), &"locks".into()).ok().filter(|locks| !locks.is_undefined())
}

/// Requests the lock. The promise is resolved once the lock has been released again.
fn request_lock(locks: &JsValue, callback: &JsValue) -> Option<js_sys::Promise> {
    let request: js_sys::Function = js_sys::Reflect::get(locks, &"request".into()).ok()?.dyn_into().ok()?;
    request.call2(locks, &NAME.into(), callback).ok()?.dyn_into().ok()
}

/// Closes the stream and empties the page when it is left, because the browser may keep it in its back-forward cache
/// for hours. A page that returns from that cache is loaded again.
fn watch_leaving(stream: Rc<Stream>) {
    let window = window();
    on(window.as_deref(), "pagehide", move |_: Event| {
        stream.let_go();
        stream.channel.close();
        empty_page();
    });
    on(window.as_deref(), "pageshow", move |event: Event| {
        let kept = js_sys::Reflect::get(&event, &"persisted".into()).is_ok_and(|kept| kept.is_truthy());
        if kept && let Some(window) = web_sys::window() {
            window.location().reload().ok();
        }
    });
}
