//! Queries of a page.
//!
//! A query is a server function that the page calls again when the data behind it changes. Every response is held as
//! JSON text and parsed where it is shown, so the browser's module contains one copy of the code of Leptos resources
//! instead of one for each query, which makes it a third smaller.

use std::marker::PhantomData;

use domain::refused::Refused;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::answered::{Answered, Denied};

/// A query that was sent, and its response once it has arrived.
pub struct QueryResource<T> {
    json: Resource<Answered<JsonText>>,
    of: PhantomData<fn() -> T>,
}

/// A response as JSON text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText(pub String);

impl<T> Clone for QueryResource<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for QueryResource<T> {}

impl<T: DeserializeOwned> QueryResource<T> {
    /// The response; none until it arrives.
    pub fn get(&self) -> Option<Answered<T>> {
        self.json.get().map(|json| json.and_then(|json| parse(&json.0)))
    }
}

/// Sends a query, and sends it again when its arguments or the result of `watch` change.
pub fn use_query<F>(
    watch: impl Fn() -> i64 + Send + Sync + 'static,
    query: impl Fn() -> F + Send + Sync + 'static,
) -> QueryResource<F::Output>
where
    F: ServerFn<Error = Denied> + Serialize + DeserializeOwned + 'static,
    F::Output: Serialize + 'static,
{
    let source = Box::new(move || (watch(), serde_json::to_string(&query()).unwrap_or_default()));
    QueryResource { json: json_resource(source, runner::<F>()), of: PhantomData }
}

type Source = Box<dyn Fn() -> (i64, String) + Send + Sync>;

/// The resource of a query. It is not generic, so that the program contains it once.
fn json_resource(source: Source, runner: Runner) -> Resource<Answered<JsonText>> {
    Resource::new(source, move |(_, query)| run(runner, query))
}

fn parse<T: DeserializeOwned>(text: &str) -> Answered<T> {
    serde_json::from_str(text).map_err(|_| Denied(Refused::Unavailable))
}

/// The server runs the server function itself; the browser sends a request to its path.
#[cfg(feature = "ssr")]
mod on_server {
    use std::{future::Future, pin::Pin};

    use leptos::server_fn::ServerFn;
    use serde::{Serialize, de::DeserializeOwned};

    use super::{JsonText, parse};
    use crate::answered::{Answered, Denied};

    pub(super) type Runner = fn(String) -> Pin<Box<dyn Future<Output = Answered<JsonText>> + Send>>;

    pub(super) fn runner<F>() -> Runner
    where
        F: ServerFn<Error = Denied> + DeserializeOwned + 'static,
        F::Output: Serialize,
    {
        |query| {
            Box::pin(async move {
                let query: F = parse(&query)?;
                let response = query.run_body().await?;
                serde_json::to_string(&response)
                    .map(JsonText)
                    .map_err(|_| Denied(domain::refused::Refused::Unavailable))
            })
        }
    }

    pub(super) async fn run(runner: Runner, query: String) -> Answered<JsonText> {
        runner(query).await
    }
}

#[cfg(not(feature = "ssr"))]
mod in_browser {
    use leptos::server_fn::ServerFn;

    use super::JsonText;
    use crate::answered::{Answered, Denied};

    pub(super) type Runner = &'static str;

    pub(super) fn runner<F: ServerFn>() -> Runner {
        F::PATH
    }

    pub(super) async fn run(path: Runner, query: String) -> Answered<JsonText> {
        crate::client::query(path, query).await.map(JsonText).map_err(Denied)
    }
}

#[cfg(not(feature = "ssr"))]
use in_browser::{Runner, run, runner};
#[cfg(feature = "ssr")]
use on_server::{Runner, run, runner};
