//! A running house and its browsers.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, Method, Request, Response, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde::Serialize;
use serde_json::Value;
use server::{
    http::{Origin, Shared, router, serve},
    telemetry::metrics::Metrics,
};
use store::{
    SessionSecret,
    testing::{ACCOUNTS, PASSWORD, TestHouse, session_of},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_sessions::session::Id;

/// What the cookie of a session holds.
pub fn cookie_of(secret: SessionSecret) -> String {
    Id(secret.0).to_string()
}

/// A house open to browsers on a port of its own.
pub struct App {
    pub house: TestHouse,
    /// Where it listens: `127.0.0.1:port`.
    pub address: String,
    pub metrics: Arc<Metrics>,
    stopping: CancellationToken,
    origin: Origin,
}

impl App {
    /// Opens a test house to browsers of this machine.
    pub async fn open(house: TestHouse) -> Self {
        Self::open_as(house, Origin::Loopback).await
    }

    /// Opens a test house under an origin.
    pub async fn open_as(house: TestHouse, origin: Origin) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let metrics = Arc::new(Metrics::new());
        house.store.observe(metrics.clone());
        let mut app = Self { house, address, metrics, stopping: CancellationToken::new(), origin };
        app.listen(listener);
        app
    }

    fn listen(&mut self, listener: TcpListener) {
        self.stopping = CancellationToken::new();
        let shared = Shared {
            store: self.house.store.clone(),
            origin: self.origin.clone(),
            assets: Arc::default(),
            stopping: self.stopping.clone(),
            metrics: Some(self.metrics.clone()),
        };
        tokio::spawn(serve(listener, router(shared, None), self.stopping.clone()));
    }

    /// Stops listening and listens again on the same port, as after a restart.
    pub async fn restart(&mut self) {
        self.stopping.cancel();
        let listener = loop {
            match TcpListener::bind(&self.address).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            }
        };
        self.listen(listener);
    }

    /// A browser that has not signed in.
    pub fn nobody(&self) -> Browser {
        Browser::new(self.address.clone())
    }

    /// A browser with a session of an account.
    pub async fn as_login(&self, login: &str) -> Browser {
        let browser = self.nobody();
        browser.set_cookie("session", &cookie_of(session_of(&self.house.store, login).await));
        browser
    }

    pub async fn night(&self) -> Browser {
        self.as_login("nuit").await
    }

    pub async fn coordinator(&self) -> Browser {
        self.as_login("coordination").await
    }

    pub async fn management(&self) -> Browser {
        self.as_login("direction").await
    }

    /// The three people, with their roles.
    pub async fn everyone(&self) -> Vec<(domain::access::Role, Browser)> {
        let mut all = Vec::new();
        for (login, _, role) in ACCOUNTS {
            all.push((role, self.as_login(login).await));
        }
        all
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// A store open to browsers, without anything of a test house in it.
pub struct Opened {
    pub address: String,
    stopping: CancellationToken,
}

impl Opened {
    pub async fn on(store: store::Store) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stopping = CancellationToken::new();
        let (origin, assets) = (Origin::Loopback, Arc::default());
        let shared = Shared { store, origin, assets, stopping: stopping.clone(), metrics: None };
        tokio::spawn(serve(listener, router(shared, None), stopping.clone()));
        Self { address, stopping }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}

/// A browser: keeps cookies, says where it comes from as browsers do.
#[derive(Clone)]
pub struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// Headers that replace or complete the usual ones; an empty value leaves one out.
    extra: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Browser {
    pub fn new(address: String) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, address, cookies: Arc::default(), extra: Vec::new() }
    }

    /// The same browser with other headers.
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut other = self.clone();
        other.extra.retain(|(known, _)| *known != name);
        other.extra.push((name, value.into()));
        other
    }

    /// Another browser with the same cookies, on connections of its own.
    pub fn twin(&self) -> Self {
        let other = Self::new(self.address.clone());
        *other.cookies.lock().unwrap() = self.cookies.lock().unwrap().clone();
        other
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.into(), value.into());
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[(header::ACCEPT.as_str(), "text/html")], Bytes::new()).await
    }

    /// A form as the browser itself sends it, without script.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(path, fields, "text/html").await
    }

    /// A form as the page's own script sends it: the answer is JSON.
    pub async fn act(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(path, fields, "application/json").await
    }

    /// An act by its fields, with an id of its own.
    pub async fn do_act(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let id = store::new_id().to_string();
        let named: Vec<(String, &str)> =
            fields.iter().map(|(name, value)| (format!("fields[{name}]"), *value)).collect();
        let mut all = vec![("id", id.as_str())];
        all.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
        self.act(path, &all).await
    }

    /// A question as the page asks it.
    pub async fn ask(&self, path: &str, query: impl Serialize) -> Reply {
        let query =
            if path == "/api/still_here" { serde_json::json!({}) } else { serde_json::json!({ "query": query }) };
        let kinds =
            [(header::ACCEPT.as_str(), "application/json"), (header::CONTENT_TYPE.as_str(), "application/json")];
        self.send(Method::POST, path, &kinds, serde_json::to_vec(&query).unwrap()).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)], accept: &str) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kinds =
            [(header::ACCEPT.as_str(), accept), (header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &kinds, body).await
    }

    /// Signs in as a script does.
    pub async fn sign_in(&self, login: &str) -> Reply {
        self.form("/api/sign_in", &[("login", login), ("password", PASSWORD)]).await
    }

    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Reply {
        let response = self.open(method, path, headers, body).await.expect("the house answers");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// Sends a request and gives the answer as it begins, for streams.
    pub async fn open(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Response<Incoming>, hyper_util::client::legacy::Error> {
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.address));
        let origin = format!("http://{}", self.address);
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = cookies.join("; ");
        let usual = [("sec-fetch-site", "same-origin"), ("origin", origin.as_str()), ("cookie", cookies.as_str())];
        let mut all: BTreeMap<&str, &str> = usual.into_iter().chain(headers.iter().copied()).collect();
        all.extend(self.extra.iter().map(|(name, value)| (*name, value.as_str())));
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(name, value);
        }
        let response = self.client.request(request.body(Full::new(body.into())).unwrap()).await?;
        for value in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(value.to_str().unwrap().to_owned()).unwrap();
            let mut kept = self.cookies.lock().unwrap();
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                kept.remove(cookie.name());
            } else {
                kept.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        Ok(response)
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap_or("?"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON ({}): {}", self.status, self.body))
    }

    /// The stable code of a refusal.
    pub fn refused(&self) -> domain::refused::Refused {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not a refusal ({}): {}", self.status, self.body))
    }

    /// The first faults of a refusal, as `field code`.
    pub fn faults(&self) -> Vec<String> {
        match self.refused() {
            domain::refused::Refused::Faults(faults) => {
                faults.iter().map(|fault| format!("{} {}", fault.field.code(), fault.code.code())).collect()
            }
            other => panic!("faults were expected, not {other:?}"),
        }
    }
}

