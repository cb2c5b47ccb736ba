use std::{cell::Cell, rc::Rc};

use domain::{
    fields::Fields,
    events::{Area, Change},
    refused::Refused,
    time::HouseTime,
};
use leptos::{prelude::*, server_fn::ServerFn, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast as _, JsValue, closure::Closure};
use web_sys::{
    AbortSignal, Document, Event, EventSource, FormData, HtmlFormElement, HtmlInputElement, MessageEvent, RequestInit,
    Response, UrlSearchParams, Window,
};

use crate::{
    acts::ActOf,
    live::{Lamp, PageState},
};

/// A touch is told to the house at most this often, in milliseconds.
const TELL_TOUCH_EVERY: f64 = 20_000.0;
/// How long an answer is waited for, in milliseconds: Wi-Fi that has gone quiet never says no. The same
/// id may then be sent again, and is done once.
pub(super) const ANSWER_WITHIN: u32 = 10_000;

/// The page is awake: taps work from here on.
pub fn wake() {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        root.set_attribute("data-awake", "").ok();
    }
}

/// A new id for an act: 122 random bits.
pub fn new_id() -> String {
    window().and_then(|window| window.crypto().ok()).map(|crypto| crypto.random_uuid()).unwrap_or_default()
}

/// Sends an act to the house.
///
/// # Errors
/// The house's refusal, or `Unavailable` when it did not answer: the same id may then be sent again.
pub async fn send(act: ActOf, id: String, fields: Fields) -> Result<(), Refused> {
    let body = UrlSearchParams::new().map_err(|_| Refused::Unavailable)?;
    body.append("id", &id);
    for (name, text) in fields.pairs() {
        body.append(&format!("fields[{name}]"), text);
    }
    post(act.path, None, &body.into()).await.map(drop)
}

/// Asks a question of the house.
///
/// # Errors
/// The house's refusal, or `Unavailable` when it did not answer. Without a session one is at the
/// entrance.
pub async fn ask(path: &'static str, question: String) -> Result<String, Refused> {
    // A browser has one thread; resources are made for many.
    let ctx = async move { post(path, Some("application/json"), &JsValue::from_str(&question)).await };
    SendWrapper::new(ctx).await
}

async fn post(path: &str, kind: Option<&str>, body: &JsValue) -> Result<String, Refused> {
    let (status, text) = fetch(path, kind, body).await.ok_or(Refused::Unavailable)?;
    if (200..300).contains(&status) {
        return Ok(text);
    }
    let refused = serde_json::from_str(&text).unwrap_or(Refused::Unavailable);
    if refused == Refused::SignIn {
        to_sign_in();
    }
    Err(refused)
}

async fn fetch(path: &str, kind: Option<&str>, body: &JsValue) -> Option<(u16, String)> {
    let window = window()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(body);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(ANSWER_WITHIN)));
    let headers = web_sys::Headers::new().ok()?;
    headers.set("Accept", "application/json").ok()?;
    if let Some(kind) = kind {
        headers.set("Content-Type", kind).ok()?;
    }
    init.set_headers(&headers);
    let response = wasm_bindgen_futures::JsFuture::from(window.fetch_with_str_and_init(path, &init)).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let text = wasm_bindgen_futures::JsFuture::from(response.text().ok()?).await.ok()?;
    Some((response.status(), text.as_string().unwrap_or_default()))
}

/// The act's id and fields of a form being sent. The document is the truth: what was typed before the
/// page woke is there too.
pub fn form_of(event: &leptos::ev::SubmitEvent) -> Option<(String, Fields)> {
    let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
    let fields = fields_of(&form);
    let id = form.elements().named_item("id")?.dyn_into::<HtmlInputElement>().ok()?.value();
    Some((id, fields))
}

/// The fields of the form that holds an element.
pub fn fields_around(event: &Event) -> Fields {
    let element = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let form = element.and_then(|element| element.closest("form").ok().flatten());
    form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()).map(|form| fields_of(&form)).unwrap_or_default()
}

fn fields_of(form: &HtmlFormElement) -> Fields {
    let mut fields = Fields::default();
    let Ok(data) = FormData::new_with_form(form) else { return fields };
    for entry in js_sys::try_iter(&data.entries()).ok().flatten().into_iter().flatten().flatten() {
        let pair: js_sys::Array = entry.unchecked_into();
        if let (Some(name), Some(text)) = (pair.get(0).as_string(), pair.get(1).as_string())
            && let Some(name) = name.strip_prefix("fields[").and_then(|name| name.strip_suffix(']'))
        {
            fields.set(name, text);
        }
    }
    fields
}

/// An act was done: a form that stays open gets a new id for its next one.
pub fn renew_id(old: &str) {
    let selector = format!("input[name=id][value=\"{old}\"]");
    if let Some(input) = document().and_then(|document| document.query_selector(&selector).ok().flatten()) {
        input.set_attribute("value", &new_id()).ok();
    }
}

/// The way to another page.
#[derive(Clone, Copy)]
pub struct Navigator(StoredValue<SendWrapper<Box<dyn Fn(&str)>>>);

impl Navigator {
    /// Goes there.
    pub fn to(self, address: &str) {
        self.0.with_value(|go| go(address));
    }
}

/// The way to another page.
pub fn navigator() -> Navigator {
    let go = use_navigate();
    let go: Box<dyn Fn(&str)> =
        Box::new(move |address| go(address, NavigateOptions { scroll: false, ..NavigateOptions::default() }));
    Navigator(StoredValue::new(SendWrapper::new(go)))
}

