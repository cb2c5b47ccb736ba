//! QueryContext the house from a page.
//!
//! A question is a server function; its answer is read again when the house changes. Every answer
//! travels to the page as one kind of text and is read where it is shown, so the browser carries one
//! copy of the machinery of ctx, not one for each question: a third of the module's weight.

use std::marker::PhantomData;

use domain::refused::Refused;
use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::api::{Answered, Denied};

/// A question that was asked, and its answer once it has come.
pub struct QueryResource<T> {
    told: Resource<Answered<JsonText>>,
    of: PhantomData<fn() -> T>,
}

/// An answer as text: JSON of the answer's own type.
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
    /// The answer, if it has come.
    pub fn get(&self) -> Option<Answered<T>> {
        self.told.get().map(|told| told.and_then(|told| read(&told.0)))
    }
}

/// Asks a question, and asks again when what it is asked with changes or when `watch` does.
pub fn asked<F>(
    watch: impl Fn() -> i64 + Send + Sync + 'static,
    question: impl Fn() -> F + Send + Sync + 'static,
) -> QueryResource<F::Output>
where
    F: ServerFn<Error = Denied> + Serialize + DeserializeOwned + 'static,
    F::Output: Serialize + 'static,
{
    let source = Box::new(move || (watch(), serde_json::to_string(&question()).unwrap_or_default()));
    QueryResource { told: asked_as_text(source, teller::<F>()), of: PhantomData }
}

type Source = Box<dyn Fn() -> (i64, String) + Send + Sync>;

/// The one copy of what every question needs.
fn asked_as_text(source: Source, teller: Teller) -> Resource<Answered<JsonText>> {
    Resource::new(source, move |(_, question)| tell(teller, question))
}

fn read<T: DeserializeOwned>(text: &str) -> Answered<T> {
    serde_json::from_str(text).map_err(|_| Denied(Refused::Unavailable))
}

/// On the server the function itself is run; in the browser its path is asked.
#[cfg(feature = "ssr")]
mod here {
    use std::{future::Future, pin::Pin};

    use super::*;

    pub(super) type Teller = fn(String) -> Pin<Box<dyn Future<Output = Answered<JsonText>> + Send>>;

    pub(super) fn teller<F>() -> Teller
    where
        F: ServerFn<Error = Denied> + DeserializeOwned + 'static,
        F::Output: Serialize,
    {
        |question| {
            Box::pin(async move {
                let question: F = read(&question)?;
                let answer = question.run_body().await?;
                serde_json::to_string(&answer).map(JsonText).map_err(|_| Denied(Refused::Unavailable))
            })
        }
    }

    pub(super) async fn tell(teller: Teller, question: String) -> Answered<JsonText> {
        teller(question).await
    }
}

#[cfg(not(feature = "ssr"))]
mod there {
    use super::*;

    pub(super) type Teller = &'static str;

    pub(super) fn teller<F: ServerFn>() -> Teller {
        F::PATH
    }

    pub(super) async fn tell(path: Teller, question: String) -> Answered<JsonText> {
        crate::client::ask(path, question).await.map(JsonText).map_err(Denied)
    }
}

#[cfg(feature = "ssr")]
use here::{Teller, tell, teller};
#[cfg(not(feature = "ssr"))]
use there::{Teller, tell, teller};
