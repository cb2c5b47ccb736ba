//! A browser of the running program. An answer that breaks off is an error here, not a short answer.

use std::{collections::BTreeMap, time::Duration};

use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// Longer than any answer may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
    cookies: BTreeMap<String, String>,
}

/// An answer that came whole.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// No answer: the connection failed or broke off.
#[derive(Debug)]
pub struct Lost;

impl Browser {
    pub fn new(address: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, address: address.to_owned(), cookies: BTreeMap::new() }
    }

    /// The same cookies at another address, on connections of its own.
    pub fn at(&self, address: &str) -> Self {
        Self { cookies: self.cookies.clone(), ..Self::new(address) }
    }

    /// A browser that has signed in.
    pub async fn signed_in(address: &str, login: &str) -> Self {
        let mut browser = Self::new(address);
        let reply = browser.sign_in(login).await.expect("the house answers");
        assert_eq!(reply.status, 303, "{login} signs in: {}", reply.body);
        browser
    }

    /// Signs in, and keeps the session when it is given.
    pub async fn sign_in(&mut self, login: &str) -> Result<Reply, Lost> {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("login", login)
            .append_pair("password", app::DEMO_PASSWORD)
            .finish();
        let kind = "application/x-www-form-urlencoded";
        let (reply, cookies) = self.send(Method::POST, "/api/sign_in", "text/html", kind, body).await?;
        self.cookies.extend(cookies);
        Ok(reply)
    }

    pub async fn get(&self, path: &str) -> Result<Reply, Lost> {
        Ok(self.send(Method::GET, path, "text/html", "", String::new()).await?.0)
    }

    /// A question as the page's script asks it.
    pub async fn ask(&self, path: &str, query: &Value) -> Result<Reply, Lost> {
        Ok(self
            .send(
                Method::POST,
                path,
                "application/json",
                "application/json",
                serde_json::json!({ "query": query }).to_string(),
            )
            .await?
            .0)
    }

    /// A form whose body is already encoded, as the page's script sends it.
    pub async fn act(&self, path: &str, body: &str) -> Result<Reply, Lost> {
        let kind = "application/x-www-form-urlencoded";
        Ok(self.send(Method::POST, path, "application/json", kind, body.to_owned()).await?.0)
    }

    /// The same form as the browser itself sends it, without script.
    pub async fn form(&self, path: &str, body: &str) -> Result<Reply, Lost> {
        let kind = "application/x-www-form-urlencoded";
        Ok(self.send(Method::POST, path, "text/html", kind, body.to_owned()).await?.0)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        accept: &str,
        kind: &str,
        body: String,
    ) -> Result<(Reply, Vec<(String, String)>), Lost> {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header(header::ACCEPT, accept)
            .header(header::ORIGIN, format!("http://{}", self.address))
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookies.join("; "));
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let answered = async {
            let response = self.client.request(request).await.map_err(|_| Lost)?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await.map_err(|_| Lost)?.to_bytes();
            let cookies = parts.headers.get_all(header::SET_COOKIE).iter().map(|value| {
                let cookie = cookie::Cookie::parse(value.to_str().unwrap()).unwrap();
                (cookie.name().to_owned(), cookie.value().to_owned())
            });
            let reply = Reply { status: parts.status.as_u16(), body: String::from_utf8_lossy(&body).into_owned() };
            Ok((reply, cookies.collect()))
        };
        tokio::time::timeout(PATIENCE, answered).await.unwrap_or(Err(Lost))
    }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON ({}): {}", self.status, self.body))
    }
}