/// Goes to the entrance; what is on the screen is gone at once.
pub fn to_sign_in() {
    if let Some(window) = window() {
        if let Some(body) = window.document().and_then(|document| document.body()) {
            body.set_text_content(None);
        }
        window.location().assign("/sign_in").ok();
    }
}

/// Puts the page in a theme, now and for the next pages.
pub fn set_theme(code: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        root.set_attribute("data-theme", code).ok();
    }
}

/// Says on the browser's tab where one is.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Waits.
pub async fn pause_ms(ms: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms as i32).ok();
        }
    });
    wasm_bindgen_futures::JsFuture::from(promise).await.ok();
}

/// Listens to the house, keeps the lamp, tells of touches and locks an idle screen.
pub fn listen(live: PageState, idle_s: u32) {
    let last_word = Rc::new(Cell::new(now_ms()));
    connect(live, last_word.clone());
    watch_lamp(live, last_word);
    watch_touches(idle_s);
    watch_return();
}

fn connect(live: PageState, last_word: Rc<Cell<f64>>) {
    let address = format!("/events?after={}", live.seen.get_untracked());
    let Ok(source) = EventSource::new(&address) else { return };
    let heard = {
        let last_word = last_word.clone();
        move |event: MessageEvent| {
            last_word.set(now_ms());
            if let Some(change) = read::<Change>(&event) {
                live.heard(&change);
            }
        }
    };
    on(&source, "change", heard);
    let beat = {
        let last_word = last_word.clone();
        move |event: MessageEvent| {
            last_word.set(now_ms());
            live.lamp.set(Lamp::Lit(0));
            if let Some(now) = read::<HouseTime>(&event) {
                live.clock.set(Some(now));
            }
        }
    };
    on(&source, "beat", beat);
    // Too much was missed to be told one by one.
    let all = {
        let last_word = last_word.clone();
        move |event: MessageEvent| {
            last_word.set(now_ms());
            if let Some(change) = read::<Change>(&event) {
                live.seen.set(change.version);
                live.refresh(Area::ALL);
            }
        }
    };
    on(&source, "all", all);
    on(&source, "over", move |_: MessageEvent| to_sign_in());
    // The browser comes back by itself after a cut; when the server refused, we ask why.
    let closed = {
        let source = source.clone();
        move |_: MessageEvent| {
            if source.ready_state() == EventSource::CLOSED {
                let last_word = last_word.clone();
                spawn_local(async move {
                    pause_ms(1_000 + (js_sys::Math::random() * 2_000.0) as u32).await;
                    // Without a session this leads to the entrance.
                    if ask(<crate::api::team::StillHere as ServerFn>::PATH, "{}".into()).await != Err(Refused::SignIn) {
                        connect(live, last_word);
                    }
                });
            }
        }
    };
    on(&source, "error", closed);
}

fn read<T: serde::de::DeserializeOwned>(event: &MessageEvent) -> Option<T> {
    serde_json::from_str(&event.data().as_string()?).ok()
}

fn on(source: &EventSource, name: &str, run: impl FnMut(MessageEvent) + 'static) {
    let run = Closure::<dyn FnMut(MessageEvent)>::new(run);
    source.add_event_listener_with_callback(name, run.as_ref().unchecked_ref()).ok();
    // The stream lives as long as the page.
    run.forget();
}

fn watch_lamp(live: PageState, last_word: Rc<Cell<f64>>) {
    every(1_000, move || {
        if live.lamp.get_untracked() != Lamp::Drawn {
            live.lamp.set(Lamp::after(((now_ms() - last_word.get()) / 1000.0) as i64));
        }
    });
}

fn watch_touches(idle_s: u32) {
    let last_touch = Rc::new(Cell::new(now_ms()));
    let last_told = Rc::new(Cell::new(now_ms()));
    let touched = {
        let last_touch = last_touch.clone();
        Closure::<dyn FnMut(Event)>::new(move |_| {
            let now = now_ms();
            last_touch.set(now);
            if now - last_told.get() > TELL_TOUCH_EVERY {
                last_told.set(now);
                spawn_local(async move {
                    // Without a session this leads to the entrance.
                    ask(<crate::api::team::StillHere as ServerFn>::PATH, "{}".into()).await.ok();
                });
            }
        })
    };
    if let Some(window) = window() {
        for name in ["pointerdown", "keydown"] {
            window.add_event_listener_with_callback(name, touched.as_ref().unchecked_ref()).ok();
        }
    }
    touched.forget();
    every(1_000, move || {
        if now_ms() - last_touch.get() > f64::from(idle_s) * 1000.0 {
            to_sign_in();
        }
    });
}

/// A page taken out of the browser's memory is drawn again: it may be hours old.
fn watch_return() {
    let shown = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        let kept = js_sys::Reflect::get(&event, &"persisted".into()).is_ok_and(|kept| kept.is_truthy());
        if kept && let Some(window) = window() {
            window.location().reload().ok();
        }
    });
    if let Some(window) = window() {
        window.add_event_listener_with_callback("pageshow", shown.as_ref().unchecked_ref()).ok();
    }
    shown.forget();
}

fn every(ms: i32, run: impl FnMut() + 'static) {
    let run = Closure::<dyn FnMut()>::new(run);
    if let Some(window) = window() {
        window.set_interval_with_callback_and_timeout_and_arguments_0(run.as_ref().unchecked_ref(), ms).ok();
    }
    run.forget();
}

/// Milliseconds of the tablet's own clock: it goes on while the tablet sleeps, so a screen that was
/// put away locks when it is taken up again.
fn now_ms() -> f64 {
    js_sys::Date::now()
}

fn window() -> Option<Window> {
    web_sys::window()
}

fn document() -> Option<Document> {
    window().and_then(|window| window.document())
}