/// A stream of events, read as a browser reads it.
pub struct Events {
    body: Incoming,
    text: String,
    /// How long the house asks to wait before coming back.
    pub retry_ms: Option<u64>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub name: String,
    pub id: i64,
    pub data: String,
}

impl Browser {
    /// Listens from a version on; none is from now on.
    pub async fn listen(&self, after: Option<i64>) -> Result<Events, u16> {
        let path = after.map_or_else(|| "/events".to_owned(), |after| format!("/events?after={after}"));
        let response =
            self.open(Method::GET, &path, &[("accept", "text/event-stream")], Bytes::new()).await.map_err(|_| 0_u16)?;
        match response.status().as_u16() {
            200 => Ok(Events { body: response.into_body(), text: String::new(), retry_ms: None }),
            status => Err(status),
        }
    }
}

impl Events {
    /// The next event, or none when the stream ended or nothing came in time.
    pub async fn next(&mut self, within: std::time::Duration) -> Option<Heard> {
        tokio::time::timeout(within, self.read()).await.ok().flatten()
    }

    /// The next event that is not a beat.
    pub async fn news(&mut self, within: std::time::Duration) -> Option<Heard> {
        let until = tokio::time::Instant::now() + within;
        loop {
            let heard = tokio::time::timeout_at(until, self.read()).await.ok().flatten()?;
            if heard.name != "heartbeat" {
                return Some(heard);
            }
        }
    }

    async fn read(&mut self) -> Option<Heard> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = self.text[..end].to_owned();
                self.text.drain(..end + 2);
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':').map(str::trim))
                        .map(str::to_owned)
                };
                if let Some(retry) = field("retry") {
                    self.retry_ms = retry.parse().ok();
                }
                if let Some(name) = field("event") {
                    let id = field("id").and_then(|id| id.parse().ok()).unwrap_or(-1);
                    return Some(Heard { name, id, data: field("data").unwrap_or_default() });
                }
                continue;
            }
            let frame = self.body.frame().await?.ok()?;
            if let Ok(data) = frame.into_data() {
                self.text.push_str(&String::from_utf8_lossy(&data));
            }
        }
    }
}
