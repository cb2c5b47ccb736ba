//! Calls of the store by server functions, on behalf of the session of the request. The store authorises each call by
//! the actor of that session.

use std::{future::Future, pin::Pin};

use domain::{
    act::Envelope,
    fields::{Fields, Form},
    ids::ActId,
    refused::{FaultCode, Field, Refused},
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use store::{ActHandler, QueryHandler, Session};

use crate::{
    answered::{Answered, Denied},
    request::RequestContext,
};

/// A function that runs an act for a form submitted without JavaScript: its arguments are the request, the id of the
/// act and the fields of the form.
pub type RunAct = fn(RequestContext, String, Fields) -> Pin<Box<dyn Future<Output = Result<(), Refused>> + Send>>;

/// Runs a query on behalf of the session of the request.
pub(crate) async fn query<Q: QueryHandler>(query: Q) -> Answered<Q::Output> {
    with_status(async {
        let (request, session) = signed_in(use_context::<RequestContext>())?;
        request.store.query(&session.actor, query).await
    })
    .await
}

/// Parses a form and runs its act on behalf of the session of the request.
pub(crate) async fn act<A: ActHandler + Form>(id: String, fields: Fields) -> Answered<A::Output> {
    with_status(async { act_as::<A>(use_context::<RequestContext>(), id, fields).await }).await
}

/// Runs the act of a form that was submitted without JavaScript. The refusal is returned as a value, and the page that
/// is rendered in response shows it.
pub(crate) fn run_act<A: ActHandler + Form>(
    request: RequestContext,
    id: String,
    fields: Fields,
) -> Pin<Box<dyn Future<Output = Result<(), Refused>> + Send>> {
    Box::pin(async move { act_as::<A>(Some(request), id, fields).await.map(drop) })
}

/// Records activity on the screen, which extends the session of the request.
pub(crate) async fn touch() -> Answered<()> {
    with_status(async {
        let (request, session) = signed_in(use_context::<RequestContext>())?;
        request.store.touch(&session).await
    })
    .await
}

async fn act_as<A: ActHandler + Form>(
    request: Option<RequestContext>,
    id: String,
    fields: Fields,
) -> Result<A::Output, Refused> {
    let (request, session) = signed_in(request)?;
    // The permission is checked before the form is parsed, so that an unauthorised sender receives no faults.
    if !session.actor.may(A::NEEDS) {
        return Err(request.store.refuse(&session.actor, A::NAME).await);
    }
    let id: ActId = id.parse().map_err(|_| Refused::fault(Field::Act, FaultCode::NotUnderstood))?;
    let act = A::read(&fields).map_err(Refused::Faults)?;
    request.store.act(&session.actor, Envelope { id, act }).await
}

fn signed_in(request: Option<RequestContext>) -> Result<(RequestContext, Session), Refused> {
    let request = request.ok_or(Refused::SignIn)?;
    let session = request.session.clone().ok_or(Refused::SignIn)?;
    Ok((request, session))
}

/// Runs a future and sets the HTTP status of the response when it is refused. The context of the request must be read
/// before the first await, because it is not available after it.
async fn with_status<T>(run: impl Future<Output = Result<T, Refused>>) -> Answered<T> {
    let options = use_context::<ResponseOptions>();
    let outcome = run.await;
    if let (Err(refused), Some(options)) = (&outcome, options)
        && let Ok(status) = http::StatusCode::from_u16(refused.status())
    {
        options.set_status(status);
    }
    outcome.map_err(Denied)
}
